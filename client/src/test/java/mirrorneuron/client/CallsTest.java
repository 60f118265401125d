package mirrorneuron.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.CallOptions;
import mirrorneuron.api.CallTimeoutException;
import mirrorneuron.api.EventStream.EndReason;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NotAuthorizedException;
import mirrorneuron.api.OverloadedException;
import mirrorneuron.api.RemoteBuilder;
import mirrorneuron.api.RetryPolicy;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Store;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.server.grpc.console.Carrier;
import mirrorneuron.server.grpc.console.ConsoleService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How calls are made: what is made again, how long it may take, with which token. */
@Timeout(60)
class CallsTest {

    private static final RetryPolicy QUICK = new RetryPolicy(3, Duration.ofMillis(1));

    private static final BundleSource WAITING =
            BundleSource.manifest(
                    """
                    {"manifest_version":"1.0","graph_id":"door","entrypoints":["door"],
                     "initial_inputs":{"door":[]},
                     "nodes":[{"node_id":"door","agent_type":"sensor",
                       "config":{"complete_after":1,"terminal_sink":true,"complete_run":true}}],
                     "edges":[]}
                    """);

    @TempDir Path folder;

    private volatile Function<String, Status> before = _ -> Status.OK;
    private volatile String token = "";
    private MirrorNeuron runtime;
    private Desk desk;

    @BeforeEach
    void serve() throws IOException {
        runtime =
                MirrorNeuron.embedded()
                        .home(folder.resolve("home"))
                        .store(new Store.Memory())
                        .start();
        desk = Desk.open(0, this::console, this::judge);
    }

    private List<BindableService> console(Carrier carrier) {
        return List.of(new ConsoleService(runtime, carrier, folder.resolve("sent")));
    }

    private Status judge(String method, Metadata headers) {
        var expected = token;
        var brought =
                headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
        if (!expected.isEmpty() && !("Bearer " + expected).equals(brought)) {
            return Status.UNAUTHENTICATED.withDescription("missing or invalid bearer token");
        }
        return before.apply(method.substring(method.indexOf('/') + 1));
    }

    @Test
    void what_does_not_speak_the_protocol_is_named_as_such() throws IOException {
        var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.start();
        try (var connection =
                MirrorNeuron.remote("localhost:" + http.getAddress().getPort())
                        .retry(QUICK)
                        .connect()) {
            assertThatThrownBy(connection::ping)
                    .isInstanceOf(RuntimeUnavailableException.class)
                    .hasMessage("What answers there does not speak gRPC");
        } finally {
            http.stop(0);
        }
    }

    @AfterEach
    void stop() {
        desk.close();
        runtime.close();
    }

    private RemoteBuilder remote() {
        return MirrorNeuron.remote(desk.target()).retry(QUICK);
    }

    /** Refuses the first calls of this name. */
    private void lose(String method, int times) {
        var left = new ConcurrentHashMap<String, Integer>(Map.of(method, times));
        before =
                called ->
                        left.merge(called, -1, Integer::sum) >= 0
                                ? Status.UNAVAILABLE.withDescription("lost")
                                : Status.OK;
    }

    // ---- what is made again

    @Test
    void a_read_is_made_three_times_and_no_more() {
        try (var mn = remote().connect()) {
            lose("ListJobs", 2);
            assertThat(mn.monitor().listJobs(JobQuery.all())).isEmpty();
            assertThat(desk.times("ListJobs")).isEqualTo(3);

            lose("CountJobs", 3);
            assertThatThrownBy(() -> mn.monitor().countJobs(JobQuery.all()))
                    .isInstanceOf(RuntimeUnavailableException.class)
                    .hasMessage("lost");
            assertThat(desk.times("CountJobs")).isEqualTo(3);
        }
    }

    @Test
    void a_submission_without_a_key_is_never_made_twice() {
        try (var mn = remote().connect()) {
            lose("Submit", 1);
            assertThatThrownBy(() -> mn.jobs().submit(WAITING, SubmitOptions.defaults()))
                    .isInstanceOf(RuntimeUnavailableException.class);
            assertThat(desk.times("Submit")).isEqualTo(1);
            // An id alone would make the second one a duplicate of the first.
            lose("Submit", 1);
            assertThatThrownBy(
                            () ->
                                    mn.jobs()
                                            .submit(
                                                    WAITING,
                                                    SubmitOptions.defaults()
                                                            .withJobId(JobId.of("mine"))))
                    .isInstanceOf(RuntimeUnavailableException.class);
            assertThat(desk.times("Submit")).isEqualTo(2);
        }
        assertThat(runtime.monitor().listJobs(JobQuery.all())).isEmpty();
    }

