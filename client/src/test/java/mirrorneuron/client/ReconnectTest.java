package mirrorneuron.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.BindableService;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.EventStream.EndReason;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Store;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.server.grpc.console.Carrier;
import mirrorneuron.server.grpc.console.ConsoleService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server goes away under its clients and comes back on the same port. */
@Timeout(90)
class ReconnectTest {

    private static final AgentId DOOR = AgentId.of("door");

    @TempDir Path folder;

    private MirrorNeuron runtime;
    private Desk desk;
    private JobId job;

    @BeforeEach
    void serve() throws IOException {
        runtime =
                MirrorNeuron.embedded()
                        .home(folder.resolve("home"))
                        .store(new Store.File())
                        .start();
        desk = Desk.open(this::console);
        job =
                runtime.jobs()
                        .submit(
                                BundleSource.manifest(
                                        """
                                        {"manifest_version":"1.0","graph_id":"door","entrypoints":["door"],
                                         "initial_inputs":{"door":[]},
                                         "nodes":[{"node_id":"door","agent_type":"sensor",
                                           "config":{"complete_after":200,"terminal_sink":true,
                                             "complete_run":true}}],
                                         "edges":[]}
                                        """),
                                SubmitOptions.defaults())
                        .orThrow();
    }

    private List<BindableService> console(Carrier carrier) {
        return List.of(new ConsoleService(runtime, carrier, folder.resolve("sent")));
    }

    /** The same port, as a restarted process has it. */
    private void restart() throws IOException {
        int port = desk.port();
        desk.close();
        desk = Desk.open(port, this::console, (_, _) -> Status.OK);
    }

    @AfterEach
    void stop() {
        desk.close();
        runtime.close();
    }

    private void knock(int times) {
        for (int i = 0; i < times; i++) {
            runtime.jobs().send(job, DOOR, Message.of("knock", JsonObject.empty()));
        }
    }

    @Test
    void a_stream_goes_on_without_gap_or_repeat_however_often_the_server_goes() throws Exception {
        try (var mn =
                MirrorNeuron.remote(desk.target()).reconnect(Duration.ofSeconds(30)).connect()) {
            var seen = new CopyOnWriteArrayList<RuntimeEvent>();
            var stream = mn.jobs().follow(job, FollowOptions.fromStart());
            var reader = Thread.startVirtualThread(() -> stream.forEach(seen::add));
            for (int round = 1; round <= 4; round++) {
                int before = seen.size();
                knock(40);
                await().until(() -> seen.size() > before);
                restart();
                knock(10);
            }
            assertThat(reader.join(Duration.ofSeconds(60))).isTrue();
            assertThat(stream.endReason()).isEqualTo(EndReason.TERMINAL_EVENT);
            assertThat(new ArrayList<>(seen))
                    .isEqualTo(runtime.jobs().events(job, EventQuery.all()));
            assertThat(seen)
                    .extracting(event -> event.sequence().orElse(0))
                    .isEqualTo(LongStream.rangeClosed(1, seen.size()).boxed().toList());
        }
    }

    @Test
    void a_wait_goes_on_when_the_server_is_back() throws Exception {
        try (var mn =
                MirrorNeuron.remote(desk.target()).reconnect(Duration.ofSeconds(30)).connect()) {
            var outcome = new AtomicReference<WaitOutcome>();
            var waiter =
                    Thread.startVirtualThread(
                            () -> {
                                try {
                                    outcome.set(mn.jobs().await(job, Jobs.WAIT_FOREVER));
                                } catch (InterruptedException interrupt) {
                                    Thread.currentThread().interrupt();
                                }
                            });
            await().until(() -> desk.waiters() == 1);
            restart();
            await().atMost(Duration.ofSeconds(20)).until(() -> desk.waiters() == 1);
            knock(200);
            assertThat(waiter.join(Duration.ofSeconds(20))).isTrue();
            assertThat(outcome.get()).isInstanceOf(WaitOutcome.Completed.class);
        }
    }

    @Test
    void nobody_looks_for_the_server_unless_asked_to() throws Exception {
        try (var mn = MirrorNeuron.remote(desk.target()).connect()) {
            var stream = mn.jobs().follow(job, FollowOptions.after(99));
            desk.kill();
            assertThat(stream.next(Duration.ofSeconds(20))).isEmpty();
            assertThat(stream.endReason()).isEqualTo(EndReason.ERROR);
            assertThatThrownBy(() -> mn.jobs().await(job, Jobs.WAIT_FOREVER))
                    .isInstanceOf(RuntimeUnavailableException.class);
        }
    }

    @Test
    void a_stream_that_asks_for_it_goes_on_whatever_the_connection_does() throws Exception {
        try (var mn = MirrorNeuron.remote(desk.target()).connect()) {
            var seen = new CopyOnWriteArrayList<RuntimeEvent>();
            var options = new FollowOptions(OptionalInt.empty(), true, Duration.ofMillis(50), true);
            var stream = mn.jobs().follow(job, options);
            var reader = Thread.startVirtualThread(() -> stream.forEach(seen::add));
            knock(40);
            await().until(() -> !seen.isEmpty());
            restart();
            knock(200);
            assertThat(reader.join(Duration.ofSeconds(60))).isTrue();
            assertThat(stream.endReason()).isEqualTo(EndReason.TERMINAL_EVENT);
            assertThat(new ArrayList<>(seen)).isEqualTo(runtime.jobs().events(job));
        }
    }

    @Test
    void a_search_has_an_end() throws Exception {
        try (var mn =
                MirrorNeuron.remote(desk.target()).reconnect(Duration.ofMillis(300)).connect()) {
            var stream = mn.jobs().follow(job, FollowOptions.after(99));
            desk.kill();
            assertThat(stream.next(Duration.ofSeconds(20))).isEmpty();
            assertThat(stream.endReason()).isEqualTo(EndReason.ERROR);
            assertThatThrownBy(() -> mn.jobs().await(job, Jobs.WAIT_FOREVER))
                    .isInstanceOf(RuntimeUnavailableException.class);
        }
    }

    @Test
    void a_slow_reader_holds_the_server_back_and_misses_nothing() throws Exception {
        try (var mn = MirrorNeuron.remote(desk.target()).connect();
                var stream = mn.jobs().follow(job, FollowOptions.fromStart())) {
            // Some 800 events: far more than may be sent ahead.
            knock(200);
            assertThat(runtime.jobs().await(job, Duration.ofSeconds(30)))
                    .isInstanceOf(WaitOutcome.Completed.class);
            var seen = new ArrayList<RuntimeEvent>();
            stream.forEach(seen::add);
            var all = runtime.jobs().events(job, EventQuery.all());
            assertThat(all).hasSizeGreaterThan(600);
            assertThat(seen).isEqualTo(all);
        }
    }
}
