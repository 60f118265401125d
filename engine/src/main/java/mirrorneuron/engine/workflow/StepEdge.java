package mirrorneuron.engine.workflow;

import java.util.Optional;
import java.util.Set;
import mirrorneuron.engine.routing.Condition;

/**
 * One step waits for another.
 *
 * @param index position among the workflow's edges
 * @param from position of the parent among the steps
 * @param to position of the child
 * @param accepts ends of the parent that count as success for this child; never empty
 * @param required for people: nothing depends on it
 * @param event type of the messages that go along it, as the author wrote it; else empty
 * @param condition on the parent's output; when it does not hold, the child sees a skipped parent
 */
public record StepEdge(
        int index,
        String id,
        int from,
        int to,
        Set<Outcome> accepts,
        boolean required,
        String event,
        Optional<Condition> condition) {

    public StepEdge {
        accepts = Set.copyOf(accepts);
        if (accepts.isEmpty()) {
            throw new IllegalArgumentException("accepts of edge " + id + ": none (expected: >= 1)");
        }
    }
}
