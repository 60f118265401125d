package mirrorneuron.engine.job;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.api.json.JsonWriter;
import mirrorneuron.engine.job.JobEvent.Change;
import mirrorneuron.engine.job.JobEvent.Output;
import mirrorneuron.engine.job.JobEvent.RouteNote;
import mirrorneuron.engine.manifest.AgentType;
import mirrorneuron.engine.manifest.Backpressure;
import mirrorneuron.engine.worker.StructuredResult.Note;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of facts: one JSON document a line, {@code {"k": kind, "s": first sequence
 * number, "at": epoch ms, …}}. A released kind keeps its meaning for ever; golden logs hold us to
 * it.
 */
public final class EventCodec {

    private static final byte[] KIND = ascii("{\"k\":\"");
    private static final byte[] CHANGE = ascii(",\"c\":\"");
    private static final byte[] RAN = ascii(",\"c\":\"ran\"");
    private static final byte[] FELL_BACK = ascii(",\"c\":\"fallback\"");

    /** Kinds that {@link EventViews#isState} says no to, whatever else the fact says. */
    static final Set<String> PASSING_KINDS =
            Set.of(
                    "seeded",
                    "accepted",
                    "agent_started",
                    "dispatched",
                    "lease_requested",
                    "attempt_started",
                    "lease_rejected",
                    "progressed",
                    "sources_ended",
                    "delivery_retried",
                    "returned",
                    "released",
                    "woken",
                    "pressure_changed",
                    "stream_gap",
                    "noted",
                    "step_joined",
                    "step_blocked",
                    "step_ignored",
                    "step_beacon");

    private EventCodec() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A fact and the sequence number of its first line. */
    public record Recorded(long sequence, JobEvent event) {

        public long lastSequence() {
            return sequence + EventViews.count(event) - 1;
        }
    }

