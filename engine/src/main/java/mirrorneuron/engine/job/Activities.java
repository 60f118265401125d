package mirrorneuron.engine.job;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonWriter;
import mirrorneuron.engine.job.JobEvent.Change;
import mirrorneuron.engine.worker.StructuredResult.Note;

/**
 * The last activities of a job, oldest first; a bounded part of its state, so that nobody has to
 * search the log for them. What passes between agents is no activity: commands, restarts, steps and
 * what workers report are.
 */
final class Activities {

    static final int MAX = 128;

    /** Signs of life are too many to be told one by one. */
    private static final String BEACON = "agent_beacon";

    private final ArrayDeque<Activity> last = new ArrayDeque<>(0);

    List<Activity> all() {
        return List.copyOf(last);
    }

    private void add(
            long atMs,
            String type,
            String step,
            String agent,
            String status,
            String detail,
            int attempt) {
        if (last.size() == MAX) {
            last.remove();
        }
        last.add(new Activity(atMs, type, step, agent, status, detail, attempt));
    }

    /** Keeps what the fact tells, if it is an activity. It was applied before. */
    void note(Job job, JobEvent event) {
        long at = event.atMs();
        switch (event) {
            case JobEvent.Handled handled -> {
                if (handled.change() instanceof Change.Ran ran && !ran.fallback()) {
                    agent(
                            job,
                            at,
                            "sandbox_job_completed",
                            handled.agent(),
                            "completed",
                            "",
                            ran.attempts());
                }
                notes(job, at, handled.agent(), handled.notes());
            }
            case JobEvent.Progressed progressed ->
                    notes(job, at, progressed.agent(), progressed.notes());
            case JobEvent.AttemptStarted started ->
                    agent(
                            job,
                            at,
                            "executor_lease_acquired",
                            started.agent(),
                            "running",
                            "",
                            started.attempt());
            case JobEvent.AttemptFailed failed ->
                    agent(
                            job,
                            at,
                            failed.retryAtMs() > 0
                                    ? "executor_retry_scheduled"
                                    : "sandbox_job_failed",
                            failed.agent(),
                            failed.retryAtMs() > 0 ? "queued" : "error",
                            failed.error(),
                            failed.attempt());
            case JobEvent.DeadLettered dead ->
                    agent(
                            job,
                            at,
                            "dead_letter",
                            dead.agent(),
                            "",
                            dead.error().isEmpty() ? dead.reason() : dead.error(),
                            dead.attempts());
            case JobEvent.Replayed replayed ->
                    agent(job, at, "message_replayed", replayed.to(), "", "", 0);
            case JobEvent.RestartScheduled scheduled ->
                    agent(
                            job,
                            at,
                            "agent_restart_scheduled",
                            scheduled.agent(),
                            "queued",
                            scheduled.reason(),
                            scheduled.attempt());
            case JobEvent.Restarted restarted ->
                    agent(job, at, "agents_restarted", restarted.agent(), "ready", "", 0);
            case JobEvent.AgentCompleted completed ->
                    agent(job, at, completed.type(), completed.agent(), "completed", "", 0);
            case JobEvent.Noted noted -> {
                var agent = noted.agent();
                if (agent.isPresent()) {
                    note(job, at, agent.get(), noted.type(), noted.payload());
                } else {
                    add(at, noted.type(), "", "", "", said(noted.payload()), 0);
                }
            }
            case JobEvent.Told told ->
                    note(job, at, told.agent(), told.note().type(), told.note().payload());
            case StepEvent step -> step(at, step);
            case JobEvent.Started _ -> job(job, at, "job_running", "");
            case JobEvent.Pausing pausing -> job(job, at, "job_pausing", pausing.reason());
            case JobEvent.Paused paused -> job(job, at, "job_paused", paused.reason());
            case JobEvent.Resumed _ -> job(job, at, "job_resumed", "");
            case JobEvent.Cancelling cancelling ->
                    job(job, at, "job_cancelling", cancelling.reason());
            case JobEvent.Cancelled cancelled -> job(job, at, "job_cancelled", cancelled.reason());
            case JobEvent.Completed _ -> job(job, at, "job_completed", "");
            case JobEvent.Failed failed -> job(job, at, "job_failed", failed.failure().desc());
            case JobEvent.Recovered _ -> job(job, at, "job_recovered", "");
            case JobEvent.PausedForReview review ->
                    job(job, at, "job_paused_for_manual_restart", review.reason());
            case JobEvent.Restored _ -> job(job, at, "job_restored_from_backup", job.statusReason);
            case JobEvent.Submitted _,
                    JobEvent.AgentStarted _,
                    JobEvent.Seeded _,
                    JobEvent.Accepted _,
                    JobEvent.Dispatched _,
                    JobEvent.LeaseRequested _,
                    JobEvent.LeaseRejected _,
                    JobEvent.SourcesEnded _,
                    JobEvent.DeliveryRetried _,
                    JobEvent.Returned _,
                    JobEvent.Released _,
                    JobEvent.Woken _,
                    JobEvent.PressureChanged _,
                    JobEvent.StreamGap _,
                    JobEvent.CompletionDeferred _ -> {}
        }
    }

