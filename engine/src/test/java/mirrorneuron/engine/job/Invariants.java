package mirrorneuron.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static mirrorneuron.api.JobStatus.CANCELLED;
import static mirrorneuron.api.JobStatus.CANCELLING;
import static mirrorneuron.api.JobStatus.COMPLETED;
import static mirrorneuron.api.JobStatus.FAILED;
import static mirrorneuron.api.JobStatus.PAUSED;
import static mirrorneuron.api.JobStatus.PAUSING;
import static mirrorneuron.api.JobStatus.PENDING;
import static mirrorneuron.api.JobStatus.QUEUED;
import static mirrorneuron.api.JobStatus.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.workflow.StepStatus;

/**
 * What holds of every job after every step, whatever the spec is about. Each rule is a method of
 * its own, so that a test can show it a job that breaks it.
 */
final class Invariants {

    /** Every step from one status to another that a job may take. */
    static final Map<JobStatus, Set<JobStatus>> LEGAL =
            Map.of(
                    PENDING, Set.of(RUNNING, CANCELLING, FAILED),
                    QUEUED, Set.of(RUNNING, CANCELLING, FAILED),
                    RUNNING, Set.of(PAUSING, PAUSED, CANCELLING, COMPLETED, FAILED),
                    PAUSING, Set.of(PAUSED, CANCELLING, COMPLETED, FAILED),
                    PAUSED, Set.of(RUNNING, CANCELLING, FAILED),
                    CANCELLING, Set.of(CANCELLED));

    private Invariants() {}

    /** No fact takes the job where it may not go. */
    static void transitionsAreLegal(byte[] log, Graph graph) {
        var job = JobEngine.create(EventCodec.submission(log), graph);
        var status = job.status();
        for (var line : new String(log, UTF_8).lines().skip(1).toList()) {
            EventCodec.replay(line.getBytes(UTF_8), job);
            if (job.status() != status) {
                assertThat(LEGAL.getOrDefault(status, Set.of()))
                        .as("statuses after %s", status)
                        .contains(job.status());
                status = job.status();
            }
        }
    }

    /** Reads a log from its first line on, as a start after a crash does. */
    static Job replay(byte[] log, Graph graph) {
        var job = JobEngine.create(EventCodec.submission(log), graph);
        EventCodec.replay(log, job);
        return job;
    }

    /** The facts alone give the job that lived. */
    static void replayEqualsLive(byte[] log, Job live) {
        assertSame("the replayed log", replay(log, live.graph()), live);
    }

    /** A snapshot and the facts after it give the job that lived. */
    static void snapshotAndRestEqualLive(byte[] snapshot, byte[] rest, Job live) {
        var job = SnapshotCodec.read(object(snapshot), live.graph());
        EventCodec.replay(rest, job);
        assertSame("the snapshot and the facts after it", job, live);
    }

    /** A snapshot that is read and written again is the same, and so is what is derived from it. */
    static void snapshotRoundTrips(Job live) {
        var read = SnapshotCodec.read(object(SnapshotCodec.write(live)), live.graph());
        assertSame("the snapshot", read, live);
        if (!live.status().terminal()) {
            assertThat(derived(read))
                    .as("what a snapshot's reader derives")
                    .isEqualTo(derived(live));
        }
    }

    /** Numbers and pieces that are counted along must be what counting them anew gives. */
    static void countersAreTrue(Job job) {
        if (job.status().terminal()) {
            return;
        }
        int held = 0;
        for (var agent : job.agents()) {
            int own = 0;
            for (var target : job.agents()) {
                own += (int) waiting(target).stream().filter(h -> h.producer() == agent).count();
            }
            assertThat(agent.held).as("held messages of %s", agent.id()).isEqualTo(own);
            held += own;
        }
        assertThat(job.heldTotal).as("held messages").isEqualTo(held);
        assertThat(job.pending).as("pending messages").isEqualTo(pending(job).size());
    }

    /** How the parents of each step stand, and how many steps are open, as counted anew. */
    static void stepsAreCounted(Job job) {
        if (!job.hasSteps() || job.status().terminal()) {
            return;
        }
        var ledger = job.ledger();
        int open = 0;
        int active = 0;
        for (var step : ledger.steps()) {
            open += step.ended() ? 0 : 1;
            active += step.status == StepStatus.RUNNING && !step.unfolded ? 1 : 0;
            var parents =
                    step.in.stream().filter(link -> !link.from().outcome.equals("mapped")).toList();
            var over =
                    parents.stream()
                            .filter(link -> isReleased(link) || link.from().ended())
                            .toList();
            assertThat(step.parents).as("parents of %s", step.id).isEqualTo(parents.size());
            assertThat(step.parentsEnded)
                    .as("parents of %s that are over", step.id)
                    .isEqualTo(over.size());
            assertThat(step.parentsFailed)
                    .as("parents of %s that failed", step.id)
                    .isEqualTo(
                            (int)
                                    over.stream()
                                            .filter(link -> !isReleased(link))
                                            .filter(link -> link.from().outcome.equals("failed"))
                                            .count());
            assertThat(step.parentsSucceeded + step.parentsFailed)
                    .as("parents of %s that succeeded or failed", step.id)
                    .isLessThanOrEqualTo(step.parentsEnded);
            assertThat(step.parentsAccepted)
                    .as("accepted parents of %s", step.id)
                    .isLessThanOrEqualTo(step.parentsEnded);
        }
        assertThat(ledger.open).as("steps that are not over").isEqualTo(open);
        assertThat(ledger.room.active).as("steps with an open attempt").isEqualTo(active);
        assertThat(stepsDerived(SnapshotCodec.read(object(SnapshotCodec.write(job)), job.graph())))
                .as("what a snapshot's reader derives of the steps")
                .isEqualTo(stepsDerived(job));
    }

