package mirrorneuron.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonNull;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A planted fault for every invariant: each check must see the one it is there for. What is checked
 * here is wrong on purpose, and a test fails when nobody minds.
 */
class InvariantCanaryTest extends JobSpec {

    @BeforeEach
    void a_job_with_something_of_everything() {
        given(
                """
                a: module
                b: module {'backpressure': {'max_queue_depth': 1}}
                x: executor
                a -> b: x
                entrypoints: a, x
                """);
        handle(
                "a",
                with("{'n': 1}")
                        .emit("x", json("{'text': 'body 1'}"))
                        .emit("x", json("{'text': 'body 2'}"))
                        .emit("x", json("{'text': 'body 3'}"))
                        .emit("x", json("{'text': 'body 4'}"))
                        .build());
        handle("b", with("{}").build());
        grant("x");
    }

    private static void isCaught(ThrowingCallable check) {
        assertThatThrownBy(check).isInstanceOf(AssertionError.class);
    }

    private String lines() {
        return new String(log(), UTF_8);
    }

    private void replayedDifferently(String from, String to) {
        var lines = lines();
        var changed = lines.replace(from, to);
        if (changed.equals(lines)) {
            throw new IllegalStateException("nothing of " + from + " in the log to change");
        }
        isCaught(() -> Invariants.replayEqualsLive(changed.getBytes(UTF_8), job));
    }

    @Test
    void an_apply_that_forgets_an_acknowledgement() {
        var agent = agent("a");
        agent.processed--;
        isCaught(() -> Invariants.replayEqualsLive(log(), job));
    }

    @Test
    void an_apply_that_keeps_a_handled_message() {
        var handled =
                facts().stream()
                        .map(EventCodec.Recorded::event)
                        .filter(JobEvent.Handled.class::isInstance)
                        .map(JobEvent.Handled.class::cast)
                        .filter(event -> event.agent().value().equals("b"))
                        .findFirst()
                        .orElseThrow();
        var message =
                Message.of("x", JsonNull.NULL)
                        .addressed(handled.messageId(), "b", Instant.EPOCH, "");
        agent("b").mailbox.add(new Mailbox.Entry(message, 0, 99, now, 0, 0, 0));
        isCaught(() -> Invariants.handledOnceAndGone(job, facts()));
    }

    @Test
    void a_message_that_is_handled_twice() {
        var twice = new ArrayDeque<>(facts());
        facts().stream()
                .filter(fact -> fact.event() instanceof JobEvent.Handled)
                .forEach(twice::addLast);
        isCaught(() -> Invariants.handledOnceAndGone(job, List.copyOf(twice)));
    }

    @Test
    void a_message_that_is_in_two_places() {
        var inflight = agent("x").inflight;
        agent("x").mailbox.add(Objects.requireNonNull(inflight).entry());
        isCaught(() -> Invariants.pending(job));
    }

    @Test
    void a_codec_that_drops_a_body() {
        replayedDifferently("\"b\":{\"text\":\"body 2\"}", "\"b\":null");
    }

    @Test
    void a_codec_that_drops_a_state() {
        replayedDifferently(",\"state\":{\"n\":1}", "");
    }

    @Test
    void a_fact_that_is_lost() {
        var without =
                lines().lines()
                        .filter(line -> !line.contains("\"k\":\"attempt_started\""))
                        .collect(Collectors.joining("\n", "", "\n"));
        isCaught(() -> Invariants.replayEqualsLive(without.getBytes(UTF_8), job));
    }

    @Test
    void a_snapshot_that_forgets_what_is_held() {
        agent("b").waiting().clear();
        isCaught(() -> Invariants.replayEqualsLive(log(), job));
        isCaught(() -> Invariants.countersAreTrue(job));
    }

    @Test
    void a_snapshot_that_is_older_than_its_rest_begins() {
        submitted("a: module");
        var before = SnapshotCodec.write(job);
        when(new JobCommand.Start(NODE));
        isCaught(() -> Invariants.snapshotAndRestEqualLive(before, new byte[0], job));
    }

    @Test
    void a_counter_that_drifts() {
        job.pending++;
        isCaught(() -> Invariants.countersAreTrue(job));
        isCaught(() -> Invariants.snapshotRoundTrips(job));
        job.pending--;
        job.running--;
        isCaught(() -> Invariants.snapshotRoundTrips(job));
        job.running++;
        job.pressured++;
        isCaught(() -> Invariants.snapshotRoundTrips(job));
        job.pressured--;
        agent("a").held++;
        isCaught(() -> Invariants.countersAreTrue(job));
    }

    @Test
    void a_count_of_lines_that_is_off_by_one() {
        isCaught(
                () ->
                        Invariants.linesAreCounted(
                                facts(),
                                (event, first) ->
                                        EventViews.render(job.id(), event, first).size()
                                                + (event instanceof JobEvent.Handled ? 1 : 0)));
    }

    @Test
    void a_fact_without_a_line() {
        isCaught(() -> Invariants.linesAreCounted(facts(), (_, _) -> 0));
    }

    @Test
    void a_number_that_is_left_out() {
        var all = facts();
        var gap =
                all.stream()
                        .filter(fact -> fact.sequence() != all.get(all.size() / 2).sequence())
                        .toList();
        isCaught(() -> Invariants.sequenceHasNoGap(job, gap));
        isCaught(() -> Invariants.sequenceHasNoGap(job, all.subList(0, all.size() - 1)));
    }

    @Test
    void a_clock_that_goes_back() {
        var facts =
                List.of(
                        new EventCodec.Recorded(1, new JobEvent.Restarted(2, AgentId.of("a"))),
                        new EventCodec.Recorded(2, new JobEvent.Restarted(1, AgentId.of("a"))));
        isCaught(() -> Invariants.timeGoesOn(facts));
    }

    @Test
    void an_agent_that_begins_again_or_works_before_it_has_begun() {
        var begun =
                facts().stream()
                        .filter(fact -> fact.event() instanceof JobEvent.AgentStarted)
                        .toList();
        isCaught(
                () -> Invariants.agentsBeginOnce(job, List.of(begun.getFirst(), begun.getFirst())));
        isCaught(
                () ->
                        Invariants.agentsBeginOnce(
                                job,
                                facts().stream().filter(fact -> !begun.contains(fact)).toList()));
    }

    @Test
    void a_job_that_comes_back_from_the_dead() {
        cancel();
        stop("x");
        throwing("b", "interrupted");
        thenStatus(JobStatus.CANCELLED);
        var revived =
                lines()
                        + "{\"k\":\"started\",\"s\":%d,\"at\":%d,\"node\":\"n\"}\n"
                                .formatted(job.sequence() + 1, now);
        isCaught(() -> Invariants.transitionsAreLegal(revived.getBytes(UTF_8), job.graph()));
    }

    @Test
    void work_that_goes_on_in_a_paused_job() {
        job.status = JobStatus.PAUSED;
        isCaught(() -> Invariants.nothingRunsAtRest(job));
    }
}