    private void step(long at, StepEvent event) {
        var id = event.step();
        switch (event) {
            case StepEvent.Opened opened ->
                    add(
                            at,
                            opened.first()
                                    ? "workflow_step_started"
                                    : "workflow_step_attempt_started",
                            id,
                            opened.agent().value(),
                            "running",
                            "",
                            opened.attempt());
            case StepEvent.Unfolded unfolded ->
                    add(
                            at,
                            "workflow_step_started",
                            id,
                            unfolded.agent().value(),
                            "running",
                            "",
                            0);
            case StepEvent.TimedOut timedOut ->
                    add(
                            at,
                            "workflow_step_attempt_timed_out",
                            id,
                            "",
                            "",
                            timedOut.kind(),
                            timedOut.attempt());
            case StepEvent.RetryScheduled retry ->
                    add(
                            at,
                            "workflow_step_attempt_retry_scheduled",
                            id,
                            "",
                            "retry_wait",
                            retry.error(),
                            retry.attempt());
            case StepEvent.Ended ended ->
                    add(
                            at,
                            "workflow_step_" + ended.status().wire(),
                            id,
                            "",
                            ended.status().wire(),
                            ended.reason(),
                            ended.attempt());
            case StepEvent.Branched branched ->
                    add(
                            at,
                            "workflow_branch_selected",
                            id,
                            "",
                            "",
                            String.join(", ", branched.selected()),
                            0);
            case StepEvent.Scattered scattered ->
                    add(
                            at,
                            "workflow_step_scattered",
                            id,
                            "",
                            "",
                            scattered.items().size() + " items",
                            0);
            case StepEvent.Patched _ -> add(at, "workflow_graph_patch_applied", id, "", "", "", 0);
            case StepEvent.Planned planned ->
                    add(at, "workflow_child_plan_committed", id, "", "", planned.reason(), 0);
            case StepEvent.RoundEnded _ ->
                    add(at, "workflow_child_round_completed", id, "", "", "", 0);
            case StepEvent.Rearmed rearmed ->
                    add(at, "workflow_controller_checkpointed", id, "", "", "", rearmed.attempt());
            case StepEvent.GateOpened gate ->
                    add(at, "human_input_requested", id, "", "blocked", "", gate.attempt());
            case StepEvent.GateDecided decided ->
                    add(
                            at,
                            decided.timedOut() ? "human_input_timeout" : "human_input_received",
                            id,
                            "",
                            "",
                            decided.decision().wire()
                                    + (decided.note().isEmpty() ? "" : ": " + decided.note()),
                            0);
            case StepEvent.Joined _,
                    StepEvent.Blocked _,
                    StepEvent.Triggered _,
                    StepEvent.Ignored _,
                    StepEvent.Beaconed _,
                    StepEvent.Retired _ -> {}
        }
    }

    private void job(Job job, long at, String type, String detail) {
        add(at, type, "", "", job.status().shown().wire(), detail, 0);
    }

    private void agent(
            Job job, long at, String type, AgentId id, String status, String detail, int attempt) {
        var agent = job.find(id);
        var step = agent == null || agent.step == null ? "" : agent.step.id;
        add(at, type, step, id.value(), status, detail, attempt);
    }

    private void notes(Job job, long at, AgentId agent, List<Note> notes) {
        for (var note : notes) {
            note(job, at, agent, note.type(), note.payload());
        }
    }

    private void note(Job job, long at, AgentId agent, String type, JsonObject payload) {
        if (!type.equals(BEACON)) {
            agent(job, at, type, agent, "", said(payload), 0);
        }
    }

    private static String said(JsonObject payload) {
        return Optional.<String>empty()
                .or(() -> payload.string("message"))
                .or(() -> payload.string("summary"))
                .or(() -> payload.string("prompt"))
                .or(() -> payload.string("reason"))
                .orElse("");
    }

    void write(JsonWriter to) {
        if (last.isEmpty()) {
            return;
        }
        to.name("activities").beginArray();
        for (var one : last) {
            to.beginObject().field("at", one.atMs()).field("y", one.type());
            field(to, "s", one.step());
            field(to, "a", one.agent());
            field(to, "u", one.status());
            field(to, "d", one.detail());
            if (one.attempt() > 0) {
                to.field("n", one.attempt());
            }
            to.endObject();
        }
        to.endArray();
    }

    private static void field(JsonWriter to, String name, String text) {
        if (!text.isEmpty()) {
            to.field(name, text);
        }
    }

    void read(JsonObject json) {
        for (var element : json.array("activities")) {
            var one = (JsonObject) element;
            add(
                    SnapshotCodec.number(one, "at"),
                    EventCodec.text(one, "y"),
                    EventCodec.text(one, "s"),
                    EventCodec.text(one, "a"),
                    EventCodec.text(one, "u"),
                    EventCodec.text(one, "d"),
                    (int) SnapshotCodec.number(one, "n"));
        }
    }
}
