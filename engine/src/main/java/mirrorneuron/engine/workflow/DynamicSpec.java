package mirrorneuron.engine.workflow;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonObject;

/**
 * What may be added to a workflow while it runs, and within which bounds.
 *
 * @param templates steps that can be added, by their ids
 * @param regions parts of the graph that may change, in written order
 */
public record DynamicSpec(Map<String, Template> templates, List<Region> regions, Limits limits) {

    public DynamicSpec {
        templates = Map.copyOf(templates);
        regions = List.copyOf(regions);
    }

    /**
     * A kind of step.
     *
     * @param step its settings; index and id are those of the template
     * @param agent the declared agent that runs each instance
     * @param input what each instance gets unless the patch says otherwise
     */
    public record Template(String id, StepSpec step, AgentId agent, JsonObject input) {}

    public enum Strategy {
        /** Steps are put between the controller and the region's exit. */
        REPLACE_PATH,
        /** Each round of the controller fans out steps; it is armed again. */
        CHECKPOINT_FANOUT
    }

    /**
     * @param controller position of the step whose results may change the region
     * @param exit position of the step where the region ends; absent for {@link
     *     Strategy#CHECKPOINT_FANOUT}
     * @param templates ids of those that may be added here
     * @param mutableEdges ids of written edges that a patch may remove
     */
    public record Region(
            String id,
            Strategy strategy,
            int controller,
            Optional<Integer> exit,
            Set<String> templates,
            Set<String> mutableEdges) {

        public Region {
            templates = Set.copyOf(templates);
            mutableEdges = Set.copyOf(mutableEdges);
        }
    }

    /**
     * @param patchesMax patches of one job
     * @param activeStepsMax added steps that have not ended
     * @param operationsMax operations of one patch
     * @param instanceInputBytesMax bytes of an instance's input as JSON
     * @param historyMax ended instances that are kept to look at
     */
    public record Limits(
            int patchesMax,
            int activeStepsMax,
            int operationsMax,
            int instanceInputBytesMax,
            int historyMax) {}
}
