package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Failure;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonWriter;
import mirrorneuron.engine.job.StepState.Decided;
import mirrorneuron.engine.job.StepState.EntryMessage;
import mirrorneuron.engine.job.StepState.Gate;
import mirrorneuron.engine.job.StepState.Question;
import mirrorneuron.engine.workflow.Outcome;
import mirrorneuron.engine.workflow.StepStatus;

/** The stored form of the ledger, as part of the job's snapshot. */
final class LedgerCodec {

    private LedgerCodec() {}

    static void write(JsonWriter to, Ledger ledger) {
        to.beginObject().field("variables", ledger.variables);
        ledger.deferred.ifPresent(
                deferred ->
                        to.name("deferred")
                                .beginObject()
                                .field("a", deferred.agent().value())
                                .field("output", deferred.output())
                                .endObject());
        if (ledger.isChanged()) {
            graph(to, ledger);
        }
        var scatters = new HashMap<StepState.Scatter, Integer>();
        to.name("steps").beginArray();
        for (var step : ledger.steps()) {
            if (step.instance != null
                    || step.added != null
                    || step.child != null
                    || !isFresh(step)) {
                step(to, step, scatters);
            }
        }
        to.endArray().endObject();
    }

    /** How patches have changed the graph. */
    private static void graph(JsonWriter to, Ledger ledger) {
        to.field("revision", ledger.revision).name("patches").beginObject();
        ledger.patches.forEach(to::field);
        to.endObject().field("removed", JsonArray.ofStrings(List.copyOf(ledger.removedEdges)));
        to.name("edges").beginArray();
        for (var link : ledger.links()) {
            if (link.added()) {
                to.beginObject()
                        .field("id", link.id())
                        .field("from", link.from().id)
                        .field("to", link.to().id)
                        .field(
                                "accepts",
                                JsonArray.ofStrings(
                                        link.accepts().stream()
                                                .map(Outcome::wire)
                                                .sorted()
                                                .toList()))
                        .field("origin", link.origin().name().toLowerCase(Locale.ROOT))
                        .endObject();
            }
        }
        to.endArray();
    }

    /** Nothing has ever happened to it, so its absence says everything. */
    private static boolean isFresh(StepState step) {
        return step.status == StepStatus.PENDING
                && step.attempt == 0
                && !step.triggered
                && step.lastEventAt == 0;
    }

    private static void step(
            JsonWriter to, StepState step, Map<StepState.Scatter, Integer> scatters) {
        to.beginObject().field("id", step.id);
        var instance = step.instance;
        if (instance != null) {
            int scatter = scatters.computeIfAbsent(instance.scatter(), _ -> scatters.size());
            to.field("source", instance.source())
                    .field("target", instance.target())
                    .field("index", instance.mapIndex())
                    .field("item", instance.item())
                    .field("scatter", scatter)
                    .field("max", instance.scatter().concurrencyMax);
        }
        var added = step.added;
        if (added != null) {
            to.field("region", added.region())
                    .field("template", added.template())
                    .field("label", added.label())
                    .field("revision", added.revision())
                    .field("round", added.round())
                    .field("with", added.input());
        }
        var child = step.child;
        if (child != null) {
            to.field("parent", child.parent())
                    .field("template", child.template())
                    .field("round", child.round())
                    .field("planner", child.planner())
                    .field("with", child.input());
        }
        if (step.unfolded) {
            to.field("unfolded", true).field("child_round", step.childRound);
        }
        if (step.patched) {
            to.field("patched", true);
        }
        if (step.rounds > 0) {
            to.field("rounds", step.rounds);
        }
        to.field("status", step.status.wire())
                .field("outcome", step.outcome)
                .field("output", step.output)
                .field("attempt", step.attempt)
                .field("failures", step.failures)
                .field("started", step.startedAt)
                .field("attempt_started", step.attemptStartedAt)
                .field("ended", step.endedAt)
                .field("last_event", step.lastEventAt)
                .field("deadline", step.deadlineAt)
                .field("heartbeat", step.heartbeatAt)
                .field("retry", step.retryAt)
                .field("reason", step.reason)
                .field("error", step.lastError)
                .field("note", step.note)
                .field("cascades", step.cascades)
                .field("triggered", step.triggered);
        if (!step.closed.isEmpty()) {
            to.field("closed", JsonArray.ofStrings(step.closed));
        }
        step.failure.ifPresent(failure -> to.field("failure", FailureCodec.write(failure)));
        if (!step.entries.isEmpty()) {
            to.name("entries").beginArray();
            for (var entry : step.entries) {
                to.beginObject().field("a", entry.agent().id().value()).name("m");
                MessageCodec.write(to, entry.message(), null);
                to.endObject();
            }
            to.endArray();
        }
        var gate = step.gate;
        if (gate != null) {
            to.name("gate").beginObject();
            question(to, gate.question());
            StepCodec.output(to, gate.output());
            EventCodec.outputs(to, gate.withheld(), null);
            EventCodec.notes(to, gate.choices());
            to.endObject();
        }
        if (!step.decided.isEmpty()) {
            to.name("decided").beginArray();
            for (var decided : step.decided) {
                to.beginObject();
                question(to, decided.question());
                to.field("decision_id", decided.decisionId())
                        .field("decision", decided.decision().wire())
                        .field("by", decided.by())
                        .field("note", decided.note())
                        .field("at", decided.at())
                        .endObject();
            }
            to.endArray();
        }
        to.endObject();
    }

