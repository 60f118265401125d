package mirrorneuron.engine.job;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.workflow.Approval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every command in every status, and every way from one status to another.
 *
 * <p>The job has a command at work ({@code x}), Java code at work ({@code m}) and a message that
 * waits for slots ({@code y}), as far as its status allows that.
 */
class JobStateTest extends JobSpec {

    private static final String JOB =
            """
            x: executor {'max_attempts': 2}
            m: module
            y: executor
            entrypoints: x, m, y
            """;

    private static final Set<JobStatus> STATUSES =
            EnumSet.complementOf(EnumSet.of(JobStatus.VALIDATED, JobStatus.SCHEDULED));

    /**
     * What follows from a command, by statuses: the facts, {@code =} for no change, or a refusal.
     */
    private static final String TABLE =
            """
            Start          | PENDING QUEUED                   | Started
            Start          | RUNNING PAUSING PAUSED CANCELLING | =
            Start          | COMPLETED FAILED CANCELLED UNKNOWN | job_terminal: Expected to start job g-1, but it is %s
            Recover        | PENDING QUEUED                   | Started
            Recover        | RUNNING                          | PausedForReview
            Recover        | PAUSING                          | PausedForReview
            Recover        | PAUSED                           | =
            Recover        | CANCELLING                       | Cancelled
            Recover        | COMPLETED FAILED CANCELLED UNKNOWN | job_terminal: Expected to recover job g-1, but it is %s
            Wake           | PENDING QUEUED RUNNING PAUSING PAUSED CANCELLING COMPLETED FAILED CANCELLED UNKNOWN | =
            Send           | PENDING QUEUED CANCELLING        | job_not_running: Expected to send a message to job g-1, but it is %s
            Send           | RUNNING PAUSING PAUSED           | Accepted
            Send           | COMPLETED FAILED CANCELLED UNKNOWN | job_terminal: Expected to send a message to job g-1, but it is %s
            LeaseGranted   | RUNNING                          | AgentStarted AttemptStarted
            LeaseGranted   | PENDING QUEUED PAUSING PAUSED CANCELLING COMPLETED FAILED CANCELLED UNKNOWN | conflict: Expected attempt y-a3 to wait for a lease, but it does not any more
            LeaseRejected  | RUNNING                          | LeaseRejected
            LeaseRejected  | PENDING QUEUED PAUSING PAUSED CANCELLING COMPLETED FAILED CANCELLED UNKNOWN | conflict: Expected a result of the attempt in hand, but y-a3 is not it any more
            WorkerProgress | RUNNING PAUSING                  | Progressed
            WorkerProgress | PENDING QUEUED PAUSED CANCELLING COMPLETED FAILED CANCELLED UNKNOWN | conflict: Expected a result of the attempt in hand, but x-a1 is not it any more
            WorkerBeacon   | RUNNING PAUSING CANCELLING       | Noted
            WorkerBeacon   | PENDING QUEUED PAUSED COMPLETED FAILED CANCELLED UNKNOWN | conflict: Expected a result of the attempt in hand, but x-a1 is not it any more
            WorkerFinished | RUNNING PAUSING                  | Handled
            WorkerFinished | CANCELLING                       | Noted Returned
            WorkerFinished | PENDING QUEUED PAUSED COMPLETED FAILED CANCELLED UNKNOWN | conflict: Expected a result of the attempt in hand, but x-a1 is not it any more
            ModuleFinished | RUNNING PAUSING                  | Handled
            ModuleFinished | CANCELLING                       | Returned
            ModuleFinished | PENDING QUEUED PAUSED COMPLETED FAILED CANCELLED UNKNOWN | conflict: Expected a result of the attempt in hand, but m-a2 is not it any more
            ModuleFailed   | RUNNING PAUSING                  | DeliveryRetried
            ModuleFailed   | CANCELLING                       | Returned
            ModuleFailed   | PENDING QUEUED PAUSED COMPLETED FAILED CANCELLED UNKNOWN | conflict: Expected a result of the attempt in hand, but m-a2 is not it any more
            Pause          | RUNNING                          | Pausing Returned
            Pause          | PAUSING PAUSED                   | =
            Pause          | PENDING QUEUED CANCELLING        | conflict: Expected to pause job g-1, but it is %s
            Pause          | COMPLETED FAILED CANCELLED UNKNOWN | job_terminal: Expected to pause job g-1, but it is %s
            Resume         | PAUSED                           | Resumed
            Resume         | RUNNING                          | =
            Resume         | PENDING QUEUED PAUSING CANCELLING | conflict: Expected to resume job g-1, but it is %s
            Resume         | COMPLETED FAILED CANCELLED UNKNOWN | job_terminal: Expected to resume job g-1, but it is %s
            Cancel         | PENDING QUEUED RUNNING PAUSING PAUSED | Cancelling
            Cancel         | CANCELLING CANCELLED             | =
            Cancel         | COMPLETED FAILED UNKNOWN         | job_terminal: Expected to cancel job g-1, but it is %s
            Restore        | PAUSED                           | Restored
            Restore        | PENDING QUEUED RUNNING PAUSING CANCELLING | conflict: Expected to restore job g-1, but it is %s
            Restore        | COMPLETED FAILED CANCELLED UNKNOWN | job_terminal: Expected to restore job g-1, but it is %s
            Replay         | RUNNING PAUSED                   | Replayed
            Replay         | PENDING QUEUED PAUSING CANCELLING | job_not_running: Expected to replay a dead letter of job g-1, but it is %s
            Replay         | COMPLETED FAILED CANCELLED UNKNOWN | job_terminal: Expected to replay a dead letter of job g-1, but it is %s
            Fail           | PENDING QUEUED RUNNING PAUSING PAUSED | Failed
            Fail           | CANCELLING                       | conflict: Expected to fail job g-1, but it is %s
            Fail           | COMPLETED FAILED CANCELLED UNKNOWN | job_terminal: Expected to fail job g-1, but it is %s
            Decide         | RUNNING PAUSING PAUSED           | gate_not_found: Expected to approve at draft of job g-1, but it has no such gate
            Decide         | PENDING QUEUED CANCELLING        | job_not_running: Expected to approve at draft of job g-1, but it is %s
            Decide         | COMPLETED FAILED CANCELLED UNKNOWN | job_terminal: Expected to approve at draft of job g-1, but it is %s
            """;

