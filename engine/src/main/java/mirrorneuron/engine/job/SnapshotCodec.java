package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonWriter;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.job.AgentState.Held;
import mirrorneuron.engine.job.AgentState.Inflight;

/**
 * The stored form of a whole job. Two jobs are in the same state exactly when their snapshots are
 * the same bytes, which is how tests compare a replayed job with the one that lived.
 */
public final class SnapshotCodec {

    public static final String SCHEMA = "mn.job.state/v1";

    private SnapshotCodec() {}

    public static byte[] write(Job job) {
        var to = new JsonWriter(2_048);
        to.beginObject()
                .field("schema", SCHEMA)
                .field("job", job.id().value())
                .field("bundle", job.fingerprint)
                .field("inputs", job.submission.inputs())
                .field("config", job.submission.configOverrides())
                .field("metadata", job.submission.metadata())
                .field("warnings", JsonArray.ofStrings(job.submission.warnings()))
                .field("status", job.status().wire())
                .field("node", job.node)
                .field("submitted", job.submittedAt)
                .field("updated", job.updatedAt)
                .field("started", job.startedAt)
                .field("ended", job.endedAt)
                .field("last_event", job.lastEvent())
                .field("sequence", job.sequence())
                .field("arrivals", job.arrivals)
                .field("attempts", job.attempts)
                .field("next_seed", job.nextSeed)
                .field("dead_letters", job.deadLetters)
                .field("open_dead_letters", job.openDeadLetters)
                .field("paused_at", job.pausedAt)
                .field("paused_ms", job.pausedMsTotal)
                .field("grace_until", job.graceUntil)
                .field("pause_now", job.pauseNow)
                .field("reason", job.statusReason)
                .field("recovery_status", job.recoveryStatus);
        if (!job.provenance.isEmpty()) {
            to.field("provenance", job.provenance);
        }
        job.result.ifPresent(result -> to.field("result", result));
        job.failure.ifPresent(failure -> to.field("failure", FailureCodec.write(failure)));
        if (!job.graph.nodes().isEmpty()) {
            to.field("nodes", JsonArray.ofStrings(job.graph.nodes()));
        }
        if (!job.targets.isEmpty()) {
            to.name("targets").beginArray();
            job.targets.forEach(
                    (node, target) ->
                            to.beginObject()
                                    .field("n", node)
                                    .field("a", target.agent().value())
                                    .field("o", target.output())
                                    .endObject());
            to.endArray();
        }
        if (!job.replays.isEmpty()) {
            to.name("replays").beginObject();
            job.replays.forEach((index, count) -> to.field(Integer.toString(index), count));
            to.endObject();
        }
        to.name("receipts").beginArray();
        job.receipts.forEach(
                (id, receipt) ->
                        to.beginObject()
                                .field("i", id)
                                .field("d", receipt.digest())
                                .field("x", receipt.expiresAt())
                                .endObject());
        to.endArray().name("delayed").beginArray();
        var delayed = new ArrayList<>(job.delayed);
        delayed.sort(Comparator.naturalOrder());
        for (var later : delayed) {
            to.beginObject()
                    .field("due", later.dueAt())
                    .field("n", later.arrival())
                    .field("to", later.to().value());
            to.name("m");
            MessageCodec.write(to, later.message(), null);
            to.endObject();
        }
        to.endArray();
        if (job.hasSteps()) {
            to.name("ledger");
            LedgerCodec.write(to, job.ledger());
        }
        job.traffic.write(to);
        job.activities.write(to);
        to.name("agents").beginObject();
        for (var agent : job.agents()) {
            if (!isFresh(agent)) {
                to.name(agent.id().value());
                agent(to, job, agent);
            }
        }
        return to.endObject().endObject().newLine().toByteArray();
    }

