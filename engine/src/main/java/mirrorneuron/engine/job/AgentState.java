package mirrorneuron.engine.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.graph.Vertex;
import mirrorneuron.engine.manifest.Behaviour;
import org.jspecify.annotations.Nullable;

/**
 * One agent of one job. Changed by {@link JobEngine#apply} alone; lists and maps are made when they
 * are first needed.
 */
final class AgentState {

    final Vertex vertex;

    /** The vertex's id, or the step's when this is the agent of a step that was added later. */
    private final AgentId id;

    /** The step whose work the agent does; absent when messages alone drive it. */
    @Nullable StepState step;

    final Mailbox mailbox = new Mailbox();

    /** Messages that others have sent and that wait for room here, oldest first. */
    @Nullable Deque<Held> waiting;

    /**
     * How many messages of this agent wait for room elsewhere; while there are any it takes no new
     * message.
     */
    int held;

    @Nullable Inflight inflight;

    /** An executor's or module's own state; absent before the first one was returned. */
    @Nullable JsonValue state;

    /** Bodies an aggregator has collected since its last emission. */
    List<JsonValue> collected = List.of();

    /** Keys of these bodies, when deduplication is by something else than the message id. */
    Set<String> collectedKeys = Set.of();

    /** What came for the attempt at hand, of an agent of a step's flow; absent before the first. */
    @Nullable Gathering gathering;

    boolean emitted;
    long lateMessages;

    /** Whether it has begun to work in this job. */
    boolean started;

    long processed;
    long counted;
    Optional<String> lastError = Optional.empty();
    JsonObject lastResult = JsonObject.empty();
    Pressure pressure = Pressure.NORMAL;

    /** Whether the log tells of input that was refused since the agent came under pressure. */
    boolean inputRejected;

    /**
     * Epoch milliseconds of starts after a failure, oldest first; only those within the policy's
     * interval matter.
     */
    List<Long> restarts = List.of();

    /**
     * Epoch milliseconds at which the agent may go on after a failure; 0 = it is not waiting for
     * one.
     */
    long restartAt;

    String restartReason = "";

    /** Whether the message in hand asked for slots in vain and has not got any since. */
    boolean starved;

    /** Epoch milliseconds of the first and the newest thing it did; 0 = it has done nothing. */
    long startedAt;

    long lastEventAt;

    /** What its worker has said of its progress. */
    WorkReport report = WorkReport.NONE;

    /** Where each open incoming stream stands, by sender and stream id. */
    Map<String, StreamMark> streams = Map.of();

    /** Types that had no edge to take; each is reported once. */
    Set<String> unrouted = Set.of();

    /** What it has told people, by {@link Notices#key}, oldest first. */
    Set<String> told = Set.of();

    /** True while the agent stands in the job's ready queue; derived, never stored. */
    boolean queuedAsReady;

    AgentState(Vertex vertex) {
        this(vertex, vertex.id());
    }

    AgentState(Vertex vertex, AgentId id) {
        this.vertex = vertex;
        this.id = id;
    }

    /**
     * A message on its way to this agent. {@code producer} is empty for the job's initial inputs.
     */
    record Held(@Nullable AgentState producer, Message message) {}

    /** Number and mailbox key of the newest frame; a later frame never goes before it. */
    record StreamMark(long seq, long key) {}

    enum Pressure {
        NORMAL,
        PRESSURED,
        SATURATED
    }

    /** What is being done with a message that has left the mailbox. */
    enum Phase {
        /** Waits for slots of a pool. */
        LEASE,
        /** A command runs. */
        RUNNING,
        /** Java code runs. */
        HANDLING,
        /** Waits for its next attempt. */
        RETRY
    }