    /** Fills the ledger of a job that was just made; agents of instances are made on the way. */
    static void read(JsonObject json, Job job) {
        var ledger = job.ledger();
        ledger.variables = json.object("variables");
        if (json.has("deferred")) {
            var deferred = json.object("deferred");
            ledger.deferred =
                    Optional.of(
                            new Ledger.Deferred(
                                    AgentId.of(EventCodec.text(deferred, "a")),
                                    deferred.at("output")));
        }
        var scatters = new HashMap<Long, StepState.Scatter>();
        for (var element : json.array("steps")) {
            var stored = (JsonObject) element;
            var step = ledger.find(EventCodec.text(stored, "id"));
            if (step == null) {
                step =
                        stored.has("parent")
                                ? Rounds.addChild(job, EventCodec.text(stored, "id"), child(stored))
                                : stored.has("template")
                                        ? Growth.addStep(
                                                job, EventCodec.text(stored, "id"), added(stored))
                                        : instance(stored, job, scatters);
            }
            step(stored, step, job);
        }
        readGraph(json, ledger);
    }

    private static StepState.Child child(JsonObject json) {
        return new StepState.Child(
                EventCodec.text(json, "parent"),
                EventCodec.text(json, "template"),
                (int) SnapshotCodec.number(json, "round"),
                json.bool("planner").orElse(false),
                json.at("with"));
    }

    private static StepState.Added added(JsonObject json) {
        return new StepState.Added(
                EventCodec.text(json, "region"),
                EventCodec.text(json, "template"),
                EventCodec.text(json, "label"),
                SnapshotCodec.number(json, "revision"),
                (int) SnapshotCodec.number(json, "round"),
                json.at("with"));
    }

    private static void readGraph(JsonObject json, Ledger ledger) {
        ledger.revision = SnapshotCodec.number(json, "revision");
        json.object("patches")
                .forEach((id, digest) -> ledger.patches.put(id, ((JsonString) digest).value()));
        EventCodec.texts(json.array("removed")).forEach(ledger::removeWritten);
        for (var element : json.array("edges")) {
            var edge = (JsonObject) element;
            ledger.connect(
                    EventCodec.text(edge, "id"),
                    ledger.step(EventCodec.text(edge, "from")),
                    ledger.step(EventCodec.text(edge, "to")),
                    EventCodec.texts(edge.array("accepts")).stream()
                            .map(word -> Outcome.of(word).orElseThrow())
                            .collect(Collectors.toSet()),
                    StepState.Origin.valueOf(
                            EventCodec.text(edge, "origin").toUpperCase(Locale.ROOT)));
        }
    }