    record Cell(String command, JobStatus status, String expected) {
        @Override
        public String toString() {
            return command + " when " + status.wire();
        }
    }

    static List<Cell> cells() {
        var cells = new ArrayList<Cell>();
        for (var line : TABLE.strip().split("\n")) {
            var columns = line.split(" *\\| *", 3);
            for (var status : columns[1].split(" +")) {
                cells.add(new Cell(columns[0].strip(), JobStatus.valueOf(status), columns[2]));
            }
        }
        return cells;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void answer(Cell cell) {
        in(cell.status());
        var decision = JobEngine.decide(job, command(cell.command()), now);
        assertThat(shown(decision)).isEqualTo(cell.expected().formatted(cell.status().wire()));
    }

    @Test
    void the_table_has_every_cell_once() {
        var expected = new TreeSet<String>();
        for (var command : JobCommand.class.getPermittedSubclasses()) {
            for (var status : STATUSES) {
                expected.add(command.getSimpleName() + " when " + status.wire());
            }
        }
        assertThat(cells().stream().map(Cell::toString))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void asking_a_refused_command_changes_nothing() {
        for (var cell : cells()) {
            in(cell.status());
            var before = SnapshotCodec.write(job);
            JobEngine.decide(job, command(cell.command()), now);
            assertThat(SnapshotCodec.write(job)).as(cell.toString()).isEqualTo(before);
        }
    }

    private static String shown(Decision decision) {
        return switch (decision) {
            case Decision.Accepted accepted ->
                    accepted.events().stream()
                            .map(event -> event.getClass().getSimpleName())
                            .collect(joining(" "));
            case Decision.Unchanged _ -> "=";
            case Decision.Refused refused -> refused.code().code() + ": " + refused.why();
        };
    }

    private JobCommand command(String name) {
        var x = AgentId.of("x");
        var y = AgentId.of("y");
        var m = AgentId.of("m");
        return switch (name) {
            case "Start" -> new JobCommand.Start(NODE);
            case "Recover" -> new JobCommand.Recover(NODE);
            case "Wake" -> new JobCommand.Wake();
            case "Send" -> new JobCommand.Send(x, Message.of("t", JsonNull.NULL), "id-1");
            case "LeaseGranted" -> new JobCommand.LeaseGranted(y, "y-a3", "lease", 0);
            case "LeaseRejected" -> new JobCommand.LeaseRejected(y, "y-a3", "full", 250, false);
            case "WorkerProgress" ->
                    new JobCommand.WorkerProgress(x, "x-a1", structured("{'events': []}"));
            case "WorkerBeacon" -> new JobCommand.WorkerBeacon(x, "x-a1", JsonObject.empty());
            case "WorkerFinished" -> new JobCommand.WorkerFinished(x, "x-a1", success("ok"));
            case "ModuleFinished" ->
                    new JobCommand.ModuleFinished(m, "m-a2", AgentResult.keep(JsonObject.empty()));
            case "ModuleFailed" -> new JobCommand.ModuleFailed(m, "m-a2", "oops", false);
            case "Pause" -> new JobCommand.Pause("operator", false, 30_000);
            case "Resume" -> new JobCommand.Resume();
            case "Cancel" -> new JobCommand.Cancel("operator");
            case "Restore" -> new JobCommand.Restore(NODE, now, JsonObject.empty());
            case "Replay" -> new JobCommand.Replay(deadLetter(), false);
            case "Fail" -> new JobCommand.Fail("runtime.failure", "The disk is full", "");
            case "Decide" ->
                    new JobCommand.Decide("draft", "d-1", Approval.Decision.APPROVE, "ada", "");
            default -> throw new IllegalArgumentException(name);
        };
    }

    private DeadLetter deadLetter() {
        var message = Message.of("t", JsonNull.NULL).addressed("old", "x", Instant.EPOCH, "c");
        return new DeadLetter(
                0,
                1,
                AgentId.of("x"),
                "expired",
                "",
                1,
                Instant.EPOCH,
                message.toJson(),
                0,
                Optional.empty(),
                Optional.empty());
    }

    /** Brings the job to this status, by commands as far as there are any. */
    private void in(JobStatus status) {
        submitted(JOB);
        if (status == JobStatus.PENDING) {
            return;
        }
        if (status == JobStatus.QUEUED || status == JobStatus.UNKNOWN) {
            // Written by a placement of several nodes, and by a newer release.
            job.status = status;
            return;
        }
        when(new JobCommand.Start(NODE));
        grant("x");
        switch (status) {
            case RUNNING -> {}
            case PAUSING -> pauseDraining();
            case PAUSED -> {
                pauseDraining();
                succeed("x", "");
                handle("m", with("{}").build());
            }
            case CANCELLING -> cancel();
            case CANCELLED -> {
                cancel();
                stop("x");
                throwing("m", "interrupted");
            }
            case COMPLETED -> handle("m", with("{}").completeRun(JsonNull.NULL).build());
            case FAILED -> when(command("Fail"));
            case PENDING, QUEUED, UNKNOWN, VALIDATED, SCHEDULED ->
                    throw new IllegalArgumentException(status.wire());
        }
        thenStatus(status);
    }

    // Transitions

    private static final Map<String, String> WAYS =
            Map.ofEntries(
                    Map.entry("PENDING RUNNING", "Start"),
                    Map.entry("PENDING CANCELLING", "Cancel"),
                    Map.entry("PENDING FAILED", "Fail"),
                    Map.entry("QUEUED RUNNING", "Start"),
                    Map.entry("QUEUED CANCELLING", "Cancel"),
                    Map.entry("QUEUED FAILED", "Fail"),
                    Map.entry("RUNNING PAUSING", "Pause"),
                    Map.entry("RUNNING PAUSED", "Recover"),
                    Map.entry("RUNNING CANCELLING", "Cancel"),
                    Map.entry("RUNNING COMPLETED", "complete"),
                    Map.entry("RUNNING FAILED", "Fail"),
                    Map.entry("PAUSING PAUSED", "Recover"),
                    Map.entry("PAUSING CANCELLING", "Cancel"),
                    Map.entry("PAUSING COMPLETED", "complete"),
                    Map.entry("PAUSING FAILED", "Fail"),
                    Map.entry("PAUSED RUNNING", "Resume"),
                    Map.entry("PAUSED CANCELLING", "Cancel"),
                    Map.entry("PAUSED FAILED", "Fail"),
                    Map.entry("CANCELLING CANCELLED", "Recover"));

    static Stream<String> ways() {
        return WAYS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void way(String way) {
        var from = JobStatus.valueOf(way.split(" ")[0]);
        var to = JobStatus.valueOf(way.split(" ")[1]);
        in(from);
        var name = WAYS.getOrDefault(way, "");
        var command =
                name.equals("complete")
                        ? new JobCommand.ModuleFinished(
                                AgentId.of("m"),
                                "m-a2",
                                with("{}").completeRun(JsonNull.NULL).build())
                        : command(name);
        assertThat(statusesAfter(command)).contains(to);
    }

    /** The statuses that the job goes through when it obeys the command. */
    private Set<JobStatus> statusesAfter(JobCommand command) {
        var seen = new HashSet<JobStatus>();
        var accepted = (Decision.Accepted) JobEngine.decide(job, command, now);
        for (var event : accepted.events()) {
            JobEngine.apply(job, event);
            seen.add(job.status());
        }
        return seen;
    }

    @Test
    void the_ways_are_the_legal_transitions() {
        var legal = new TreeSet<String>();
        Invariants.LEGAL.forEach((from, to) -> to.forEach(t -> legal.add(from + " " + t)));
        assertThat(ways()).containsExactlyInAnyOrderElementsOf(legal);
    }

    @Test
    void an_end_is_final() {
        for (var status : JobStatus.values()) {
            assertThat(Invariants.LEGAL.getOrDefault(status, Set.of()).isEmpty())
                    .as("%s is an end", status)
                    .isEqualTo(
                            status.terminal()
                                    || !STATUSES.contains(status)
                                    || status == JobStatus.UNKNOWN);
        }
    }

    @Test
    void a_lease_that_can_never_be_had_does_not_fail_a_job_that_is_being_cancelled() {
        in(JobStatus.CANCELLING);
        when(new JobCommand.LeaseRejected(AgentId.of("y"), "y-a3", "no such pool", 0, true));
        thenStatus(JobStatus.CANCELLING);
    }

    @Test
    void java_code_that_a_pause_interrupts_has_not_failed() {
        in(JobStatus.RUNNING);
        pauseNow();
        throwing("m", "interrupted");
        then("message_returned(m)");
        stop("x");
        thenStatus(JobStatus.PAUSED);
        assertThat(agent("m").lastError).isEmpty();
    }

    @Test
    void a_crash_while_pausing_says_that_a_command_may_have_acted() {
        in(JobStatus.PAUSING);
        crash();
        recover();
        then("job_recovery_started", "job_paused_for_manual_restart");
        assertThat(explain().sentence()).contains("the process ended while x may have acted");
    }

    @Test
    void a_job_without_agents_is_pending_first_and_then_completed_with_no_output() {
        submitted(Graph.of(JobText.withoutNodes()), Job.Submission.none());
        then("job_pending", "job_validated");
        thenStatus(JobStatus.PENDING);
        when(new JobCommand.Start(NODE));
        then("job_scheduled", "job_running", "job_completed");
        assertThat(job.result).contains(json("{'agent_id': null, 'output': null}"));
        thenEffects(Effect.JobEnded.class);
    }

    @Test
    void a_job_starts_and_every_entrypoint_gets_its_first_message() {
        submitted("a: module\nb: module\nentrypoints: b, a");
        then("job_pending", "job_validated");
        when(new JobCommand.Start(NODE));
        then(
                "job_scheduled",
                "job_running",
                "agent_message_received(b)",
                "agent_message_received(a)",
                "agent_started(b)",
                "message_dispatched(b)",
                "agent_started(a)",
                "message_dispatched(a)");
        assertThat(payload("job_running"))
                .isEqualTo(object("{'node': 'node-1', 'agents': ['a', 'b']}"));
        var message = inHand("b");
        assertThat(message.type()).isEqualTo("init");
        assertThat(message.messageClass()).isEqualTo("command");
        assertThat(message.from()).isEqualTo("runtime");
        assertThat(message.to()).isEqualTo("b");
        assertThat(message.body()).isEqualTo(json("{}"));
    }

    @Test
    void a_line_names_so_many_agents_and_counts_the_rest() {
        var agents =
                IntStream.rangeClosed(1, EventViews.AGENTS_NAMED_MAX + 1)
                        .mapToObj(i -> AgentId.of("a" + i))
                        .toList();
        var most = agents.subList(0, EventViews.AGENTS_NAMED_MAX);

        assertThat(running(most).array("agents")).hasSize(EventViews.AGENTS_NAMED_MAX);
        assertThat(running(most).has("agents_total")).isFalse();
        assertThat(running(agents))
                .isEqualTo(running(most).with("agents_total", JsonNumber.of(5_001)));
    }

    private static JsonObject running(List<AgentId> agents) {
        return EventViews.render(JobId.of("g-1"), new JobEvent.Started(T0, NODE, agents), 1)
                .getLast()
                .payload();
    }

    @Test
    void every_command_is_named_in_the_table() {
        assertThat(Arrays.stream(JobCommand.class.getPermittedSubclasses()))
                .allSatisfy(
                        command ->
                                assertThat(command(command.getSimpleName())).isInstanceOf(command));
    }
}