    /**
     * Appends a fact as a line.
     *
     * @param job the job before the fact is applied; what its messages hold already is not written
     *     again
     */
    static void write(JsonWriter to, JobEvent event, long sequence, Job job) {
        to.beginObject().field("k", kind(event)).field("s", sequence).field("at", event.atMs());
        switch (event) {
            case JobEvent.Submitted e -> {
                to.field("job", e.job().value())
                        .field("graph", e.graphId())
                        .field("bundle", e.fingerprint());
                var submission = e.submission();
                if (!submission.inputs().isEmpty()) {
                    to.field("inputs", submission.inputs());
                }
                if (!submission.configOverrides().isEmpty()) {
                    to.field("config", submission.configOverrides());
                }
                if (!submission.metadata().isEmpty()) {
                    to.field("metadata", submission.metadata());
                }
                if (!submission.warnings().isEmpty()) {
                    to.field("warnings", JsonArray.ofStrings(submission.warnings()));
                }
                if (!e.nodes().isEmpty()) {
                    to.field("nodes", JsonArray.ofStrings(e.nodes()));
                }
            }
            case JobEvent.Started e -> {
                to.field("node", e.node());
                if (!e.agents().isEmpty()) {
                    to.field("agents", ids(e.agents()));
                }
            }
            case JobEvent.Seeded e -> message(to, e.to(), e.message(), null);
            case JobEvent.Accepted e -> {
                message(to, e.to(), e.message(), null);
                if (!e.digest().isEmpty()) {
                    to.field("digest", e.digest());
                }
            }
            case JobEvent.AgentStarted e ->
                    agent(to, e.agent()).field("type", e.type().wire()).field("node", e.node());
            case JobEvent.Dispatched e ->
                    agent(to, e.agent())
                            .field("m", e.messageId())
                            .field("attempt_id", e.attemptId())
                            .field("attempt", e.attempt());
            case JobEvent.LeaseRequested e ->
                    agent(to, e.agent())
                            .field("m", e.messageId())
                            .field("attempt_id", e.attemptId())
                            .field("pool", e.pool())
                            .field("slots", e.slots());
            case JobEvent.AttemptStarted e -> {
                agent(to, e.agent())
                        .field("attempt_id", e.attemptId())
                        .field("attempt", e.attempt())
                        .field("lease", e.leaseId())
                        .field("waited", e.queueWaitMs());
                pool(to, e.pool(), e.slots());
            }
            case JobEvent.LeaseRejected e -> {
                agent(to, e.agent())
                        .field("attempt_id", e.attemptId())
                        .field("reason", e.reason())
                        .field("retry_at", e.retryAtMs());
                pool(to, e.pool(), e.slots());
            }
            case JobEvent.Progressed e -> {
                agent(to, e.agent()).field("attempt_id", e.attemptId()).field("lines", e.lines());
                e.state().ifPresent(state -> to.field("state", state));
                later(to, e.later());
                sent(to, e.outputs(), e.routes(), e.notes(), inHand(job, e.agent()));
            }
            case JobEvent.Handled e -> {
                agent(to, e.agent()).field("m", e.messageId());
                change(to, e.change());
                sent(to, e.outputs(), e.routes(), e.notes(), inHand(job, e.agent()));
            }
            case JobEvent.SourcesEnded e -> {
                agent(to, e.agent()).field("count", e.count());
                sent(to, e.outputs(), e.routes(), List.of(), null);
            }
            case JobEvent.AttemptFailed e ->
                    agent(to, e.agent())
                            .field("attempt_id", e.attemptId())
                            .field("attempt", e.attempt())
                            .field("max", e.attemptsMax())
                            .field("cause", e.cause())
                            .field("exit", e.exitCode())
                            .field("error", e.error())
                            .field("logs", e.logs())
                            .field("sandbox", e.sandboxName())
                            .field("lease", e.lease())
                            .field("retry_at", e.retryAtMs());
            case JobEvent.DeliveryRetried e ->
                    agent(to, e.agent())
                            .field("m", e.messageId())
                            .field("attempt", e.attempt())
                            .field("retry_at", e.retryAtMs())
                            .field("reason", e.reason());
            case JobEvent.Returned e ->
                    agent(to, e.agent()).field("m", e.messageId()).field("reason", e.reason());
            case JobEvent.DeadLettered e -> {
                message(to, e.agent(), e.message(), inHand(job, e.agent()));
                to.field("index", e.index())
                        .field("reason", e.reason())
                        .field("error", e.error())
                        .field("attempts", e.attempts());
            }
            case JobEvent.Replayed e -> {
                message(to, e.to(), e.message(), null);
                to.field("index", e.index())
                        .field("count", e.replayCount())
                        .field("old", e.oldMessageId());
            }
            case JobEvent.Released e -> {
                message(to, e.to(), e.message(), e.message());
                to.field("forced", e.forced());
            }
            case JobEvent.Woken e -> message(to, e.to(), e.message(), e.message());
            case JobEvent.PressureChanged e -> {
                agent(to, e.agent())
                        .field("pressure", e.pressure().name().toLowerCase(Locale.ROOT))
                        .field("depth", e.depth());
                e.limits()
                        .ifPresent(
                                limits ->
                                        to.field("max", limits.maxQueueDepth())
                                                .field("high", limits.highWatermark())
                                                .field("low", limits.lowWatermark())
                                                .field("retry_after", limits.retryAfterMs()));
            }
            case JobEvent.StreamGap e ->
                    agent(to, e.agent())
                            .field("stream", e.streamId())
                            .field("expected", e.expected())
                            .field("found", e.found());
            case JobEvent.RestartScheduled e -> {
                agent(to, e.agent())
                        .field("attempt", e.attempt())
                        .field("due", e.dueAtMs())
                        .field("reason", e.reason())
                        .field("deferred", e.deferred());
                if (!e.node().isEmpty()) {
                    to.field("node", e.node());
                }
            }
            case JobEvent.Restarted e -> agent(to, e.agent());
            case JobEvent.Told e ->
                    agent(to, e.agent())
                            .field("type", e.note().type())
                            .field("payload", e.note().payload());
            case JobEvent.Noted e -> {
                e.agent().ifPresent(id -> agent(to, id));
                to.field("type", e.type()).field("payload", e.payload());
            }
            case JobEvent.AgentCompleted e ->
                    agent(to, e.agent())
                            .field("type", e.type())
                            .field("node", e.node())
                            .field("output", e.output());
            case JobEvent.CompletionDeferred e ->
                    agent(to, e.agent()).field("output", e.output()).field("open", e.openSteps());
            case StepEvent e -> StepCodec.write(to, e);
            case JobEvent.Pausing e -> {
                to.field("reason", e.reason())
                        .field("now", e.now())
                        .field("grace", e.graceUntilMs());
                if (e.review()) {
                    to.field("review", true);
                }
            }
            case JobEvent.Paused e -> to.field("reason", e.reason());
            case JobEvent.Resumed e -> to.field("paused", e.pausedMs());
            case JobEvent.Cancelling e -> to.field("reason", e.reason());
            case JobEvent.Cancelled e -> to.field("reason", e.reason());
            case JobEvent.Completed e -> {
                e.agent().ifPresent(id -> agent(to, id));
                to.field("output", e.output());
            }
            case JobEvent.Failed e -> {
                e.agent().ifPresent(id -> agent(to, id));
                to.field("failure", FailureCodec.write(e.failure()));
            }
            case JobEvent.Recovered e ->
                    to.field("node", e.node())
                            .field("previous", e.previous().wire())
                            .field("agents", ids(e.requeued()));
            case JobEvent.PausedForReview e ->
                    to.field("node", e.node())
                            .field("previous", e.previous().wire())
                            .field("reason", e.reason())
                            .field("agents", ids(e.agents()));
            case JobEvent.Restored e ->
                    to.field("node", e.node())
                            .field("taken", e.takenAtMs())
                            .field("provenance", e.provenance());
        }
        to.endObject().newLine();
    }