    @Test
    void a_submission_with_a_key_is_made_again_and_makes_one_job() {
        try (var mn = remote().connect()) {
            lose("Submit", 2);
            var options = SubmitOptions.defaults().withIdempotencyKey("k");
            assertThat(mn.jobs().submit(WAITING, options)).isInstanceOf(Submission.Accepted.class);
            assertThat(desk.times("Submit")).isEqualTo(3);
        }
        assertThat(runtime.monitor().listJobs(JobQuery.all())).hasSize(1);
    }

    @Test
    void of_the_other_calls_those_are_made_again_that_change_nothing_the_second_time() {
        var id = runtime.jobs().submit(WAITING, SubmitOptions.defaults()).orThrow();
        var door = AgentId.of("door");
        var knock = Message.of("knock", JsonObject.empty());
        try (var mn = remote().connect()) {
            mn.ping();
            var again =
                    Map.<String, Consumer<Jobs>>of(
                            "Pause", jobs -> jobs.pause(id),
                            "Resume", jobs -> jobs.resume(id),
                            "Cancel", jobs -> jobs.cancel(id),
                            "Send", jobs -> jobs.send(id, door, knock.withId("m1")),
                            "Respond",
                                    jobs ->
                                            jobs.respond(
                                                    id,
                                                    "step",
                                                    new HumanDecision("d", "approve", "", "")));
            again.forEach(
                    (method, call) -> {
                        lose(method, 3);
                        assertThatThrownBy(() -> call.accept(mn.jobs()))
                                .as(method)
                                .isInstanceOf(RuntimeUnavailableException.class);
                        assertThat(desk.times(method)).as(method).isEqualTo(3);
                    });
            desk.asked.clear();
            var once =
                    Map.<String, Consumer<Jobs>>of(
                            "Send", jobs -> jobs.send(id, door, knock),
                            "Replay", jobs -> jobs.replay(id, 0),
                            "Cleanup", jobs -> jobs.cleanup(true));
            once.forEach(
                    (method, call) -> {
                        lose(method, 1);
                        assertThatThrownBy(() -> call.accept(mn.jobs()))
                                .as(method)
                                .isInstanceOf(RuntimeUnavailableException.class);
                        assertThat(desk.times(method)).as(method).isEqualTo(1);
                    });
        }
    }

    @Test
    void what_is_refused_for_another_reason_is_not_made_again() {
        try (var mn = remote().connect()) {
            mn.ping();
            before = _ -> Status.RESOURCE_EXHAUSTED.withDescription("resource_overloaded: full");
            assertThatExceptionOfType(OverloadedException.class)
                    .isThrownBy(() -> mn.monitor().metrics())
                    .satisfies(full -> assertThat(full.retryable()).isTrue());
            assertThat(desk.times("GetMetrics")).isEqualTo(1);
        }
    }

    @Test
    void a_policy_of_one_attempt_makes_every_call_once() {
        try (var mn = remote().retry(RetryPolicy.never()).connect()) {
            mn.ping();
            lose("ListJobs", 1);
            assertThatThrownBy(() -> mn.monitor().listJobs(JobQuery.all()))
                    .isInstanceOf(RuntimeUnavailableException.class);
            assertThat(desk.times("ListJobs")).isEqualTo(1);
        }
    }

    // ---- how long

