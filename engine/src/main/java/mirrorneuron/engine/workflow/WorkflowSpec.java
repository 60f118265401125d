package mirrorneuron.engine.workflow;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.json.JsonObject;

/**
 * The steps of a workflow and what orders them, checked and with every default filled in.
 *
 * @param steps in written order; {@link StepSpec#index()} is the position in this list. Empty for a
 *     job that messages alone drive
 * @param edges in written order; {@link StepEdge#index()} is the position in this list
 * @param maxParallelSteps how many steps may have an open attempt at a time; absent = no limit, 1 =
 *     serial
 * @param sink position of the step whose output is the result when no agent ends the run; absent
 *     only when there are no steps
 * @param state the workflow's own variables as written: {@code {name: {"from": "$inputs.x"}}} or
 *     {@code {name: value}}
 * @param inputs defaults of the run's inputs, by name
 * @param dynamic what may be added while the job runs; absent for a graph that stays as it is
 * @param children plans that steps unfold into rounds of steps, by the id of the parent step
 */
public record WorkflowSpec(
        List<StepSpec> steps,
        List<StepEdge> edges,
        OptionalInt maxParallelSteps,
        OptionalInt sink,
        JsonObject state,
        JsonObject inputs,
        Optional<DynamicSpec> dynamic,
        Map<String, ChildWorkflowSpec> children) {

    private static final WorkflowSpec NONE =
            new WorkflowSpec(
                    List.of(),
                    List.of(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    JsonObject.empty(),
                    JsonObject.empty(),
                    Optional.empty(),
                    Map.of());

    public WorkflowSpec {
        steps = List.copyOf(steps);
        edges = List.copyOf(edges);
        children = Map.copyOf(children);
    }

    /** No steps at all: messages alone drive the job. */
    public static WorkflowSpec none() {
        return NONE;
    }

    public boolean isEmpty() {
        return steps.isEmpty();
    }
}