    /**
     * @param attemptId fence: only a result with this id counts
     * @param leaseId empty before the lease was granted
     * @param since epoch milliseconds of the phase
     * @param retryAt epoch milliseconds of the next attempt in phase {@link Phase#RETRY}, else 0
     * @param progress structured lines that the running command has printed
     * @param later what these say that counts when it has succeeded
     */
    record Inflight(
            Mailbox.Entry entry,
            Phase phase,
            String attemptId,
            String leaseId,
            long since,
            long retryAt,
            int progress,
            JobEvent.Later later) {

        Inflight lease(String id, long at) {
            return begun(entry, Phase.LEASE, id, "", at, 0);
        }

        Inflight running(String lease, long at) {
            return begun(entry, Phase.RUNNING, attemptId, lease, at, 0);
        }

        Inflight handling(String id, long at) {
            return begun(entry, Phase.HANDLING, id, "", at, 0);
        }

        Inflight retry(Mailbox.Entry next, long at, long dueAt) {
            return begun(next, Phase.RETRY, attemptId, "", at, dueAt);
        }

        Inflight of(Mailbox.Entry same) {
            return new Inflight(same, phase, attemptId, leaseId, since, retryAt, progress, later);
        }

        Inflight retryAt(long dueAt) {
            return new Inflight(entry, phase, attemptId, leaseId, since, dueAt, progress, later);
        }

        Inflight progressed(int lines, JobEvent.Later said) {
            return new Inflight(
                    entry.applied(lines),
                    phase,
                    attemptId,
                    leaseId,
                    since,
                    retryAt,
                    lines,
                    later.then(said));
        }

        /** A phase in which the command has not said anything yet. */
        static Inflight begun(
                Mailbox.Entry entry,
                Phase phase,
                String attemptId,
                String leaseId,
                long since,
                long retryAt) {
            return new Inflight(
                    entry, phase, attemptId, leaseId, since, retryAt, 0, JobEvent.Later.NOTHING);
        }

        /** Which try of the message this is, from 1. */
        int attempt() {
            return entry.attempts() + 1;
        }
    }

    AgentId id() {
        return id;
    }

    int depth() {
        return mailbox.size();
    }

    boolean hasWaiting() {
        return waiting != null && !waiting.isEmpty();
    }

    Deque<Held> waiting() {
        if (waiting == null) {
            waiting = new ArrayDeque<>(4);
        }
        return waiting;
    }

    /** True when the agent could take its next message, as far as the agent itself is concerned. */
    boolean ready() {
        return inflight == null && held == 0 && restartAt == 0 && !mailbox.isEmpty();
    }

    /** True when nothing is to be done and nothing will become due by itself. */
    boolean quiet() {
        return inflight == null
                && held == 0
                && restartAt == 0
                && mailbox.isEmpty()
                && !hasWaiting();
    }

    boolean runsOutside() {
        return inflight != null
                && (inflight.phase() == Phase.RUNNING || inflight.phase() == Phase.HANDLING);
    }

    void didSomething(long atMs) {
        if (startedAt == 0) {
            startedAt = atMs;
        }
        lastEventAt = atMs;
    }

    boolean is(Class<? extends Behaviour> kind) {
        return kind.isInstance(vertex.behaviour());
    }

    /** Remembers what it told people. */
    void tell(String key) {
        if (told.isEmpty()) {
            told = new LinkedHashSet<>();
        }
        told.add(key);
        if (told.size() > Notices.IDS_MAX) {
            told.remove(told.iterator().next());
        }
    }

    void collect(JsonValue body, @Nullable String key) {
        if (collected.isEmpty()) {
            collected = new ArrayList<>();
        }
        collected.add(body);
        if (key != null) {
            if (collectedKeys.isEmpty()) {
                collectedKeys = new HashSet<>();
            }
            collectedKeys.add(key);
        }
    }

    void sawFrame(String stream, long seq, long key, boolean last) {
        if (last) {
            if (!streams.isEmpty()) {
                streams.remove(stream);
            }
            return;
        }
        if (streams.isEmpty()) {
            streams = new HashMap<>();
        }
        streams.put(stream, new StreamMark(seq, key));
    }

    void sawUnrouted(String type) {
        if (unrouted.isEmpty()) {
            unrouted = new HashSet<>();
        }
        unrouted.add(type);
    }

    void restarted(long at, long intervalMs) {
        var kept = new ArrayList<Long>();
        for (long start : restarts) {
            if (at - start < intervalMs) {
                kept.add(start);
            }
        }
        kept.add(at);
        restarts = kept;
    }
}