    /** Nothing has ever happened to it, so its absence says everything. */
    private static boolean isFresh(AgentState agent) {
        return !agent.started
                && agent.processed == 0
                && agent.counted == 0
                && !agent.emitted
                && agent.gathering == null
                && agent.quiet()
                && agent.lastError.isEmpty()
                && agent.state == null
                && agent.unrouted.isEmpty()
                && agent.told.isEmpty()
                && agent.restarts.isEmpty()
                && agent.streams.isEmpty()
                && agent.lastEventAt == 0
                && agent.pressure == AgentState.Pressure.NORMAL
                && !agent.inputRejected;
    }

    private static void agent(JsonWriter to, Job job, AgentState agent) {
        to.beginObject().field("processed", agent.processed).field("counted", agent.counted);
        if (agent.started) {
            to.field("begun", true);
        }
        if (agent.state != null) {
            to.field("state", agent.state);
        }
        if (!agent.collected.isEmpty()) {
            to.field("collected", JsonArray.of(agent.collected));
        }
        if (!agent.collectedKeys.isEmpty()) {
            to.field("keys", JsonArray.ofStrings(agent.collectedKeys.stream().sorted().toList()));
        }
        if (agent.gathering != null) {
            to.name("gathering");
            agent.gathering.write(to);
        }
        if (agent.emitted) {
            to.field("emitted", true);
        }
        if (agent.lateMessages > 0) {
            to.field("late", agent.lateMessages);
        }
        agent.lastError.ifPresent(error -> to.field("error", error));
        if (!agent.lastResult.isEmpty()) {
            to.field("result", agent.lastResult);
        }
        if (agent.pressure != AgentState.Pressure.NORMAL) {
            to.field("pressure", agent.pressure.name().toLowerCase(Locale.ROOT));
        }
        if (agent.inputRejected) {
            to.field("input_rejected", true);
        }
        if (!agent.restarts.isEmpty()) {
            to.field(
                    "restarts", JsonArray.of(agent.restarts.stream().map(JsonNumber::of).toList()));
        }
        if (agent.restartAt > 0) {
            to.field("restart_at", agent.restartAt).field("restart_reason", agent.restartReason);
        }
        if (agent.starved) {
            to.field("starved", true);
        }
        if (agent.lastEventAt > 0) {
            // Counted from the job's beginning: there may be a hundred thousand of them.
            to.field("started", agent.startedAt - job.submittedAt)
                    .field("last", agent.lastEventAt - job.submittedAt);
        }
        if (!agent.report.said().isEmpty()) {
            to.field("report", agent.report.said());
        }
        if (!agent.told.isEmpty()) {
            to.field("told", JsonArray.ofStrings(List.copyOf(agent.told)));
        }
        if (!agent.unrouted.isEmpty()) {
            to.field("unrouted", JsonArray.ofStrings(agent.unrouted.stream().sorted().toList()));
        }
        if (!agent.streams.isEmpty()) {
            to.name("streams").beginArray();
            agent.streams.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(
                            stream ->
                                    to.beginObject()
                                            .field("i", stream.getKey())
                                            .field("s", stream.getValue().seq())
                                            .field("k", stream.getValue().key())
                                            .endObject());
            to.endArray();
        }
        if (!agent.mailbox.isEmpty()) {
            to.name("mailbox").beginArray();
            for (var entry : agent.mailbox.inOrder()) {
                entry(to, entry);
            }
            to.endArray();
        }
        if (agent.hasWaiting()) {
            to.name("waiting").beginArray();
            for (var held : agent.waiting()) {
                to.beginObject();
                if (held.producer() != null) {
                    to.field("p", held.producer().id().value());
                }
                to.name("m");
                MessageCodec.write(to, held.message(), null);
                to.endObject();
            }
            to.endArray();
        }
        var inflight = agent.inflight;
        if (inflight != null) {
            to.name("inflight")
                    .beginObject()
                    .field("phase", inflight.phase().name().toLowerCase(Locale.ROOT))
                    .field("attempt_id", inflight.attemptId())
                    .field("lease", inflight.leaseId())
                    .field("since", inflight.since())
                    .field("retry_at", inflight.retryAt())
                    .field("progress", inflight.progress());
            EventCodec.later(to, inflight.later());
            to.name("entry");
            entry(to, inflight.entry());
            to.endObject();
        }
        to.endObject();
    }