    /**
     * The facts of a group of lines, as views need them: bodies that another fact holds are left
     * empty.
     *
     * @throws IllegalArgumentException when a line is no fact
     */
    public static List<Recorded> readForViews(byte[] lines) {
        var recorded = new ArrayList<Recorded>();
        eachLine(lines, line -> recorded.add(read(line, null)));
        return recorded;
    }

    /**
     * Applies the facts of a group of lines that come after what the job has seen; returns how many
     * there were.
     *
     * @throws IllegalArgumentException when a line is no fact, or none of this job; the job is then
     *     of no use
     */
    public static int replay(byte[] lines, Job job) {
        var count = new int[1];
        eachLine(
                lines,
                line -> {
                    if (line.integer("s").orElse(0) > job.sequence()) {
                        apply(job, read(line, job));
                        count[0]++;
                    }
                });
        return count[0];
    }

    private static void apply(Job job, Recorded recorded) {
        try {
            JobEngine.apply(job, recorded.event());
        } catch (RuntimeException doesNotFit) {
            throw notWritten("fact " + recorded.sequence() + " of the job", doesNotFit);
        }
    }

    /** Whatever a reader throws at text that nobody wrote, it means the same. */
    static IllegalArgumentException notWritten(String what, RuntimeException problem) {
        return problem instanceof IllegalArgumentException known
                ? known
                : new IllegalArgumentException(
                        what
                                + ": "
                                + Objects.requireNonNullElse(problem.getMessage(), "" + problem),
                        problem);
    }

    /**
     * The lines that must be kept until a job has ended, out of a group; empty when none must.
     *
     * @throws IllegalArgumentException when a line that could be one of them is no fact
     */
    public static byte[] stateLines(byte[] lines) {
        var kept = new ByteArrayOutputStream(256);
        int from = 0;
        while (from < lines.length) {
            int to = lineEnd(lines, from);
            if (mayBeState(lines, from, to)
                    && EventViews.isState(read(object(lines, from, to), null).event())) {
                kept.write(lines, from, to - from);
                kept.write('\n');
            }
            from = to + 1;
        }
        return kept.toByteArray();
    }

