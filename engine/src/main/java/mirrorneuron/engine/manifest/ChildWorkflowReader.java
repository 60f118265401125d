package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.workflow.ChildWorkflowSpec;

/**
 * Reads which steps unfold into rounds of steps.
 *
 * @see "manifest contract, section 4.5"
 */
final class ChildWorkflowReader {

    private static final String SCOPE = "child_workflow";
    private static final String CODE = "child_workflow.field_type";
    private static final int ROUNDS_MAX = 20;
    private static final int STEPS_MAX = 128;

    /** A parent step with what it may unfold into. */
    private record Draft(String parent, Fields spec, StepTemplates templates) {}

    private final List<Draft> drafts;

    private ChildWorkflowReader(List<Draft> drafts) {
        this.drafts = drafts;
    }

    static ChildWorkflowReader find(
            Layout layout, Set<String> stepIds, NodeDrafts nodes, boolean strict) {
        var children = layout.with("child_workflows").fields(CODE, "child_workflows");
        var drafts = new ArrayList<Draft>();
        for (var parent : children.json().names()) {
            var spec = children.fields(CODE, parent);
            if (stepIds.contains(parent)) {
                var templates = StepTemplates.find(spec, SCOPE, stepIds, nodes, strict);
                drafts.add(new Draft(parent, spec, templates));
            } else {
                children.findings()
                        .error(
                                "child_workflow.parent_unknown",
                                children.at(parent),
                                "Expected the id of a step, but found " + parent,
                                "Name the step that unfolds.");
            }
        }
        return new ChildWorkflowReader(drafts);
    }

    /** Agents that run steps of a plan. */
    List<AgentId> agents() {
        return drafts.stream().flatMap(draft -> draft.templates().agents().stream()).toList();
    }

    /** By the id of the parent step. */
    Map<String, ChildWorkflowSpec> read(StepReader reader) {
        var specs = new LinkedHashMap<String, ChildWorkflowSpec>();
        for (var draft : drafts) {
            var spec = draft.spec();
            specs.put(
                    draft.parent(),
                    new ChildWorkflowSpec(
                            planner(draft).orElse(""),
                            draft.templates().read(reader),
                            limit(spec, "max_rounds", ROUNDS_MAX),
                            limit(spec, "max_steps_per_round", STEPS_MAX),
                            paths(spec, "inputs"),
                            paths(spec, "outputs")));
        }
        return specs;
    }

    private static Optional<String> planner(Draft draft) {
        if (draft.spec().value("planner") instanceof JsonString(var text)
                && draft.templates().has(text.strip())) {
            return Optional.of(text.strip());
        }
        draft.spec().wrong("child_workflow.planner_unknown", "the id of a template", "planner");
        return Optional.empty();
    }

    private static int limit(Fields spec, String name, int max) {
        return (int) spec.whole("child_workflow.limit_invalid", 1, max, name).orElse(max);
    }

    private static Map<String, List<String>> paths(Fields spec, String member) {
        var paths = new LinkedHashMap<String, List<String>>();
        var fields = spec.fields(CODE, member);
        fields.json().names().forEach(name -> paths.put(name, fields.texts(CODE, name)));
        return paths;
    }
}
