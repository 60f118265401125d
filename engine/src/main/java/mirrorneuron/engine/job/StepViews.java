package mirrorneuron.engine.job;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.HumanRecords;
import mirrorneuron.engine.workflow.StepStatus;

/** The lines that people read of facts about steps. */
final class StepViews {

    private StepViews() {}

    static int count(StepEvent event) {
        return switch (event) {
            case StepEvent.Opened opened -> opened.first() ? 2 : 1;
            case StepEvent.Ended ended -> completesAttempt(ended) ? 2 : 1;
            case StepEvent.GateDecided decided ->
                    2 + EventViews.outputLines(decided.released(), List.of());
            case StepEvent.Triggered _,
                    StepEvent.Unfolded _,
                    StepEvent.Rearmed _,
                    StepEvent.Beaconed _,
                    StepEvent.Branched _,
                    StepEvent.Scattered _ ->
                    2;
            case StepEvent.Joined _,
                    StepEvent.Blocked _,
                    StepEvent.Ignored _,
                    StepEvent.TimedOut _,
                    StepEvent.RetryScheduled _,
                    StepEvent.Patched _,
                    StepEvent.Retired _,
                    StepEvent.Planned _,
                    StepEvent.RoundEnded _,
                    StepEvent.GateOpened _ ->
                    1;
        };
    }

    private static boolean completesAttempt(StepEvent.Ended ended) {
        return ended.attempt() > 0 && ended.status() == StepStatus.COMPLETED;
    }

    /** True when the fact has to be kept until the job has ended. */
    static boolean isState(StepEvent event) {
        return switch (event) {
            case StepEvent.Opened _,
                    StepEvent.Triggered _,
                    StepEvent.TimedOut _,
                    StepEvent.RetryScheduled _,
                    StepEvent.Ended _,
                    StepEvent.Branched _,
                    StepEvent.Scattered _,
                    StepEvent.Patched _,
                    StepEvent.Unfolded _,
                    StepEvent.Planned _,
                    StepEvent.RoundEnded _,
                    StepEvent.Rearmed _,
                    StepEvent.Retired _,
                    StepEvent.GateOpened _,
                    StepEvent.GateDecided _ ->
                    true;
            case StepEvent.Joined _,
                    StepEvent.Blocked _,
                    StepEvent.Ignored _,
                    StepEvent.Beaconed _ ->
                    false;
        };
    }

