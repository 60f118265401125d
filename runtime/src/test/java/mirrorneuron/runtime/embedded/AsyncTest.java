package mirrorneuron.runtime.embedded;

import static mirrorneuron.runtime.embedded.Workflows.DOOR;
import static mirrorneuron.runtime.embedded.Workflows.knock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.WaitOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that do not wait. A subclass holds the runtime through a connection. */
@Timeout(60)
public class AsyncTest {

    @TempDir Path folder;

    private MirrorNeuron mn;

    protected MirrorNeuron held(MirrorNeuron runtime, Path home) {
        return runtime;
    }

    @BeforeEach
    void start() {
        var home = folder.resolve("home");
        mn = held(MirrorNeuron.embedded().home(home).start(), home);
    }

    @AfterEach
    void close() {
        mn.close();
    }

    private JobId waitingFor(int messages) {
        return mn.jobs().submit(Workflows.waiting(messages), SubmitOptions.defaults()).orThrow();
    }

    @Test
    void a_call_gives_a_future_of_what_it_would_return() throws Exception {
        var id =
                mn.async()
                        .jobs()
                        .submit(Workflows.waiting(1), SubmitOptions.defaults())
                        .get()
                        .orThrow();
        var end = mn.async().jobs().await(id, Jobs.WAIT_FOREVER);
        assertThat(end).isNotDone();
        mn.jobs().send(id, DOOR, knock(1));
        assertThat(end.get(20, TimeUnit.SECONDS)).isInstanceOf(WaitOutcome.Completed.class);
        assertThat(mn.async().monitor().metrics().get().nodes()).isEqualTo(1);
    }