    /** Its parent is armed again and again, so the child does not wait for its end. */
    private static boolean isReleased(StepState.Link link) {
        return link.origin() == StepState.Origin.RELEASED;
    }

    private static List<String> stepsDerived(Job job) {
        return job.ledger().steps().stream()
                .map(
                        step ->
                                List.of(
                                                step.id,
                                                step.parents,
                                                step.parentsEnded,
                                                step.parentsAccepted,
                                                step.parentsSucceeded,
                                                step.parentsFailed,
                                                step.parentsCascading,
                                                step.mapped,
                                                // One that is due is not called twice.
                                                step.status == StepStatus.RETRY_WAIT
                                                        ? step.retryAt
                                                        : step.armedAt,
                                                step.instance == null
                                                        ? 0
                                                        : step.instance.scatter().active)
                                        .toString())
                .toList();
    }

    /** Every fact owns as many numbers as it has lines, and at least one. */
    static void linesAreCounted(
            List<EventCodec.Recorded> facts, BiFunction<JobEvent, Long, Integer> rendered) {
        long next = 1;
        for (var fact : facts) {
            int lines = rendered.apply(fact.event(), fact.sequence());
            assertThat(lines).as("lines of %s", fact.event()).isPositive();
            assertThat(EventViews.count(fact.event()))
                    .as("counted lines of %s", fact.event())
                    .isEqualTo(lines);
            assertThat(fact.sequence()).as("sequence of %s", fact.event()).isEqualTo(next);
            next += lines;
        }
    }

    /** The last number of the log is the job's, and the numbers of the lines have no gap. */
    static void sequenceHasNoGap(Job job, List<EventCodec.Recorded> facts) {
        linesAreCounted(facts, (event, first) -> EventViews.render(job.id(), event, first).size());
        assertThat(job.sequence())
                .as("last sequence number")
                .isEqualTo(facts.getLast().lastSequence());
    }

    /** Time never goes back in a log. */
    static void timeGoesOn(List<EventCodec.Recorded> facts) {
        long last = 0;
        for (var fact : facts) {
            assertThat(fact.event().atMs())
                    .as("time of %s", fact.event())
                    .isGreaterThanOrEqualTo(last);
            last = fact.event().atMs();
        }
    }

    /**
     * A message is handled or dead-lettered once, and is nowhere else then.
     *
     * <p>An id that a sender chose may come again once its receipt has expired; it is a new message
     * then.
     */
    static void handledOnceAndGone(Job job, List<EventCodec.Recorded> facts) {
        Set<String> done = new HashSet<>();
        for (var fact : facts) {
            switch (fact.event()) {
                case JobEvent.Accepted e -> done.remove(key(e.to(), e.message().messageId()));
                case JobEvent.Handled e -> addOnce(done, key(e.agent(), e.messageId()));
                case JobEvent.DeadLettered e ->
                        addOnce(done, key(e.agent(), e.message().messageId()));
                default -> {}
            }
        }
        if (!job.status().terminal()) {
            assertThat(pending(job)).as("pending messages").noneMatch(done::contains);
        }
    }

    /** An agent begins once, and before anything it does. */
    static void agentsBeginOnce(Job job, List<EventCodec.Recorded> facts) {
        Set<String> begun = new HashSet<>();
        for (var fact : facts) {
            switch (fact.event()) {
                case JobEvent.AgentStarted e -> {
                    // The id of a step that was retired may come again, and is another agent then.
                    boolean again = !begun.add(e.agent().value());
                    assertThat(again && job.graph().find(e.agent()).isPresent())
                            .as("%s begins again", e.agent())
                            .isFalse();
                }
                case JobEvent.Dispatched e -> assertThat(begun).contains(e.agent().value());
                case JobEvent.AttemptStarted e -> assertThat(begun).contains(e.agent().value());
                case JobEvent.SourcesEnded e -> assertThat(begun).contains(e.agent().value());
                case JobEvent.Handled e -> assertThat(begun).contains(e.agent().value());
                default -> {}
            }
        }
    }