    static void render(StepEvent event, EventViews.Lines to) {
        var step = JsonObject.builder().put("step_id", event.step());
        switch (event) {
            case StepEvent.Opened opened -> {
                if (opened.first()) {
                    to.state(
                            "workflow_step_started",
                            opened.agent(),
                            JsonObject.builder().put("step_id", event.step()));
                }
                step.put("attempt_id", StepState.attemptId(event.step(), opened.attempt()))
                        .put("attempt", opened.attempt())
                        .put("message_id", opened.messageId());
                if (opened.deadlineAtMs() > 0) {
                    step.put("deadline_at", EventViews.time(opened.deadlineAtMs()));
                }
                to.state("workflow_step_attempt_started", opened.agent(), step);
            }
            case StepEvent.Joined joined ->
                    to.trace(
                            "workflow_message_received",
                            joined.agent(),
                            step.put("message_id", joined.messageId()));
            case StepEvent.Blocked blocked ->
                    to.state("workflow_step_blocked", step.put("reason", blocked.reason()));
            case StepEvent.Triggered triggered -> {
                to.state(
                        "workflow_step_triggered",
                        step.put("type", triggered.message().type())
                                .put("message_id", triggered.message().messageId()));
                to.received(triggered.message());
            }
            case StepEvent.Ignored ignored ->
                    to.trace(
                            ignored.stale()
                                    ? "workflow_step_stale_output_ignored"
                                    : "workflow_step_duplicate_message_ignored",
                            ignored.agent(),
                            step.put("message_id", ignored.messageId()));
            case StepEvent.Beaconed beaconed -> {
                to.trace(
                        "agent_beacon",
                        beaconed.agent(),
                        JsonObject.builder().putAll(beaconed.beacon()));
                to.trace("workflow_step_beacon", beaconed.agent(), step);
            }
            case StepEvent.TimedOut timedOut ->
                    to.state(
                            "workflow_step_attempt_timed_out",
                            step.put(
                                            "attempt_id",
                                            StepState.attemptId(event.step(), timedOut.attempt()))
                                    .put("attempt", timedOut.attempt())
                                    .put("kind", timedOut.kind()));
            case StepEvent.RetryScheduled retry ->
                    to.state(
                            "workflow_step_attempt_retry_scheduled",
                            step.put(
                                            "attempt_id",
                                            StepState.attemptId(event.step(), retry.attempt()))
                                    .put("attempt", retry.attempt())
                                    .put("cause", retry.cause())
                                    .put("error", retry.error())
                                    .put("delay_ms", Math.max(0, retry.retryAtMs() - retry.atMs()))
                                    .put("retry_at", EventViews.time(retry.retryAtMs())));
            case StepEvent.Ended ended -> ended(ended, step, to);
            case StepEvent.Branched branched -> {
                to.state(
                        "workflow_step_branch",
                        JsonObject.builder()
                                .put("step_id", event.step())
                                .put("branches", JsonArray.ofStrings(branched.selected())));
                to.state(
                        "workflow_branch_selected",
                        step.put("selected", JsonArray.ofStrings(branched.selected()))
                                .put("skipped", JsonArray.ofStrings(branched.skipped())));
            }
            case StepEvent.Scattered scattered -> {
                to.state(
                        "workflow_step_scatter",
                        JsonObject.builder()
                                .put("step_id", event.step())
                                .put("items", scattered.items().size())
                                .put("max_concurrency", scattered.concurrencyMax()));
                to.state(
                        "workflow_step_scattered",
                        step.put("source", event.step())
                                .put("targets", JsonArray.ofStrings(scattered.targets()))
                                .put("count", scattered.items().size()));
            }
            case StepEvent.Patched patched ->
                    to.state(
                            "workflow_graph_patch_applied",
                            step.put("patch_id", patched.patch().at("patch_id"))
                                    .put("region_id", patched.patch().at("region_id"))
                                    .put("revision", patched.revision())
                                    .put("operations", patched.patch().array("operations").size()));
            case StepEvent.Unfolded unfolded -> {
                to.state(
                        "workflow_step_started",
                        unfolded.agent(),
                        JsonObject.builder().put("step_id", event.step()));
                to.state(
                        "workflow_child_started",
                        unfolded.agent(),
                        step.put("message_id", unfolded.messageId()));
            }
            case StepEvent.Planned planned ->
                    to.state(
                            "workflow_child_plan_committed",
                            step.put("round", planned.round())
                                    .put("steps", planned.steps().size())
                                    .put("reason", planned.reason()));
            case StepEvent.RoundEnded round ->
                    to.state("workflow_child_round_completed", step.put("round", round.round()));
            case StepEvent.Rearmed rearmed -> {
                to.state(
                        "workflow_step_attempt_completed",
                        JsonObject.builder()
                                .put("step_id", event.step())
                                .put(
                                        "attempt_id",
                                        StepState.attemptId(event.step(), rearmed.attempt()))
                                .put("attempt", rearmed.attempt()));
                to.state(
                        "workflow_controller_checkpointed", step.put("attempt", rearmed.attempt()));
            }
            case StepEvent.Retired retired ->
                    to.state(
                            "workflow_dynamic_steps_retired",
                            step.put("steps", JsonArray.ofStrings(retired.steps())));
            case StepEvent.GateOpened gate ->
                    to.state(
                            "human_input_requested",
                            step.put("request_id", gate.requestId())
                                    .put(
                                            "attempt_id",
                                            StepState.attemptId(event.step(), gate.attempt()))
                                    .put("request", gate.request())
                                    .put("status", "pending"));
            case StepEvent.GateDecided decided -> decided(decided, step, to);
        }
    }

    private static void ended(StepEvent.Ended ended, JsonObject.Builder step, EventViews.Lines to) {
        if (completesAttempt(ended)) {
            to.state(
                    "workflow_step_attempt_completed",
                    JsonObject.builder()
                            .put("step_id", ended.step())
                            .put("attempt_id", StepState.attemptId(ended.step(), ended.attempt()))
                            .put("attempt", ended.attempt()));
        }
        step.put("status", ended.status().wire())
                .put("outcome", ended.outcome())
                .put("reason", ended.reason());
        if (ended.attempt() > 0) {
            step.put("attempt_id", StepState.attemptId(ended.step(), ended.attempt()))
                    .put("attempt", ended.attempt());
        }
        ended.failure().ifPresent(failure -> step.put("failure", to.told(failure)));
        to.state("workflow_step_" + ended.status().wire(), step);
    }

    private static Optional<String> said(String text) {
        return Optional.of(text).filter(one -> !one.isBlank());
    }

    private static void decided(
            StepEvent.GateDecided decided, JsonObject.Builder step, EventViews.Lines to) {
        var decision = decided.decision().wire();
        var answer =
                JsonObject.builder()
                        .put("step_id", decided.step())
                        .put("request_id", decided.requestId())
                        .put("decision_id", decided.decisionId())
                        .put("decision", decision)
                        .put("reviewer", decided.by())
                        .put("notes", decided.note());
        if (decided.timedOut()) {
            to.state("human_input_timeout", answer.put("default_action", decision));
        } else {
            to.state(
                    "human_input_received",
                    answer.put("approved", HumanRecords.approves(decision))
                            .put(
                                    "response",
                                    HumanRecords.response(
                                            decision,
                                            said(decided.by()),
                                            said(decided.note()),
                                            said(decided.decisionId()))));
        }
        to.state(
                "human_decision_applied",
                step.put("request_id", decided.requestId())
                        .put("decision_id", decided.decisionId())
                        .put("decision", decided.decision().wire()));
        // What was held back went the ways that it had chosen before.
        decided.released().stream()
                .findFirst()
                .map(output -> AgentId.of(output.message().from()))
                .ifPresent(agent -> to.outputs(agent, decided.released(), List.of()));
    }
}