    /**
     * False for most lines of a long log, without reading them: a million passing messages are
     * recognised by their first bytes. A line of another writer's making is read.
     */
    private static boolean mayBeState(byte[] lines, int from, int to) {
        if (!startsWith(lines, from, to, KIND)) {
            return true;
        }
        int begin = from + KIND.length;
        int end = begin;
        while (end < to && lines[end] != '"') {
            end++;
        }
        var kind = new String(lines, begin, end - begin, StandardCharsets.ISO_8859_1);
        return kind.equals("handled") ? mayHaveRun(lines, end, to) : !PASSING_KINDS.contains(kind);
    }

    /**
     * Looks at what changed only: the first member of that name, since inside a text these bytes
     * have a backslash among them.
     */
    private static boolean mayHaveRun(byte[] lines, int from, int to) {
        int at = from;
        while (at < to && !startsWith(lines, at, to, CHANGE)) {
            at++;
        }
        return startsWith(lines, at, to, RAN) || startsWith(lines, at, to, FELL_BACK);
    }

    private static boolean startsWith(byte[] lines, int from, int to, byte[] wanted) {
        if (to - from < wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (lines[from + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The submission that a log begins with.
     *
     * @throws IllegalArgumentException when it begins with something else
     */
    public static JobEvent.Submitted submission(byte[] lines) {
        int end = lineEnd(lines, 0);
        if (read(object(lines, 0, end), null).event() instanceof JobEvent.Submitted submitted) {
            return submitted;
        }
        throw new IllegalArgumentException("log: begins with another fact (expected: submitted)");
    }

    private static void eachLine(byte[] lines, Consumer<JsonObject> action) {
        int from = 0;
        while (from < lines.length) {
            int to = lineEnd(lines, from);
            action.accept(object(lines, from, to));
            from = to + 1;
        }
    }

    private static int lineEnd(byte[] lines, int from) {
        int to = from;
        while (to < lines.length && lines[to] != '\n') {
            to++;
        }
        return to;
    }

    private static JsonObject object(byte[] lines, int from, int to) {
        try {
            if (Json.parse(lines, from, to) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonParseException torn) {
            throw notWritten("log line", torn);
        }
        throw new IllegalArgumentException("log line: not an object (expected: a fact)");
    }

    /**
     * @param job the job before the fact, which supplies what was not written; null for views
     * @throws IllegalArgumentException when the document is no fact
     */
    static Recorded read(JsonObject json, @Nullable Job job) {
        long sequence = json.integer("s").orElse(0);
        try {
            return new Recorded(sequence, event(json, job));
        } catch (RuntimeException notAFact) {
            throw notWritten("fact " + sequence, notAFact);
        }
    }

    private static JobEvent event(JsonObject json, @Nullable Job job) {
        long at = json.integer("at").orElse(0);
        var kind = text(json, "k");
        return switch (kind) {
            case "submitted" ->
                    new JobEvent.Submitted(
                            at,
                            JobId.of(text(json, "job")),
                            text(json, "graph"),
                            text(json, "bundle"),
                            new Job.Submission(
                                    json.object("inputs"),
                                    json.object("config"),
                                    json.object("metadata"),
                                    texts(json.array("warnings"))),
                            texts(json.array("nodes")));
            case "started" ->
                    new JobEvent.Started(at, text(json, "node"), agents(json.array("agents")));
            case "seeded" -> new JobEvent.Seeded(at, agent(json), received(json, null));
            case "accepted" ->
                    new JobEvent.Accepted(
                            at, agent(json), received(json, null), text(json, "digest"));
            case "agent_started" ->
                    new JobEvent.AgentStarted(
                            at,
                            agent(json),
                            AgentType.ofName(text(json, "type")).orElseThrow(),
                            text(json, "node"));
            case "dispatched" ->
                    new JobEvent.Dispatched(
                            at,
                            agent(json),
                            text(json, "m"),
                            text(json, "attempt_id"),
                            number(json, "attempt"));
            case "lease_requested" ->
                    new JobEvent.LeaseRequested(
                            at,
                            agent(json),
                            text(json, "m"),
                            text(json, "attempt_id"),
                            text(json, "pool"),
                            number(json, "slots"));
            case "attempt_started" ->
                    new JobEvent.AttemptStarted(
                            at,
                            agent(json),
                            text(json, "attempt_id"),
                            number(json, "attempt"),
                            text(json, "lease"),
                            json.integer("waited").orElse(0),
                            text(json, "pool"),
                            number(json, "slots"));
            case "lease_rejected" ->
                    new JobEvent.LeaseRejected(
                            at,
                            agent(json),
                            text(json, "attempt_id"),
                            text(json, "reason"),
                            json.integer("retry_at").orElse(0),
                            text(json, "pool"),
                            number(json, "slots"));
            case "progressed" ->
                    new JobEvent.Progressed(
                            at,
                            agent(json),
                            text(json, "attempt_id"),
                            number(json, "lines"),
                            json.get("state"),
                            outputs(json, inHand(job, agent(json))),
                            routes(json),
                            notes(json),
                            later(json));
            case "handled" ->
                    new JobEvent.Handled(
                            at,
                            agent(json),
                            text(json, "m"),
                            change(json),
                            outputs(json, inHand(job, agent(json))),
                            routes(json),
                            notes(json));
            case "sources_ended" ->
                    new JobEvent.SourcesEnded(
                            at,
                            agent(json),
                            number(json, "count"),
                            outputs(json, null),
                            routes(json));
            case "attempt_failed" ->
                    new JobEvent.AttemptFailed(
                            at,
                            agent(json),
                            text(json, "attempt_id"),
                            number(json, "attempt"),
                            number(json, "max"),
                            text(json, "cause"),
                            number(json, "exit"),
                            text(json, "error"),
                            text(json, "logs"),
                            text(json, "sandbox"),
                            json.object("lease"),
                            json.integer("retry_at").orElse(0));
            case "delivery_retried" ->
                    new JobEvent.DeliveryRetried(
                            at,
                            agent(json),
                            text(json, "m"),
                            number(json, "attempt"),
                            json.integer("retry_at").orElse(0),
                            text(json, "reason"));
            case "returned" ->
                    new JobEvent.Returned(at, agent(json), text(json, "m"), text(json, "reason"));
            case "dead_lettered" ->
                    new JobEvent.DeadLettered(
                            at,
                            agent(json),
                            message(json, inHand(job, agent(json))),
                            number(json, "index"),
                            text(json, "reason"),
                            text(json, "error"),
                            number(json, "attempts"));
            case "replayed" ->
                    new JobEvent.Replayed(
                            at,
                            number(json, "index"),
                            agent(json),
                            received(json, null),
                            number(json, "count"),
                            text(json, "old"));
            case "released" ->
                    new JobEvent.Released(
                            at,
                            agent(json),
                            received(
                                    json,
                                    job == null
                                            ? null
                                            : job.agent(agent(json)).waiting().element().message()),
                            json.bool("forced").orElse(false));
            case "woken" ->
                    new JobEvent.Woken(
                            at,
                            agent(json),
                            received(json, job == null ? null : job.delayed.element().message()));
            case "pressure_changed" ->
                    new JobEvent.PressureChanged(
                            at,
                            agent(json),
                            AgentState.Pressure.valueOf(
                                    text(json, "pressure").toUpperCase(Locale.ROOT)),
                            number(json, "depth"),
                            json.has("max")
                                    ? Optional.of(
                                            new Backpressure(
                                                    number(json, "max"),
                                                    number(json, "high"),
                                                    number(json, "low"),
                                                    json.integer("retry_after").orElse(0)))
                                    : Optional.empty());
            case "stream_gap" ->
                    new JobEvent.StreamGap(
                            at,
                            agent(json),
                            text(json, "stream"),
                            json.integer("expected").orElse(0),
                            json.integer("found").orElse(0));
            case "restart_scheduled" ->
                    new JobEvent.RestartScheduled(
                            at,
                            agent(json),
                            number(json, "attempt"),
                            json.integer("due").orElse(0),
                            text(json, "reason"),
                            json.bool("deferred").orElse(false),
                            text(json, "node"));
            case "restarted" -> new JobEvent.Restarted(at, agent(json));
            case "noted" ->
                    new JobEvent.Noted(
                            at, someAgent(json), text(json, "type"), json.object("payload"));
            case "told" ->
                    new JobEvent.Told(
                            at, agent(json), new Note(text(json, "type"), json.object("payload")));
            case "agent_completed" ->
                    new JobEvent.AgentCompleted(
                            at,
                            agent(json),
                            text(json, "type"),
                            text(json, "node"),
                            json.at("output"));
            case "completion_deferred" ->
                    new JobEvent.CompletionDeferred(
                            at, agent(json), json.at("output"), number(json, "open"));
            case "pausing" ->
                    new JobEvent.Pausing(
                            at,
                            text(json, "reason"),
                            json.bool("now").orElse(false),
                            json.integer("grace").orElse(0),
                            json.bool("review").orElse(false));
            case "paused" -> new JobEvent.Paused(at, text(json, "reason"));
            case "resumed" -> new JobEvent.Resumed(at, json.integer("paused").orElse(0));
            case "cancelling" -> new JobEvent.Cancelling(at, text(json, "reason"));
            case "cancelled" -> new JobEvent.Cancelled(at, text(json, "reason"));
            case "completed" -> new JobEvent.Completed(at, someAgent(json), json.at("output"));
            case "failed" ->
                    new JobEvent.Failed(
                            at, someAgent(json), Failure.fromJson(json.object("failure")));
            case "recovered" ->
                    new JobEvent.Recovered(
                            at,
                            text(json, "node"),
                            JobStatus.ofWire(text(json, "previous")),
                            agents(json.array("agents")));
            case "paused_for_review" ->
                    new JobEvent.PausedForReview(
                            at,
                            text(json, "node"),
                            JobStatus.ofWire(text(json, "previous")),
                            text(json, "reason"),
                            agents(json.array("agents")));
            case "restored" ->
                    new JobEvent.Restored(
                            at,
                            text(json, "node"),
                            json.integer("taken").orElse(0),
                            json.object("provenance"));
            default -> StepCodec.read(kind, at, json);
        };
    }

    private static String kind(JobEvent event) {
        return switch (event) {
            case JobEvent.Submitted _ -> "submitted";
            case JobEvent.Started _ -> "started";
            case JobEvent.Seeded _ -> "seeded";
            case JobEvent.Accepted _ -> "accepted";
            case JobEvent.AgentStarted _ -> "agent_started";
            case JobEvent.Dispatched _ -> "dispatched";
            case JobEvent.LeaseRequested _ -> "lease_requested";
            case JobEvent.AttemptStarted _ -> "attempt_started";
            case JobEvent.LeaseRejected _ -> "lease_rejected";
            case JobEvent.Progressed _ -> "progressed";
            case JobEvent.Handled _ -> "handled";
            case JobEvent.SourcesEnded _ -> "sources_ended";
            case JobEvent.AttemptFailed _ -> "attempt_failed";
            case JobEvent.DeliveryRetried _ -> "delivery_retried";
            case JobEvent.Returned _ -> "returned";
            case JobEvent.DeadLettered _ -> "dead_lettered";
            case JobEvent.Replayed _ -> "replayed";
            case JobEvent.Released _ -> "released";
            case JobEvent.Woken _ -> "woken";
            case JobEvent.PressureChanged _ -> "pressure_changed";
            case JobEvent.StreamGap _ -> "stream_gap";
            case JobEvent.RestartScheduled _ -> "restart_scheduled";
            case JobEvent.Restarted _ -> "restarted";
            case JobEvent.Noted _ -> "noted";
            case JobEvent.Told _ -> "told";
            case JobEvent.AgentCompleted _ -> "agent_completed";
            case JobEvent.CompletionDeferred _ -> "completion_deferred";
            case StepEvent e -> StepCodec.kind(e);
            case JobEvent.Pausing _ -> "pausing";
            case JobEvent.Paused _ -> "paused";
            case JobEvent.Resumed _ -> "resumed";
            case JobEvent.Cancelling _ -> "cancelling";
            case JobEvent.Cancelled _ -> "cancelled";
            case JobEvent.Completed _ -> "completed";
            case JobEvent.Failed _ -> "failed";
            case JobEvent.Recovered _ -> "recovered";
            case JobEvent.PausedForReview _ -> "paused_for_review";
            case JobEvent.Restored _ -> "restored";
        };
    }

    /**
     * The message an agent is working on or would take next; null in views and when there is none.
     */
    private static @Nullable Message inHand(@Nullable Job job, AgentId id) {
        var agent = job == null ? null : job.find(id);
        if (agent == null) {
            return null;
        }
        if (agent.inflight != null) {
            return agent.inflight.entry().message();
        }
        var next = agent.mailbox.peek();
        return next == null ? null : next.message();
    }

    private static void pool(JsonWriter to, String pool, int slots) {
        if (!pool.isEmpty()) {
            to.field("pool", pool).field("slots", slots);
        }
    }

    static JsonWriter agent(JsonWriter to, AgentId id) {
        return to.field("a", id.value());
    }

    static void message(JsonWriter to, AgentId agent, Message message, @Nullable Message cause) {
        agent(to, agent).name("msg");
        MessageCodec.write(to, message, cause);
    }

    /** A message that an agent received, which names that agent. */
    static Message received(JsonObject json, @Nullable Message cause) {
        var message = message(json, cause);
        if (message.to().isBlank()) {
            throw new IllegalArgumentException(
                    "fact "
                            + text(json, "k")
                            + ": message \""
                            + message.messageId()
                            + "\" names no agent that received it");
        }
        return message;
    }

    static Message message(JsonObject json, @Nullable Message cause) {
        return MessageCodec.read(json.object("msg"), cause);
    }

    private static void sent(
            JsonWriter to,
            List<Output> outputs,
            List<RouteNote> routes,
            List<Note> notes,
            @Nullable Message cause) {
        outputs(to, outputs, cause);
        if (!routes.isEmpty()) {
            to.name("routes").beginArray();
            for (var note : routes) {
                to.beginObject()
                        .field("e", note.edgeId())
                        .field("y", note.type())
                        .field("v", note.verdict().name().toLowerCase(Locale.ROOT));
                if (!note.messageId().isEmpty()) {
                    to.field("m", note.messageId());
                }
                to.endObject();
            }
            to.endArray();
        }
        notes(to, notes);
    }

    static void later(JsonWriter to, JobEvent.Later later) {
        if (!later.equals(JobEvent.Later.NOTHING)) {
            to.name("later").beginObject();
            notes(to, later.reports());
            later.completeStep().ifPresent(output -> to.field("step", output));
            later.completeRun().ifPresent(output -> to.field("run", output));
            to.endObject();
        }
    }

    static JobEvent.Later later(JsonObject json) {
        var later = json.object("later");
        return new JobEvent.Later(notes(later), later.get("step"), later.get("run"));
    }

    static void notes(JsonWriter to, List<Note> notes) {
        if (!notes.isEmpty()) {
            to.name("notes").beginArray();
            for (var note : notes) {
                to.beginObject().field("y", note.type()).field("p", note.payload()).endObject();
            }
            to.endArray();
        }
    }

    static void outputs(JsonWriter to, List<Output> outputs, @Nullable Message cause) {
        if (!outputs.isEmpty()) {
            to.name("out").beginArray();
            for (var output : outputs) {
                to.beginObject().name("m");
                MessageCodec.write(to, output.message(), cause);
                if (!output.edgeId().isEmpty()) {
                    to.field("e", output.edgeId());
                }
                if (output.held()) {
                    to.field("held", true);
                }
                if (output.dueAtMs() > 0) {
                    to.field("due", output.dueAtMs());
                }
                to.endObject();
            }
            to.endArray();
        }
    }

    static List<Output> outputs(JsonObject json, @Nullable Message cause) {
        var list = json.array("out");
        if (list.isEmpty()) {
            return List.of();
        }
        var outputs = new ArrayList<Output>(list.size());
        for (var element : list) {
            var output = (JsonObject) element;
            outputs.add(
                    new Output(
                            MessageCodec.read(output.object("m"), cause),
                            text(output, "e"),
                            output.bool("held").orElse(false),
                            output.integer("due").orElse(0)));
        }
        return outputs;
    }

    private static List<RouteNote> routes(JsonObject json) {
        var routes = new ArrayList<RouteNote>(0);
        for (var element : json.array("routes")) {
            var note = (JsonObject) element;
            routes.add(
                    new RouteNote(
                            text(note, "e"),
                            text(note, "y"),
                            RouteNote.Verdict.valueOf(text(note, "v").toUpperCase(Locale.ROOT)),
                            text(note, "m")));
        }
        return routes;
    }

    static List<Note> notes(JsonObject json) {
        var notes = new ArrayList<Note>(0);
        for (var element : json.array("notes")) {
            var note = (JsonObject) element;
            notes.add(new Note(text(note, "y"), note.object("p")));
        }
        return notes;
    }

    private static void change(JsonWriter to, Change change) {
        switch (change) {
            case Change.Forwarded _ -> to.field("c", "forwarded");
            case Change.Collected c ->
                    to.field("c", "collected").field("count", c.count()).field("key", c.key());
            case Change.Aggregated c ->
                    to.field("c", "aggregated").field("count", c.count()).field("key", c.key());
            case Change.DuplicateIgnored c -> to.field("c", "duplicate").field("key", c.key());
            case Change.Late c -> to.field("c", "late").field("count", c.count());
            case Change.Observed c -> to.field("c", "observed").field("count", c.count());
            case Change.HandledByModule c -> to.field("c", "module").field("state", c.state());
            case Change.Gathered c ->
                    to.field("c", "gathered")
                            .field("by", c.by().wire())
                            .field("as", c.outcome().name().toLowerCase(Locale.ROOT))
                            .field("attempt_id", c.attemptId())
                            .field("sources", JsonArray.ofStrings(c.sources()))
                            .field("count", c.count());
            case Change.Ran c -> {
                to.field("c", c.fallback() ? "fallback" : "ran")
                        .field("attempts", c.attempts())
                        .field("result", c.result());
                c.state().ifPresent(state -> to.field("state", state));
            }
        }
    }

    private static Change change(JsonObject json) {
        var kind = text(json, "c");
        return switch (kind) {
            case "forwarded" -> new Change.Forwarded();
            case "collected" -> new Change.Collected(number(json, "count"), text(json, "key"));
            case "aggregated" -> new Change.Aggregated(number(json, "count"), text(json, "key"));
            case "duplicate" -> new Change.DuplicateIgnored(text(json, "key"));
            case "late" -> new Change.Late(json.integer("count").orElse(0));
            case "observed" -> new Change.Observed(json.integer("count").orElse(0));
            case "module" -> new Change.HandledByModule(json.at("state"));
            case "gathered" ->
                    new Change.Gathered(
                            AgentType.ofName(text(json, "by")).orElseThrow(),
                            Change.Gathered.Outcome.valueOf(
                                    text(json, "as").toUpperCase(Locale.ROOT)),
                            text(json, "attempt_id"),
                            texts(json.array("sources")),
                            number(json, "count"));
            case "ran", "fallback" ->
                    new Change.Ran(
                            json.get("state"),
                            json.object("result"),
                            number(json, "attempts"),
                            kind.equals("fallback"));
            default ->
                    throw new IllegalArgumentException(
                            "change: " + kind + " (expected: a kind that this release knows)");
        };
    }

    static AgentId agent(JsonObject json) {
        return AgentId.of(text(json, "a"));
    }

    private static Optional<AgentId> someAgent(JsonObject json) {
        return json.string("a").map(AgentId::of);
    }

    private static JsonArray ids(List<AgentId> agents) {
        return JsonArray.ofStrings(agents.stream().map(AgentId::value).toList());
    }

    private static List<AgentId> agents(JsonArray array) {
        return texts(array).stream().map(AgentId::of).toList();
    }

    static List<String> texts(JsonArray array) {
        var texts = new ArrayList<String>(array.size());
        for (JsonValue value : array) {
            texts.add(value instanceof JsonString text ? text.value() : JsonNull.NULL.toString());
        }
        return texts;
    }

    static String text(JsonObject json, String name) {
        return json.string(name).orElse("");
    }

    static int number(JsonObject json, String name) {
        return (int) json.integer(name).orElse(0);
    }
}
