package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import mirrorneuron.api.Message;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for one agent, most urgent first.
 *
 * <p>A point of priority is worth a second of waiting, so nothing starves. Two messages then keep
 * their order for ever: comparing {@code priority - waited seconds} at any moment gives the same
 * answer as comparing {@code priority * 1000 + arrival time in ms} once. That constant is the key,
 * and no message is ever sorted again.
 */
final class Mailbox {

    private static final Comparator<Entry> ORDER =
            (a, b) ->
                    a.key != b.key
                            ? Long.compare(a.key, b.key)
                            : Long.compare(a.arrival, b.arrival);

    private @Nullable PriorityQueue<Entry> queue;

    /**
     * A message and its place.
     *
     * @param key smaller goes first
     * @param arrival counts deliveries of the whole job; breaks ties in order of arrival
     * @param enqueuedAt epoch milliseconds
     * @param redeliveries how often it was handed out again because a host was lost
     * @param attempts failed attempts of the agent's own doing
     * @param applied structured lines of a command that were applied in any attempt; a later
     *     attempt's first lines are the same ones again and are not applied twice
     */
    record Entry(
            Message message,
            long key,
            long arrival,
            long enqueuedAt,
            int redeliveries,
            int attempts,
            int applied) {

        Entry redelivered() {
            return new Entry(
                    message, key, arrival, enqueuedAt, redeliveries + 1, attempts, applied);
        }

        Entry failedOnce() {
            return new Entry(
                    message, key, arrival, enqueuedAt, redeliveries, attempts + 1, applied);
        }

        Entry applied(int lines) {
            return new Entry(
                    message,
                    key,
                    arrival,
                    enqueuedAt,
                    redeliveries,
                    attempts,
                    Math.max(applied, lines));
        }

        /** The same, as if it had come later; its place stays. */
        Entry younger(long ms) {
            return new Entry(
                    message, key, arrival, enqueuedAt + ms, redeliveries, attempts, applied);
        }

        /** Epoch milliseconds after which the message must not be handled any more. */
        long expiresAt() {
            return enqueuedAt
                    + Math.min(
                            message.ttlMs().orElse(JobEngine.TTL_DEFAULT_MS), JobEngine.TTL_MAX_MS);
        }
    }

    static long key(Message message, long enqueuedAt) {
        // Control messages of the runtime overtake everything, whatever their age.
        return message.type().startsWith("runtime.")
                ? Long.MIN_VALUE
                : message.priority() * 1_000L + enqueuedAt;
    }

    void add(Entry entry) {
        if (queue == null) {
            queue = new PriorityQueue<>(4, ORDER);
        }
        queue.add(entry);
    }

    @Nullable Entry peek() {
        return queue == null ? null : queue.peek();
    }

    Entry take() {
        var entry = queue == null ? null : queue.poll();
        if (entry == null) {
            throw new IllegalStateException("mailbox: empty (expected: a message to take)");
        }
        return entry;
    }

    /** Takes every message, in the order in which they would be taken one by one. */
    List<Entry> drain() {
        var entries = inOrder();
        queue = null;
        return entries;
    }

    int size() {
        return queue == null ? 0 : queue.size();
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** The messages in the order in which they would be taken. */
    List<Entry> inOrder() {
        if (queue == null) {
            return List.of();
        }
        var entries = new ArrayList<>(queue);
        entries.sort(ORDER);
        return entries;
    }
}
