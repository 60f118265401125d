package mirrorneuron.engine.workflow;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import mirrorneuron.api.AgentId;

/**
 * One step.
 *
 * @param index position among the workflow's steps
 * @param label for people; the id when the author gave none
 * @param goal what the step is for, in the author's words; empty when there are none
 * @param requires names of data that the step needs, as written
 * @param provides names of data that the step gives, as written
 * @param run the binding or agent that the author named
 * @param agents that belong to the step, the one that gets its messages first; never empty
 * @param required false when a failure of the step is handled
 * @param rule when its parents let it run
 * @param quorum parents that must succeed, with {@link TriggerRule#QUORUM_SUCCESS}; else 0
 * @param timeoutMs milliseconds one attempt may take once it has its lease; 0 = no limit
 * @param beaconTimeoutMs milliseconds without a sign of life after which an attempt is given up; 0
 *     = signs of life are not expected
 * @param approval who has to agree to its output; absent = nobody
 * @param minConfidence below this a person reviews the output: {@code control.uncertainty} with
 *     {@code on_low_confidence: human_review}; absent = never
 * @param in what the step reads, by its own name: paths that begin with {@code $state.} or {@code
 *     $inputs.}
 * @param out where its outputs go, by their names: paths that begin with {@code $state.}
 */
public record StepSpec(
        int index,
        String id,
        String label,
        String goal,
        List<String> requires,
        List<String> provides,
        String run,
        List<AgentId> agents,
        boolean required,
        FailurePolicy failurePolicy,
        TriggerRule rule,
        int quorum,
        RetryPolicy retry,
        long timeoutMs,
        long beaconTimeoutMs,
        Optional<Approval> approval,
        OptionalDouble minConfidence,
        Map<String, String> in,
        Map<String, String> out) {

    public StepSpec {
        agents = List.copyOf(agents);
        requires = List.copyOf(requires);
        provides = List.copyOf(provides);
        in = Map.copyOf(in);
        out = Map.copyOf(out);
        if (agents.isEmpty()) {
            throw new IllegalArgumentException("agents of step " + id + ": none (expected: >= 1)");
        }
    }

    /** The agent that gets the step's messages first. */
    public AgentId entry() {
        return agents.getFirst();
    }

    /** What becomes of the step when its last attempt has failed. */
    public StepStatus failed() {
        if (!required) {
            return StepStatus.PARTIAL;
        }
        return switch (failurePolicy) {
            case CONTINUE_PARTIAL, CONTINUE -> StepStatus.PARTIAL;
            case SKIP -> StepStatus.SKIPPED;
            case FAIL_WORKFLOW, FAIL_CLOSED -> StepStatus.FAILED;
        };
    }
}