    private static void entry(JsonWriter to, Mailbox.Entry entry) {
        to.beginObject()
                .field("k", entry.key())
                .field("n", entry.arrival())
                .field("at", entry.enqueuedAt());
        if (entry.redeliveries() > 0) {
            to.field("r", entry.redeliveries());
        }
        if (entry.attempts() > 0) {
            to.field("x", entry.attempts());
        }
        if (entry.applied() > 0) {
            to.field("l", entry.applied());
        }
        to.name("m");
        MessageCodec.write(to, entry.message(), null);
        to.endObject();
    }

    /** The fingerprint of the bundle that a snapshot's graph comes from. */
    public static String fingerprint(JsonObject snapshot) {
        return snapshot.string("bundle").orElse("");
    }

    /**
     * @throws IllegalArgumentException when the document is of another schema, or no state of a job
     *     of this graph
     */
    public static Job read(JsonObject json, Graph graph) {
        try {
            return job(json, graph);
        } catch (RuntimeException notAState) {
            throw EventCodec.notWritten("snapshot", notAState);
        }
    }

    private static Job job(JsonObject json, Graph graph) {
        if (!json.string("schema").orElse("").equals(SCHEMA)) {
            throw new IllegalArgumentException(
                    "snapshot schema: " + json.at("schema") + " (expected: \"" + SCHEMA + "\")");
        }
        var job =
                new Job(
                        JobId.of(EventCodec.text(json, "job")),
                        graph.onNodes(EventCodec.texts(json.array("nodes"))),
                        EventCodec.text(json, "bundle"),
                        new Job.Submission(
                                json.object("inputs"),
                                json.object("config"),
                                json.object("metadata"),
                                json.array("warnings").stream()
                                        .map(value -> ((JsonString) value).value())
                                        .toList()),
                        number(json, "submitted"));
        job.status = JobStatus.ofWire(EventCodec.text(json, "status"));
        job.node = EventCodec.text(json, "node");
        for (var element : json.array("targets")) {
            var target = (JsonObject) element;
            job.targets.put(
                    EventCodec.text(target, "n"),
                    new Job.Target(AgentId.of(EventCodec.text(target, "a")), target.at("o")));
        }
        job.updatedAt = number(json, "updated");
        job.startedAt = number(json, "started");
        job.endedAt = number(json, "ended");
        job.lastEventRecorded = EventCodec.text(json, "last_event");
        job.sequence = number(json, "sequence");
        job.arrivals = number(json, "arrivals");
        job.attempts = number(json, "attempts");
        job.nextSeed = (int) number(json, "next_seed");
        job.deadLetters = (int) number(json, "dead_letters");
        job.openDeadLetters = (int) number(json, "open_dead_letters");
        job.pausedAt = number(json, "paused_at");
        job.pausedMsTotal = number(json, "paused_ms");
        job.graceUntil = number(json, "grace_until");
        job.pauseNow = json.bool("pause_now").orElse(false);
        job.statusReason = EventCodec.text(json, "reason");
        job.recoveryStatus = EventCodec.text(json, "recovery_status");
        job.provenance = json.object("provenance");
        job.result = json.get("result");
        job.failure =
                json.has("failure")
                        ? Optional.of(Failure.fromJson(json.object("failure")))
                        : Optional.empty();
        json.object("replays")
                .forEach(
                        (index, count) ->
                                job.replays.put(
                                        Integer.parseInt(index),
                                        ((JsonNumber) count).asInt().orElse(1)));
        for (var element : json.array("receipts")) {
            var receipt = (JsonObject) element;
            job.receipts.put(
                    EventCodec.text(receipt, "i"),
                    new Job.Receipt(EventCodec.text(receipt, "d"), number(receipt, "x")));
        }
        for (var element : json.array("delayed")) {
            var later = (JsonObject) element;
            job.delayed.add(
                    new Job.Delayed(
                            number(later, "due"),
                            number(later, "n"),
                            AgentId.of(EventCodec.text(later, "to")),
                            MessageCodec.read(later.object("m"), null)));
        }
        if (job.hasSteps()) {
            LedgerCodec.read(json.object("ledger"), job);
        }
        job.traffic.read(json.object("traffic"), graph);
        job.activities.read(json);
        json.object("agents")
                .forEach((id, state) -> agent(job, job.agent(AgentId.of(id)), (JsonObject) state));
        job.derive();
        return job;
    }

