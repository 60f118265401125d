package mirrorneuron.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.StructuredResults;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.engine.workflow.Approval;

/**
 * Given a job, when a command comes, then these events follow. The test is the outside: it grants
 * leases, ends commands and answers for Java code, and it owns the clock. Every step is committed
 * to a log in memory, and after every step the {@link Invariants} are checked.
 */
abstract class JobSpec {

    /** 2026-01-01T00:00:00Z. */
    static final long T0 = 1_767_225_600_000L;

    static final String NODE = "node-1";

    private static final JobId ID = JobId.of("g-1");

    long now = T0;
    Job job = job(JobText.graph("a: router"), Job.Submission.none());

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final List<EventCodec.Recorded> facts = new ArrayList<>();
    private final TreeMap<Integer, DeadLetter> letters = new TreeMap<>();
    private List<Effect> effects = List.of();
    private List<String> kept = List.of();
    private List<RuntimeEvent> events = List.of();
    private List<JobEvent> lastFacts = List.of();
    private Decision decision = new Decision.Unchanged(JobStatus.PENDING, "");
    private byte[] snapshot = new byte[0];

    static JsonValue json(String text) {
        return JobText.json(text);
    }

    static JsonObject object(String text) {
        return JobText.object(text);
    }

    // Given

    /** A job that was submitted and has not begun to run. */
    final void submitted(String text) {
        submitted(text, Job.Submission.none());
    }

    final void submitted(String text, Job.Submission submission) {
        submitted(JobText.graph(text), submission);
    }

    /** The same on these nodes, for a job that has a group of agents on each. */
    final void submitted(String text, Job.Submission submission, String... nodes) {
        var graph = JobText.graph(text);
        submitted(
                new JobEvent.Submitted(
                        now,
                        ID,
                        graph.manifest().graphId(),
                        "sha256:spec",
                        submission,
                        List.of(nodes)),
                graph);
    }

    final void submitted(Graph graph, Job.Submission submission) {
        submitted(JobEngine.submitted(ID, graph, "sha256:spec", submission, NODE, now), graph);
    }

    private void submitted(JobEvent.Submitted submission, Graph graph) {
        job = JobEngine.create(submission, graph);
        log.reset();
        facts.clear();
        letters.clear();
        snapshot = SnapshotCodec.write(job);
        commit(Turn.first(job, submission));
    }

    /** A job whose agents are running. */
    final void given(String text) {
        submitted(text);
        when(new JobCommand.Start(NODE));
    }

    /** The same, with no initial message anywhere. */
    final void givenQuiet(String text) {
        var first = JobText.document(text).array("entrypoints").get(0).toString();
        submitted(
                text,
                new Job.Submission(
                        JobText.object("{" + first + ": []}"),
                        JsonObject.empty(),
                        JsonObject.empty(),
                        List.of()));
        when(new JobCommand.Start(NODE));
    }

    private Job job(Graph graph, Job.Submission submission) {
        return JobEngine.create(
                JobEngine.submitted(ID, graph, "sha256:spec", submission, NODE, now), graph);
    }

    // When

    final Decision when(JobCommand command) {
        var turn = new Turn(job, now);
        decision = turn.take(command);
        commit(turn);
        return decision;
    }

    /** Several commands between two commits, as an owner takes them when many have come at once. */
    final void whenTogether(JobCommand... commands) {
        var turn = new Turn(job, now);
        for (var command : commands) {
            decision = turn.take(command);
        }
        commit(turn);
    }

    /** Time goes by, and the job is woken as it asked to be. */
    final void advance(long ms) {
        now += ms;
        when(new JobCommand.Wake());
    }

    final void advance(Duration duration) {
        advance(duration.toMillis());
    }

    /** Time goes by until the job wants to be woken. */
    final void advanceToWake() {
        advance(job.nextWake().orElseThrow() - now);
    }

    /** The process is gone and everything in memory with it; the log is read again. */
    final void crash() {
        job = Invariants.replay(log.toByteArray(), job.graph());
    }

    /** The same, from the newest snapshot. */
    final void crashAndReadSnapshot() {
        job = SnapshotCodec.read((JsonObject) Json.parse(SnapshotCodec.write(job)), job.graph());
    }

    final Decision recover() {
        return when(new JobCommand.Recover("node-2"));
    }

    final Decision send(String agent, Message message) {
        return when(new JobCommand.Send(AgentId.of(agent), message, "fresh-" + job.sequence()));
    }

    final Decision send(String agent, String type, String body) {
        return send(agent, Message.of(type, json(body)));
    }

    final Decision pauseDraining() {
        return when(new JobCommand.Pause("operator", false, 30_000));
    }

    final Decision pauseNow() {
        return when(new JobCommand.Pause("operator", true, 0));
    }

    final Decision resume() {
        return when(new JobCommand.Resume());
    }

    final Decision cancel() {
        return when(new JobCommand.Cancel("cancelled by operator"));
    }

    final Decision replay(int index) {
        return when(new JobCommand.Replay(letter(index), false));
    }

