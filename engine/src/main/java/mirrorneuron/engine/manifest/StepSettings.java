package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.workflow.FailurePolicy;

/**
 * What holds for the workflow as a whole.
 *
 * @param entrypoint position of the step that gets the first messages
 * @param source position of the step that all others follow
 * @param sink position of the step whose output is the result
 * @param maxParallelSteps 1 = one step after the other; absent = no limit
 * @param failure what a failed step does to the run unless it says otherwise
 * @param human defaults of gates
 * @param joinHolder holds {@code join_default}
 * @param control signs of life, where steps and agents do not say
 */
record StepSettings(
        int entrypoint,
        int source,
        int sink,
        OptionalInt maxParallelSteps,
        FailurePolicy failure,
        Fields human,
        Fields joinHolder,
        boolean dynamic,
        JsonObject state,
        WorkflowControl control) {

    private static final String SCHEMA = "mn.workflow.problem_graph/v1";
    private static final String CODE = "workflow.field_type";

    /**
     * @param positions of the steps, by their ids; not empty
     */
    static StepSettings read(
            Layout layout, Map<String, Integer> positions, WorkflowControl control) {
        checkSchema(layout);
        var entrypoint = step(layout, "entrypoint", positions);
        var source = step(layout, "source", positions);
        var policy = layout.with("policy").fields(CODE, "policy");
        return new StepSettings(
                entrypoint.or(() -> source).orElse(0),
                source.or(() -> entrypoint).orElse(0),
                step(layout, "sink", positions).orElse(positions.size() - 1),
                maxParallelSteps(layout.with("execution")),
                failure(policy.fields(CODE, "failure"), "default", FailurePolicy.FAIL_WORKFLOW),
                policy.fields(CODE, "human"),
                layout.with("join_default"),
                isDynamic(layout),
                layout.with("state").object(CODE, "state"),
                control);
    }

    private static void checkSchema(Layout layout) {
        var holder = layout.with("schema");
        if (layout.dialect() == Dialect.WORKFLOW
                && !holder.value("schema").isNull()
                && !holder.json().string("schema").equals(Optional.of(SCHEMA))) {
            holder.wrong("workflow.schema_unsupported", SCHEMA, "schema");
        }
    }

    private static Optional<Integer> step(
            Layout layout, String name, Map<String, Integer> positions) {
        var holder = layout.with(name);
        return switch (holder.value(name)) {
            case JsonNull _ -> Optional.empty();
            case JsonString(var text) when positions.get(text.strip()) instanceof Integer index ->
                    Optional.of(index);
            default -> {
                holder.wrong("workflow." + name + "_unknown", "the id of a step", name);
                yield Optional.empty();
            }
        };
    }

    private static boolean isDynamic(Layout layout) {
        return layout.with("mode")
                .word("workflow.mode_unsupported", List.of("static_dag", "dynamic_dag"), "mode")
                .equals(Optional.of("dynamic_dag"));
    }

    private static OptionalInt maxParallelSteps(Fields holder) {
        var strategies = List.of("parallel", "serial");
        var code = "workflow.execution_invalid";
        var execution =
                holder.value("execution") instanceof JsonObject json
                        ? new Fields(json, holder.at("execution"), holder.findings())
                        : holder;
        boolean serial =
                execution
                        .word(code, strategies, execution == holder ? "execution" : "strategy")
                        .equals(Optional.of("serial"));
        if (execution == holder) {
            return serial ? OptionalInt.of(1) : OptionalInt.empty();
        }
        var max = execution.whole(code, 1, Integer.MAX_VALUE, "max_parallel_steps");
        if (serial) {
            return OptionalInt.of(1);
        }
        return max.isPresent() ? OptionalInt.of((int) max.getAsLong()) : OptionalInt.empty();
    }

    /** A failure policy; an unknown one ends the run, with a warning. */
    static FailurePolicy failure(Fields holder, String name, FailurePolicy fallback) {
        if (holder.value(name).isNull()) {
            return fallback;
        }
        var policy =
                holder.value(name) instanceof JsonString(var word)
                        ? FailurePolicy.of(word.strip())
                        : Optional.<FailurePolicy>empty();
        if (policy.isEmpty()) {
            holder.findings()
                    .odd(
                            "step.failure_policy_unknown",
                            holder.at(name),
                            holder.value(name),
                            "one of fail_workflow, continue_partial, continue, skip, fail_closed",
                            "It counts as fail_workflow.");
        }
        return policy.orElse(FailurePolicy.FAIL_WORKFLOW);
    }
}