    private static void agent(Job job, AgentState agent, JsonObject json) {
        agent.processed = number(json, "processed");
        agent.counted = number(json, "counted");
        agent.started = json.bool("begun").orElse(false);
        agent.state = json.get("state").orElse(null);
        if (json.has("collected")) {
            agent.collected = new ArrayList<>(json.array("collected").values());
        }
        if (json.has("keys")) {
            agent.collectedKeys = new HashSet<>();
            json.array("keys").forEach(key -> agent.collectedKeys.add(((JsonString) key).value()));
        }
        if (json.has("gathering")) {
            agent.gathering = Gathering.read(json.object("gathering"));
        }
        agent.emitted = json.bool("emitted").orElse(false);
        agent.lateMessages = number(json, "late");
        agent.lastError = json.string("error");
        agent.lastResult = json.object("result");
        agent.pressure =
                json.string("pressure")
                        .map(text -> AgentState.Pressure.valueOf(text.toUpperCase(Locale.ROOT)))
                        .orElse(AgentState.Pressure.NORMAL);
        agent.inputRejected = json.bool("input_rejected").orElse(false);
        if (json.has("restarts")) {
            var restarts = new ArrayList<Long>();
            json.array("restarts")
                    .forEach(at -> restarts.add(((JsonNumber) at).asLong().orElse(0)));
            agent.restarts = restarts;
        }
        agent.restartAt = number(json, "restart_at");
        agent.restartReason = EventCodec.text(json, "restart_reason");
        agent.starved = json.bool("starved").orElse(false);
        if (json.has("last")) {
            agent.startedAt = job.submittedAt + number(json, "started");
            agent.lastEventAt = job.submittedAt + number(json, "last");
        }
        agent.report = new WorkReport(json.object("report"));
        EventCodec.texts(json.array("told")).forEach(agent::tell);
        json.array("unrouted").forEach(type -> agent.sawUnrouted(((JsonString) type).value()));
        for (var element : json.array("streams")) {
            var stream = (JsonObject) element;
            agent.sawFrame(
                    EventCodec.text(stream, "i"), number(stream, "s"), number(stream, "k"), false);
        }
        json.array("mailbox").forEach(entry -> agent.mailbox.add(entry((JsonObject) entry)));
        for (var element : json.array("waiting")) {
            var held = (JsonObject) element;
            var producer = held.string("p").map(id -> job.agent(AgentId.of(id))).orElse(null);
            if (producer != null) {
                producer.held++;
            }
            agent.waiting().add(new Held(producer, MessageCodec.read(held.object("m"), null)));
        }
        if (json.has("inflight")) {
            var inflight = json.object("inflight");
            agent.inflight =
                    new Inflight(
                            entry(inflight.object("entry")),
                            AgentState.Phase.valueOf(
                                    EventCodec.text(inflight, "phase").toUpperCase(Locale.ROOT)),
                            EventCodec.text(inflight, "attempt_id"),
                            EventCodec.text(inflight, "lease"),
                            number(inflight, "since"),
                            number(inflight, "retry_at"),
                            (int) number(inflight, "progress"),
                            EventCodec.later(inflight));
        }
    }

    private static Mailbox.Entry entry(JsonObject json) {
        return new Mailbox.Entry(
                MessageCodec.read(json.object("m"), null),
                number(json, "k"),
                number(json, "n"),
                number(json, "at"),
                (int) number(json, "r"),
                (int) number(json, "x"),
                (int) number(json, "l"));
    }

    static long number(JsonObject json, String name) {
        return json.integer(name).orElse(0);
    }
}