    /** Attempts of a step follow one another, in a job that runs, until the step ends once. */
    static void attemptsAreInOrder(List<EventCodec.Recorded> facts) {
        Set<String> over = new HashSet<>();
        Map<String, Integer> attempts = new HashMap<>();
        boolean runs = true;
        for (var fact : facts) {
            switch (fact.event()) {
                case JobEvent.Resumed _ -> runs = true;
                case JobEvent.Pausing _, JobEvent.PausedForReview _, JobEvent.Cancelling _ ->
                        runs = false;
                case StepEvent.Opened opened -> {
                    assertThat(runs).as("the job runs before %s", opened).isTrue();
                    assertThat(over)
                            .as("steps over before %s", opened)
                            .doesNotContain(opened.step());
                    assertThat(opened.attempt())
                            .as("attempt of %s", opened.step())
                            .isEqualTo(attempts.merge(opened.step(), 1, Integer::sum));
                }
                case StepEvent.Unfolded unfolded ->
                        attempts.merge(unfolded.step(), 1, Integer::sum);
                case StepEvent.Ended ended -> addOnce(over, ended.step());
                case StepEvent.Retired retired -> {
                    retired.steps().forEach(over::remove);
                    retired.steps().forEach(attempts::remove);
                }
                default -> {}
            }
        }
    }

    /** Nothing runs in a job that is not under way. */
    static void nothingRunsAtRest(Job job) {
        if (job.status() == PAUSED || job.status().terminal()) {
            assertThat(job.busyOutside()).as("busy while %s", job.status()).isFalse();
        }
    }

    private static void addOnce(Set<String> done, String key) {
        assertThat(done.add(key)).as("%s is done with once", key).isTrue();
    }

    private static String key(AgentId agent, String message) {
        return agent + " " + message;
    }

    /** Whatever is in a mailbox, held, delayed or in hand, by agent and id; nothing is twice. */
    static List<String> pending(Job job) {
        var keys = new ArrayList<String>();
        for (var agent : job.agents()) {
            agent.mailbox
                    .inOrder()
                    .forEach(e -> keys.add(key(agent.id(), e.message().messageId())));
            waiting(agent).forEach(h -> keys.add(key(agent.id(), h.message().messageId())));
            var inflight = agent.inflight;
            if (inflight != null) {
                keys.add(key(agent.id(), inflight.entry().message().messageId()));
            }
        }
        job.delayed.forEach(d -> keys.add(key(d.to(), d.message().messageId())));
        assertThat(keys).as("pending messages").doesNotHaveDuplicates();
        return keys;
    }

    private static List<AgentState.Held> waiting(AgentState agent) {
        var waiting = agent.waiting;
        return waiting == null ? List.of() : List.copyOf(waiting);
    }

    private static List<Integer> derived(Job job) {
        return List.of(job.running, job.leasing, job.pending, job.heldTotal, job.pressured);
    }

    private static void assertSame(String what, Job actual, Job live) {
        assertThat(new String(SnapshotCodec.write(actual), UTF_8))
                .as("the job that %s gives", what)
                .isEqualTo(new String(SnapshotCodec.write(live), UTF_8));
    }

    private static JsonObject object(byte[] document) {
        return (JsonObject) Json.parse(document);
    }

    /**
     * Whatever has happened, every page can be shown: its document can be read again, each agent of
     * a step counts once, each step stands in one layer, and the messages are those of the edges.
     */
    static void viewsAreWhole(Job job, long nowMs) {
        var progress = ProgressViews.of(job, nowMs);
        assertThat(Json.parse(progress.raw().toString())).isEqualTo(progress.raw());
        for (var element : progress.raw().array("steps")) {
            var step = (JsonObject) element;
            long counted =
                    Stream.of("done", "running", "idle", "ready", "failed")
                            .mapToLong(place -> step.integer(place + "_count").orElseThrow())
                            .sum();
            assertThat(step.integer("total_count"))
                    .as("agents of %s", step.at("id"))
                    .hasValue(counted);
            assertThat(step.array("agents").size()).isEqualTo((int) counted);
        }
        assertThat(progress.layers().stream().mapToInt(List::size).sum())
                .as("steps in layers")
                .isEqualTo(progress.steps().size());
        var graph = GraphViews.of(job).raw();
        assertThat(Json.parse(graph.toString())).isEqualTo(graph);
        assertThat(graph.object("stats").integer("message_count"))
                .as("messages along the edges")
                .hasValue(
                        job.traffic.otherDirect()
                                + graph.array("edges").stream()
                                        .mapToLong(
                                                edge ->
                                                        ((JsonObject) edge)
                                                                .integer("count")
                                                                .orElseThrow())
                                        .sum());
        assertThat(Explain.all(job, 5, nowMs)).hasSizeBetween(1, 5);
    }
}
