package mirrorneuron.engine.job;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Failure;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonWriter;
import mirrorneuron.engine.workflow.Approval;
import mirrorneuron.engine.workflow.StepStatus;

/** The stored form of facts about steps; the same lines as those of {@link EventCodec}. */
final class StepCodec {

    private StepCodec() {}

    static String kind(StepEvent event) {
        return switch (event) {
            case StepEvent.Opened _ -> "step_opened";
            case StepEvent.Joined _ -> "step_joined";
            case StepEvent.Blocked _ -> "step_blocked";
            case StepEvent.Triggered _ -> "step_triggered";
            case StepEvent.Ignored _ -> "step_ignored";
            case StepEvent.Beaconed _ -> "step_beacon";
            case StepEvent.TimedOut _ -> "step_timed_out";
            case StepEvent.RetryScheduled _ -> "step_retry";
            case StepEvent.Ended _ -> "step_ended";
            case StepEvent.Branched _ -> "step_branched";
            case StepEvent.Scattered _ -> "step_scattered";
            case StepEvent.Patched _ -> "graph_patched";
            case StepEvent.Unfolded _ -> "step_unfolded";
            case StepEvent.Planned _ -> "round_planned";
            case StepEvent.RoundEnded _ -> "round_ended";
            case StepEvent.Rearmed _ -> "step_rearmed";
            case StepEvent.Retired _ -> "steps_retired";
            case StepEvent.GateOpened _ -> "gate_opened";
            case StepEvent.GateDecided _ -> "gate_decided";
        };
    }

    static void write(JsonWriter to, StepEvent event) {
        to.field("step", event.step());
        switch (event) {
            case StepEvent.Opened e -> {
                EventCodec.agent(to, e.agent())
                        .field("m", e.messageId())
                        .field("attempt", e.attempt())
                        .field("first", e.first());
                if (e.deadlineAtMs() > 0) {
                    to.field("deadline", e.deadlineAtMs());
                }
            }
            case StepEvent.Joined e -> EventCodec.agent(to, e.agent()).field("m", e.messageId());
            case StepEvent.Blocked e -> to.field("reason", e.reason());
            case StepEvent.Triggered e ->
                    EventCodec.message(to, AgentId.of(e.message().to()), e.message(), null);
            case StepEvent.Ignored e ->
                    EventCodec.agent(to, e.agent())
                            .field("m", e.messageId())
                            .field("stale", e.stale());
            case StepEvent.Beaconed e ->
                    EventCodec.agent(to, e.agent()).field("beacon", e.beacon());
            case StepEvent.TimedOut e -> to.field("attempt", e.attempt()).field("kind", e.kind());
            case StepEvent.RetryScheduled e ->
                    to.field("attempt", e.attempt())
                            .field("cause", e.cause())
                            .field("error", e.error())
                            .field("retry_at", e.retryAtMs())
                            .field("counted", e.counted())
                            .field("note", e.note());
            case StepEvent.Ended e -> {
                to.field("attempt", e.attempt())
                        .field("status", e.status().wire())
                        .field("outcome", e.outcome())
                        .field("reason", e.reason())
                        .field("cascades", e.cascades());
                output(to, e.output());
                e.failure().ifPresent(failure -> to.field("failure", FailureCodec.write(failure)));
            }
            case StepEvent.Branched e ->
                    to.field("selected", JsonArray.ofStrings(e.selected()))
                            .field("skipped", JsonArray.ofStrings(e.skipped()));
            case StepEvent.Scattered e ->
                    to.field("targets", JsonArray.ofStrings(e.targets()))
                            .field("items", JsonArray.of(e.items()))
                            .field("max", e.concurrencyMax());
            case StepEvent.Patched e ->
                    to.field("patch", e.patch()).field("revision", e.revision());
            case StepEvent.Unfolded e -> EventCodec.agent(to, e.agent()).field("m", e.messageId());
            case StepEvent.Planned e ->
                    to.field("round", e.round())
                            .field("steps", e.steps())
                            .field("reason", e.reason());
            case StepEvent.RoundEnded e -> to.field("round", e.round());
            case StepEvent.Rearmed e ->
                    to.field("attempt", e.attempt()).field("output", e.output());
            case StepEvent.Retired e -> to.field("steps", JsonArray.ofStrings(e.steps()));
            case StepEvent.GateOpened e -> {
                to.field("attempt", e.attempt())
                        .field("request_id", e.requestId())
                        .field("request", e.request())
                        .field("timeout_at", e.timeoutAtMs())
                        .field("allowed", decisions(e.allowed()))
                        .field("fallback", e.fallback().wire());
                output(to, e.output());
                EventCodec.outputs(to, e.withheld(), null);
                EventCodec.notes(to, e.choices());
            }
            case StepEvent.GateDecided e -> {
                to.field("request_id", e.requestId())
                        .field("decision_id", e.decisionId())
                        .field("decision", e.decision().wire())
                        .field("by", e.by())
                        .field("note", e.note())
                        .field("timed_out", e.timedOut());
                EventCodec.outputs(to, e.released(), null);
            }
        }
    }