    // The outside

    final String attempt(String agent) {
        return Objects.requireNonNull(agent(agent).inflight, agent + " has nothing in hand")
                .attemptId();
    }

    final Decision grant(String agent) {
        var attempt = attempt(agent);
        return when(new JobCommand.LeaseGranted(AgentId.of(agent), attempt, "lease-" + attempt, 7));
    }

    final Decision rejectLease(String agent, String reason, long retryAfterMs) {
        return when(
                new JobCommand.LeaseRejected(
                        AgentId.of(agent), attempt(agent), reason, retryAfterMs, false));
    }

    final Decision finish(String agent, WorkerOutcome outcome) {
        return when(new JobCommand.WorkerFinished(AgentId.of(agent), attempt(agent), outcome));
    }

    /** The command exits with status 0 and prints this. */
    final Decision succeed(String agent, String stdout) {
        return finish(agent, success(stdout));
    }

    static WorkerOutcome success(String stdout) {
        var text = stdout.replace('\'', '"');
        return new WorkerOutcome.Succeeded(
                "host-local-1",
                text,
                "",
                StructuredResults.of(text),
                StructuredResults.document(text).flatMap(StructuredResults::stepResult));
    }

    final Decision fail(String agent, int exitCode) {
        return finish(agent, failure(exitCode));
    }

    static WorkerOutcome failure(int exitCode) {
        return failure(
                WorkerOutcome.Cause.EXIT_STATUS,
                OptionalInt.of(exitCode),
                "command exited with status " + exitCode);
    }

    static WorkerOutcome failure(WorkerOutcome.Cause cause, OptionalInt code, String error) {
        return new WorkerOutcome.Failed("host-local-1", "", "oh dear", cause, code, error);
    }

    final Decision stop(String agent) {
        return finish(
                agent, failure(WorkerOutcome.Cause.STOPPED, OptionalInt.empty(), "worker stopped"));
    }

    final Decision lose(String agent) {
        return finish(
                agent, failure(WorkerOutcome.Cause.LOST, OptionalInt.empty(), "worker host lost"));
    }

    final Decision print(String agent, String structured) {
        return when(
                new JobCommand.WorkerProgress(
                        AgentId.of(agent), attempt(agent), structured(structured)));
    }

    static StructuredResult structured(String text) {
        return StructuredResults.of(text.replace('\'', '"')).orElseThrow();
    }

    final Decision handle(String agent, AgentResult result) {
        return when(new JobCommand.ModuleFinished(AgentId.of(agent), attempt(agent), result));
    }

    final Decision throwing(String agent, String error) {
        return when(new JobCommand.ModuleFailed(AgentId.of(agent), attempt(agent), error, false));
    }

    static AgentResult.Builder with(String state) {
        return AgentResult.with(object(state));
    }

    // Then

    /** Exactly these events, written {@code type} or {@code type(agent)}. */
    final void then(String... labels) {
        assertThat(labels()).containsExactly(labels);
    }

    /** These events in this order, others between them allowed. */
    final void thenAmongOthers(String... labels) {
        assertThat(labels()).containsSubsequence(labels);
    }

    final void thenNothing() {
        assertThat(lastFacts).isEmpty();
        assertThat(effects).isEmpty();
    }

    final void thenRefused(ErrorCode code, String why) {
        assertThat(refusal().why()).isEqualTo(why);
        assertThat(refusal().code()).isEqualTo(code);
        assertThat(lastFacts).as("facts of a refused command").isEmpty();
    }

    /** Refused, and exactly these events tell of it. */
    final void thenRefusedAndTold(ErrorCode code, String why, String... labels) {
        assertThat(refusal().why()).isEqualTo(why);
        assertThat(refusal().code()).isEqualTo(code);
        then(labels);
    }

    final Decision.Refused refusal() {
        assertThat(decision).isInstanceOf(Decision.Refused.class);
        return (Decision.Refused) decision;
    }

    final void thenUnchanged(JobStatus status) {
        assertThat(decision).isInstanceOf(Decision.Unchanged.class);
        assertThat(((Decision.Unchanged) decision).status()).isEqualTo(status);
        assertThat(lastFacts).as("facts of a command that changes nothing").isEmpty();
    }

    final void thenStatus(JobStatus status) {
        assertThat(job.status()).isEqualTo(status);
    }

    final void thenFacts(Class<?>... kinds) {
        assertThat(lastFacts.stream().<Object>map(Object::getClass))
                .containsExactly((Object[]) kinds);
    }

    /** The effects of the last step are exactly of these kinds. */
    final void thenEffects(Class<?>... kinds) {
        assertThat(effects.stream().<Object>map(Object::getClass))
                .containsExactly((Object[]) kinds);
    }

    final <T extends Effect> T effect(Class<T> kind) {
        var found = effects.stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(found).as("effects of kind %s", kind.getSimpleName()).hasSize(1);
        return found.getFirst();
    }

    final List<Effect> effects() {
        return effects;
    }

    final Decision decision() {
        return decision;
    }

