package mirrorneuron.engine.workflow;

import java.util.List;
import java.util.Map;

/**
 * A step that unfolds into rounds of steps: a planner says what the next round is, until it says
 * stop.
 *
 * @param planner id of the template that plans
 * @param templates steps that a plan may use, by their ids
 * @param roundsMax 1 to 20
 * @param stepsPerRoundMax 1 to 128
 * @param inputs by template name: paths that are passed on
 * @param outputs by template name: paths that come back
 */
public record ChildWorkflowSpec(
        String planner,
        Map<String, DynamicSpec.Template> templates,
        int roundsMax,
        int stepsPerRoundMax,
        Map<String, List<String>> inputs,
        Map<String, List<String>> outputs) {

    public ChildWorkflowSpec {
        templates = Map.copyOf(templates);
        inputs = Map.copyOf(inputs);
        outputs = Map.copyOf(outputs);
    }
}