    @Test
    void a_call_that_throws_gives_a_future_that_fails_with_it() {
        var unknown = JobId.of("nobody");
        assertThatThrownBy(() -> mn.async().jobs().events(unknown, EventQuery.all()).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(NoSuchJobException.class);
    }

    @Test
    void cancelling_a_future_interrupts_its_call_and_leaves_the_job_alone() throws Exception {
        var id = waitingFor(1);
        var begun = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var end =
                mn.async()
                        .jobs()
                        .call(
                                jobs -> {
                                    begun.countDown();
                                    try {
                                        return jobs.await(id, Jobs.WAIT_FOREVER);
                                    } catch (InterruptedException interrupt) {
                                        interrupted.countDown();
                                        throw interrupt;
                                    }
                                });
        begun.await();
        assertThat(end.cancel(true)).isTrue();
        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(end::join).isInstanceOf(CancellationException.class);
        assertThat(mn.jobs().inspect(id).orElseThrow().status()).isEqualTo(JobStatus.RUNNING);
    }

    @Test
    void a_stream_is_given_to_a_consumer_until_the_job_ends() throws Exception {
        var id = waitingFor(2);
        var seen = new LinkedBlockingQueue<Long>();
        var end =
                mn.jobs()
                        .follow(id, FollowOptions.fromStart())
                        .forEachAsync(event -> seen.add(event.sequence().orElse(-1)));
        assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(1L);
        mn.jobs().send(id, DOOR, knock(1));
        mn.jobs().send(id, DOOR, knock(2));
        assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(EventStream.EndReason.TERMINAL_EVENT);
        var recorded = sequences(mn.jobs().events(id, EventQuery.all()));
        assertThat(seen).containsExactlyElementsOf(recorded.subList(1, recorded.size()));
    }

    @Test
    void a_consumer_that_throws_ends_its_stream_and_fails_the_future() {
        var stream = mn.jobs().follow(waitingFor(1), FollowOptions.fromStart());
        var end =
                stream.forEachAsync(
                        _ -> {
                            throw new IllegalStateException("enough");
                        });
        assertThatThrownBy(end::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("enough");
        assertThat(stream.endReason()).isEqualTo(EventStream.EndReason.CLOSED);
    }

    @Test
    void a_stream_is_a_stream_of_java_too() {
        var id = waitingFor(1);
        mn.jobs().cancel(id);
        try (var events = mn.jobs().follow(id, FollowOptions.fromStart()).stream()) {
            assertThat(sequences(events.toList()))
                    .isEqualTo(sequences(mn.jobs().events(id, EventQuery.all())));
        }
    }

    private static List<Long> sequences(List<RuntimeEvent> events) {
        return events.stream().map(event -> event.sequence().orElse(-1)).toList();
    }

    /** Takes what it asked for, and notes what it hears. */
    private static final class Reader implements Flow.Subscriber<RuntimeEvent> {

        final LinkedBlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        Flow.Subscription subscription = new Unsubscribed();

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(RuntimeEvent event) {
            heard.add(event.sequence().orElse(-1));
        }

        @Override
        public void onError(Throwable failure) {
            heard.add(failure);
        }

        @Override
        public void onComplete() {
            heard.add("complete");
        }

        Object next() throws InterruptedException {
            return heard.poll(20, TimeUnit.SECONDS);
        }

        private record Unsubscribed() implements Flow.Subscription {
            @Override
            public void request(long count) {
                throw new IllegalStateException();
            }

            @Override
            public void cancel() {
                throw new IllegalStateException();
            }
        }
    }

    @Test
    void a_subscriber_gets_no_more_than_it_asked_for() throws Exception {
        var id = waitingFor(1);
        var reader = new Reader();
        mn.jobs().follow(id, FollowOptions.fromStart()).publisher().subscribe(reader);
        reader.subscription.request(2);
        assertThat(List.of(reader.next(), reader.next())).containsExactly(1L, 2L);
        mn.jobs().cancel(id);
        assertThat(mn.jobs().await(id, Duration.ofSeconds(20)))
                .isInstanceOf(WaitOutcome.Cancelled.class);
        assertThat(reader.heard).isEmpty();
        reader.subscription.request(Long.MAX_VALUE);
        var rest = new ArrayList<Object>();
        for (var one = reader.next(); one instanceof Long; one = reader.next()) {
            rest.add(one);
        }
        var recorded = sequences(mn.jobs().events(id, EventQuery.all()));
        assertThat(rest).isEqualTo(recorded.subList(2, recorded.size()));
    }

    @Test
    void a_subscriber_hears_the_end_and_a_second_one_is_refused() throws Exception {
        var id = waitingFor(1);
        mn.jobs().cancel(id);
        var publisher = mn.jobs().follow(id, FollowOptions.fromStart()).publisher();
        var reader = new Reader();
        publisher.subscribe(reader);
        var second = new Reader();
        publisher.subscribe(second);
        assertThat(second.next()).isInstanceOf(IllegalStateException.class);
        reader.subscription.request(1_000);
        Object last = reader.next();
        while (last instanceof Long) {
            last = reader.next();
        }
        assertThat(last).isEqualTo("complete");
    }

    @Test
    void a_subscriber_that_asks_for_nothing_is_told_and_one_that_cancels_hears_nothing_more()
            throws Exception {
        var id = waitingFor(1);
        var wrong = new Reader();
        mn.jobs().follow(id, FollowOptions.fromStart()).publisher().subscribe(wrong);
        wrong.subscription.request(0);
        assertThat(wrong.next()).isInstanceOf(IllegalArgumentException.class);

        var stream = mn.jobs().follow(id, FollowOptions.fromStart());
        var leaving = new Reader();
        stream.publisher().subscribe(leaving);
        leaving.subscription.request(1);
        assertThat(leaving.next()).isEqualTo(1L);
        leaving.subscription.cancel();
        assertThat(stream.endReason()).isEqualTo(EventStream.EndReason.CLOSED);
        mn.jobs().cancel(id);
        assertThat(mn.jobs().await(id, Duration.ofSeconds(20)))
                .isInstanceOf(WaitOutcome.Cancelled.class);
        assertThat(leaving.heard).isEmpty();
    }
}