    /** The large values that the facts of the last step only refer to, as JSON text. */
    final List<String> kept() {
        return kept;
    }

    final <T extends JobEvent> T fact(Class<T> kind) {
        var found = lastFacts.stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(found).as("facts of kind %s", kind.getSimpleName()).hasSize(1);
        return found.getFirst();
    }

    final List<String> labels() {
        return events.stream().map(JobSpec::label).toList();
    }

    static String label(RuntimeEvent event) {
        return event.agentId().map(id -> event.type() + "(" + id + ")").orElse(event.type());
    }

    /** The payload of the last event of this type in the last step. */
    final JsonObject payload(String type) {
        return payloads(type).getLast();
    }

    final List<JsonObject> payloads(String type) {
        var found =
                events.stream()
                        .filter(event -> event.type().equals(type))
                        .map(RuntimeEvent::payload)
                        .toList();
        assertThat(found).as("events of type %s in %s", type, labels()).isNotEmpty();
        return found;
    }

    /** Whether the agent waits for an answer from outside. */
    static boolean isAsking(AgentState agent) {
        return agent.inflight != null && agent.inflight.phase() != AgentState.Phase.RETRY;
    }

    final StepState step(String id) {
        return job.ledger().step(id);
    }

    /** The steps that are where the words say: {@code draft completed}, as people see them. */
    final void thenSteps(String... words) {
        assertThat(
                        job.ledger().steps().stream()
                                .map(s -> s.id + " " + job.ledger().shown(job, s).wire()))
                .containsExactly(words);
    }

    /** A worker of the step got its lease and ends with this output as {@code complete_step}. */
    final void complete(String agent, String output) {
        if (Objects.requireNonNull(agent(agent).inflight).phase() == AgentState.Phase.LEASE) {
            grant(agent);
        }
        succeed(agent, "{'complete_step': " + output + "}");
    }

    final Decision decide(String gate, String id, String decision, String note) {
        return when(
                new JobCommand.Decide(
                        gate, id, Approval.Decision.of(decision).orElseThrow(), "ada", note));
    }

    final Explanation explainStep(String id) {
        return Explain.step(job, id).orElseThrow();
    }

    final AgentState agent(String id) {
        return job.agent(AgentId.of(id));
    }

    /** The messages in the agent's mailbox, in the order in which they would be taken. */
    final List<Message> mailbox(String agent) {
        return agent(agent).mailbox.inOrder().stream().map(Mailbox.Entry::message).toList();
    }

    final List<String> bodies(String agent) {
        return mailbox(agent).stream().map(message -> message.body().toString()).toList();
    }

    /** The message that a module or command has in hand. */
    final Message inHand(String agent) {
        return Objects.requireNonNull(agent(agent).inflight).entry().message();
    }

    final JsonValue output() {
        return ((JsonObject) job.result.orElseThrow()).at("output");
    }

    final DeadLetter letter(int index) {
        return Optional.ofNullable(letters.get(index)).orElseThrow();
    }

    final int letterCount() {
        return letters.size();
    }

    final Explanation explain() {
        return Explain.job(job, now);
    }

    final Explanation explain(String agent) {
        return Explain.agent(job, AgentId.of(agent), now).orElseThrow();
    }

    final List<EventCodec.Recorded> facts() {
        return List.copyOf(facts);
    }

    final byte[] log() {
        return log.toByteArray();
    }

    private void commit(Turn turn) {
        while (!turn.run()) {
            assertThat(turn.count()).as("facts of one turn").isLessThan(20_000);
        }
        var lines = turn.facts();
        log.writeBytes(lines);
        var recorded = EventCodec.readForViews(lines);
        facts.addAll(recorded);
        lastFacts = recorded.stream().map(EventCodec.Recorded::event).toList();
        effects = turn.effects();
        kept = turn.largeValues().stream().map(bytes -> new String(bytes, UTF_8)).toList();
        turn.deadLetters().forEach(letter -> letters.put(letter.index(), letter));
        var views = new ArrayList<RuntimeEvent>();
        for (var fact : recorded) {
            views.addAll(EventViews.render(job.id(), fact.event(), fact.sequence()));
        }
        events = List.copyOf(views);
        check(lines);
    }

    private void check(byte[] lines) {
        Invariants.transitionsAreLegal(log.toByteArray(), job.graph());
        Invariants.replayEqualsLive(log.toByteArray(), job);
        Invariants.snapshotAndRestEqualLive(snapshot, lines, job);
        Invariants.snapshotRoundTrips(job);
        Invariants.sequenceHasNoGap(job, facts);
        Invariants.timeGoesOn(facts);
        Invariants.countersAreTrue(job);
        Invariants.stepsAreCounted(job);
        Invariants.handledOnceAndGone(job, facts);
        Invariants.nothingRunsAtRest(job);
        Invariants.attemptsAreInOrder(facts);
        Invariants.viewsAreWhole(job, now);
        Invariants.agentsBeginOnce(job, facts);
        snapshot = SnapshotCodec.write(job);
    }
}