    /**
     * @throws IllegalArgumentException when the kind is of a newer release
     */
    static StepEvent read(String kind, long at, JsonObject json) {
        var step = EventCodec.text(json, "step");
        int attempt = EventCodec.number(json, "attempt");
        return switch (kind) {
            case "step_opened" ->
                    new StepEvent.Opened(
                            at,
                            step,
                            attempt,
                            EventCodec.agent(json),
                            EventCodec.text(json, "m"),
                            flag(json, "first"),
                            json.integer("deadline").orElse(0));
            case "step_joined" ->
                    new StepEvent.Joined(
                            at, step, EventCodec.agent(json), EventCodec.text(json, "m"));
            case "step_blocked" -> new StepEvent.Blocked(at, step, EventCodec.text(json, "reason"));
            case "step_triggered" ->
                    new StepEvent.Triggered(at, step, EventCodec.received(json, null));
            case "step_ignored" ->
                    new StepEvent.Ignored(
                            at,
                            step,
                            EventCodec.agent(json),
                            EventCodec.text(json, "m"),
                            flag(json, "stale"));
            case "step_beacon" ->
                    new StepEvent.Beaconed(at, step, EventCodec.agent(json), json.object("beacon"));
            case "step_timed_out" ->
                    new StepEvent.TimedOut(at, step, attempt, EventCodec.text(json, "kind"));
            case "step_retry" ->
                    new StepEvent.RetryScheduled(
                            at,
                            step,
                            attempt,
                            EventCodec.text(json, "cause"),
                            EventCodec.text(json, "error"),
                            json.integer("retry_at").orElse(0),
                            flag(json, "counted"),
                            EventCodec.text(json, "note"));
            case "step_ended" ->
                    new StepEvent.Ended(
                            at,
                            step,
                            attempt,
                            status(EventCodec.text(json, "status")),
                            EventCodec.text(json, "outcome"),
                            output(json),
                            EventCodec.text(json, "reason"),
                            json.has("failure")
                                    ? Optional.of(Failure.fromJson(json.object("failure")))
                                    : Optional.empty(),
                            flag(json, "cascades"));
            case "step_branched" ->
                    new StepEvent.Branched(
                            at,
                            step,
                            EventCodec.texts(json.array("selected")),
                            EventCodec.texts(json.array("skipped")));
            case "step_scattered" ->
                    new StepEvent.Scattered(
                            at,
                            step,
                            EventCodec.texts(json.array("targets")),
                            json.array("items").values(),
                            EventCodec.number(json, "max"));
            case "graph_patched" ->
                    new StepEvent.Patched(
                            at, step, json.object("patch"), json.integer("revision").orElse(0));
            case "step_unfolded" ->
                    new StepEvent.Unfolded(
                            at, step, EventCodec.agent(json), EventCodec.text(json, "m"));
            case "round_planned" ->
                    new StepEvent.Planned(
                            at,
                            step,
                            EventCodec.number(json, "round"),
                            json.array("steps"),
                            EventCodec.text(json, "reason"));
            case "round_ended" ->
                    new StepEvent.RoundEnded(at, step, EventCodec.number(json, "round"));
            case "step_rearmed" -> new StepEvent.Rearmed(at, step, attempt, json.at("output"));
            case "steps_retired" ->
                    new StepEvent.Retired(at, step, EventCodec.texts(json.array("steps")));
            case "gate_opened" ->
                    new StepEvent.GateOpened(
                            at,
                            step,
                            attempt,
                            EventCodec.text(json, "request_id"),
                            json.object("request"),
                            output(json),
                            EventCodec.outputs(json, null),
                            EventCodec.notes(json),
                            json.integer("timeout_at").orElse(0),
                            decisions(json.array("allowed")),
                            decision(EventCodec.text(json, "fallback")));
            case "gate_decided" ->
                    new StepEvent.GateDecided(
                            at,
                            step,
                            EventCodec.text(json, "request_id"),
                            EventCodec.text(json, "decision_id"),
                            decision(EventCodec.text(json, "decision")),
                            EventCodec.text(json, "by"),
                            EventCodec.text(json, "note"),
                            flag(json, "timed_out"),
                            EventCodec.outputs(json, null));
            default ->
                    throw new IllegalArgumentException(
                            "fact: " + kind + " (expected: a kind that this release knows)");
        };
    }

    static void output(JsonWriter to, StepOutput output) {
        to.field("output", output.value());
        if (!output.written().isEmpty()) {
            to.field("written", output.written());
        }
        if (!output.closed().isEmpty()) {
            to.field("closed", JsonArray.ofStrings(output.closed()));
        }
    }

    static StepOutput output(JsonObject json) {
        return new StepOutput(
                json.at("output"), json.object("written"), EventCodec.texts(json.array("closed")));
    }

    private static StepStatus status(String wire) {
        return StepStatus.valueOf(wire.toUpperCase(Locale.ROOT));
    }

    static JsonArray decisions(List<Approval.Decision> decisions) {
        return JsonArray.ofStrings(decisions.stream().map(Approval.Decision::wire).toList());
    }

    static List<Approval.Decision> decisions(JsonArray array) {
        return EventCodec.texts(array).stream().map(StepCodec::decision).toList();
    }

    /** A decision of a newer release stops whoever reads it: nobody may guess. */
    static Approval.Decision decision(String wire) {
        return Approval.Decision.of(wire)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "decision: "
                                                + wire
                                                + " (expected: approve, revise, reject)"));
    }

    private static boolean flag(JsonObject json, String name) {
        return json.bool(name).orElse(false);
    }
}