    private static StepState instance(
            JsonObject json, Job job, Map<Long, StepState.Scatter> scatters) {
        var ledger = job.ledger();
        var scatter =
                scatters.computeIfAbsent(
                        SnapshotCodec.number(json, "scatter"),
                        _ -> new StepState.Scatter((int) SnapshotCodec.number(json, "max")));
        return Growth.instance(
                job,
                ledger.step(EventCodec.text(json, "source")),
                ledger.step(EventCodec.text(json, "target")),
                new StepState.Instance(
                        EventCodec.text(json, "source"),
                        EventCodec.text(json, "target"),
                        (int) SnapshotCodec.number(json, "index"),
                        json.at("item"),
                        scatter));
    }

    private static void step(JsonObject json, StepState step, Job job) {
        step.status = StepStatus.valueOf(EventCodec.text(json, "status").toUpperCase(Locale.ROOT));
        step.outcome = EventCodec.text(json, "outcome");
        step.output = json.at("output");
        step.closed = EventCodec.texts(json.array("closed"));
        step.attempt = (int) SnapshotCodec.number(json, "attempt");
        step.failures = (int) SnapshotCodec.number(json, "failures");
        step.startedAt = SnapshotCodec.number(json, "started");
        step.attemptStartedAt = SnapshotCodec.number(json, "attempt_started");
        step.endedAt = SnapshotCodec.number(json, "ended");
        step.lastEventAt = SnapshotCodec.number(json, "last_event");
        step.deadlineAt = SnapshotCodec.number(json, "deadline");
        step.heartbeatAt = SnapshotCodec.number(json, "heartbeat");
        step.retryAt = SnapshotCodec.number(json, "retry");
        step.reason = EventCodec.text(json, "reason");
        step.lastError = EventCodec.text(json, "error");
        step.note = EventCodec.text(json, "note");
        step.cascades = json.bool("cascades").orElse(false);
        step.triggered = json.bool("triggered").orElse(false);
        step.unfolded = json.bool("unfolded").orElse(false);
        step.childRound = (int) SnapshotCodec.number(json, "child_round");
        step.patched = json.bool("patched").orElse(false);
        step.rounds = (int) SnapshotCodec.number(json, "rounds");
        if (json.has("failure")) {
            step.failure = Optional.of(Failure.fromJson(json.object("failure")));
        }
        var entries = new ArrayList<EntryMessage>();
        for (var element : json.array("entries")) {
            var entry = (JsonObject) element;
            entries.add(
                    new EntryMessage(
                            job.agent(AgentId.of(EventCodec.text(entry, "a"))),
                            MessageCodec.read(entry.object("m"), null)));
        }
        step.entries = entries;
        if (json.has("gate")) {
            var gate = json.object("gate");
            step.gate =
                    new Gate(
                            question(gate),
                            StepCodec.output(gate),
                            EventCodec.outputs(gate, null),
                            EventCodec.notes(gate));
        }
        step.decided = decided(json.array("decided"));
    }

    private static void question(JsonWriter to, Question question) {
        to.field("id", question.requestId())
                .field("request", question.request())
                .field("opened", question.openedAt())
                .field("timeout", question.timeoutAt())
                .field("allowed", StepCodec.decisions(question.allowed()))
                .field("fallback", question.fallback().wire());
    }

    private static Question question(JsonObject json) {
        return new Question(
                EventCodec.text(json, "id"),
                json.object("request"),
                SnapshotCodec.number(json, "opened"),
                SnapshotCodec.number(json, "timeout"),
                StepCodec.decisions(json.array("allowed")),
                StepCodec.decision(EventCodec.text(json, "fallback")));
    }

    private static ArrayList<Decided> decided(JsonArray array) {
        var decided = new ArrayList<Decided>(0);
        for (var element : array) {
            var taken = (JsonObject) element;
            decided.add(
                    new Decided(
                            question(taken),
                            EventCodec.text(taken, "decision_id"),
                            StepCodec.decision(EventCodec.text(taken, "decision")),
                            EventCodec.text(taken, "by"),
                            EventCodec.text(taken, "note"),
                            SnapshotCodec.number(taken, "at")));
        }
        return decided;
    }
}