    @Test
    void a_call_that_is_not_answered_in_time_says_so_and_a_wait_has_its_time_on_top()
            throws Exception {
        var id = runtime.jobs().submit(WAITING, SubmitOptions.defaults()).orThrow();
        try (var mn = remote().connect()) {
            mn.ping();
            var stuck = new CountDownLatch(1);
            before =
                    method -> {
                        if (method.equals("GetMetrics")) {
                            awaitQuietly(stuck);
                        }
                        return Status.OK;
                    };
            var hurried = mn.with(CallOptions.none().withDeadline(Duration.ofMillis(300)));
            assertThatExceptionOfType(CallTimeoutException.class)
                    .isThrownBy(() -> hurried.monitor().metrics())
                    .satisfies(late -> assertThat(late.retryable()).isTrue());
            stuck.countDown();
            assertThat(desk.times("GetMetrics")).isEqualTo(1);
            // Who asked to wait for longer than that hears how things stand, and no failure.
            assertThat(hurried.jobs().awaitChange(id, 99, Duration.ofMillis(700))).isFalse();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_server_that_is_not_there_is_unavailable() {
        var target = desk.target();
        desk.close();
        try (var mn = MirrorNeuron.remote(target).retry(QUICK).connect()) {
            assertThatThrownBy(mn::ping).isInstanceOf(RuntimeUnavailableException.class);
            assertThatThrownBy(() -> mn.jobs().submit(WAITING, SubmitOptions.defaults()))
                    .isInstanceOf(RuntimeUnavailableException.class);
        }
    }

    // ---- who asks

    @Test
    void the_token_comes_with_every_call_and_a_wrong_one_is_refused() throws IOException {
        token = "right";
        var file = Files.writeString(folder.resolve("token"), " right\n");
        try (var byText = remote().token("right").connect();
                var byFile = remote().tokenFile(file).connect();
                var wrong = remote().token("wrong").connect();
                var none = remote().connect()) {
            byText.ping();
            byFile.ping();
            for (var stranger : List.of(wrong, none)) {
                assertThatExceptionOfType(NotAuthorizedException.class)
                        .isThrownBy(() -> stranger.monitor().metrics())
                        .withMessageContaining("token")
                        .satisfies(refused -> assertThat(refused.retryable()).isFalse());
            }
            wrong.with(CallOptions.none().withBearerToken("right")).ping();
        }
        assertThat(desk.asked)
                .allSatisfy(call -> assertThat(call.header("x-mn-strict")).isEqualTo("1"));
        try (var lax = remote().token("right").strict(false).connect()) {
            lax.ping();
        }
        assertThat(desk.asked.getLast().header("x-mn-strict")).isEmpty();
    }

    @Test
    void a_token_that_cannot_be_read_is_told_before_any_call() throws IOException {
        assertThatThrownBy(() -> remote().tokenFile(folder.resolve("none")).connect())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("none");
        var empty = Files.writeString(folder.resolve("empty"), "\n");
        assertThatThrownBy(() -> remote().tokenFile(empty).connect())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("empty");
        assertThat(desk.asked).isEmpty();
    }

    // ---- who interrupts

    @Test
    void an_interrupted_wait_leaves_the_server_too() throws Exception {
        var id = runtime.jobs().submit(WAITING, SubmitOptions.defaults()).orThrow();
        try (var mn = remote().connect()) {
            var thrown = new AtomicReference<Throwable>();
            var waiter =
                    Thread.startVirtualThread(
                            () -> {
                                try {
                                    mn.jobs().await(id, Jobs.WAIT_FOREVER);
                                } catch (Throwable failure) {
                                    thrown.set(failure);
                                }
                            });
            await().until(() -> desk.waiters() == 1);
            waiter.interrupt();
            waiter.join();
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            await().until(() -> desk.waiters() == 0);
        }
    }

    @Test
    void a_call_that_cannot_be_interrupted_keeps_the_flag() throws Exception {
        try (var mn = remote().connect()) {
            mn.ping();
            var thrown = new AtomicReference<Throwable>();
            var flagged = new AtomicReference<Boolean>();
            Thread.ofVirtual()
                    .start(
                            () -> {
                                Thread.currentThread().interrupt();
                                try {
                                    mn.monitor().metrics();
                                } catch (RuntimeException failure) {
                                    thrown.set(failure);
                                }
                                flagged.set(Thread.currentThread().isInterrupted());
                            })
                    .join();
            assertThat(thrown.get())
                    .isInstanceOf(RuntimeUnavailableException.class)
                    .hasMessageContaining("Interrupted");
            assertThat(flagged.get()).isTrue();
        }
    }

    @Test
    void closing_the_connection_ends_waits_and_streams() throws Exception {
        var id = runtime.jobs().submit(WAITING, SubmitOptions.defaults()).orThrow();
        var mn = remote().reconnect(Duration.ofMinutes(1)).connect();
        var stream = mn.jobs().follow(id, FollowOptions.after(4));
        var thrown = new AtomicReference<Throwable>();
        var waiter =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                mn.jobs().await(id, Jobs.WAIT_FOREVER);
                            } catch (Throwable failure) {
                                thrown.set(failure);
                            }
                        });
        await().until(() -> desk.waiters() == 1);
        mn.close();
        mn.close();
        assertThat(waiter.join(Duration.ofSeconds(5))).isTrue();
        assertThat(thrown.get()).isInstanceOf(RuntimeUnavailableException.class);
        assertThat(stream.next(Duration.ofSeconds(5))).isEmpty();
        assertThat(stream.endReason()).isNotEqualTo(EndReason.OPEN);
        assertThatThrownBy(() -> mn.monitor().metrics())
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("was closed");
    }
}
