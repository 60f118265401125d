package mirrorneuron.runtime.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static mirrorneuron.runtime.embedded.Workflows.DOOR;
import static mirrorneuron.runtime.embedded.Workflows.knock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.EmbeddedBuilder;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.RuntimeObserver;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.agent.AgentResult;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From start to close to start again: what a runtime in this JVM does with its home. */
@Timeout(120)
class LifecycleTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir Path folder;

    private EmbeddedBuilder builder() {
        return MirrorNeuron.embedded().home(folder.resolve("home"));
    }

    private static JobId submit(MirrorNeuron mn, String id, mirrorneuron.api.BundleSource bundle) {
        return mn.jobs().submit(bundle, SubmitOptions.defaults().withJobId(JobId.of(id))).orThrow();
    }

    // ---- homes

    @Test
    void two_runtimes_share_a_jvm_when_their_homes_differ() throws Exception {
        try (var one = MirrorNeuron.embedded().home(folder.resolve("one")).start();
                var other = MirrorNeuron.embedded().home(folder.resolve("other")).start()) {
            var here = submit(one, "same-id", Workflows.waiting(1));
            var there = submit(other, "same-id", Workflows.waiting(1));
            one.jobs().send(here, DOOR, knock(1));
            assertThat(one.jobs().await(here, SOON)).isInstanceOf(WaitOutcome.Completed.class);
            assertThat(other.jobs().await(there, Duration.ZERO))
                    .isInstanceOf(WaitOutcome.StillRunning.class);
        }
    }

    @Test
    void the_same_home_is_opened_once() {
        try (var first = builder().start()) {
            var refusal = catchThrowableOfType(ConflictException.class, () -> builder().start());
            assertThat(refusal.code()).isEqualTo(ErrorCode.HOME_IN_USE);
            assertThat(refusal).hasMessageContaining(folder.resolve("home").toString());
            submit(first, "undisturbed", Workflows.waiting(1));
        }
        builder().start().close();
    }

    @Test
    void a_closed_runtime_and_whatever_it_remembers_are_let_go() throws Exception {
        var runtime = usedAndClosed();
        await().atMost(SOON)
                .until(
                        () -> {
                            System.gc();
                            return runtime.refersTo(null);
                        });
    }

    private WeakReference<MirrorNeuron> usedAndClosed() throws InterruptedException {
        try (var mn = builder().start()) {
            var ended = submit(mn, "ended", Workflows.waiting(1));
            submit(mn, "open", Workflows.waiting(1));
            mn.jobs().send(ended, DOOR, knock(1));
            assertThat(mn.jobs().await(ended, SOON)).isInstanceOf(WaitOutcome.Completed.class);
            return new WeakReference<>(mn);
        }
    }

    @Test
    void workspaces_that_stay_go_with_their_job_or_at_the_next_start() throws Exception {
        var kept = folder.resolve("home/workers/kept");
        Files.createDirectories(kept.resolve("of-a-job-that-ended-in-a-crash/with-files"));
        try (var mn = builder().start()) {
            await().until(() -> isEmpty(kept));
            var job = submit(mn, "keeps", Workflows.keeping("pwd"));
            var end = mn.jobs().await(job, SOON);
            assertThat(end).isInstanceOf(WaitOutcome.Completed.class);
            assertThat(end.toString()).contains(kept.toString());
            await().until(() -> isEmpty(kept));
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    @Test
    void a_runtime_opened_to_read_leaves_unfinished_jobs_as_they_are() throws Exception {
        try (var mn = builder().start()) {
            submit(mn, "open", Workflows.waiting(1));
        }
        var job = JobId.of("open");
        try (var reader = builder().recoverUnfinished(false).start()) {
            assertThat(reader.jobs().inspect(job).orElseThrow().status())
                    .isEqualTo(JobStatus.RUNNING);
            assertThat(reader.monitor().listJobs(JobQuery.all()))
                    .singleElement()
                    .satisfies(line -> assertThat(line.live()).isFalse());
            assertThat(reader.jobs().agents(job)).hasSize(1);
            assertThat(
                            catchThrowableOfType(
                                    RuntimeUnavailableException.class,
                                    () -> reader.jobs().cancel(job)))
                    .hasMessageContaining("reading only");
        }
        try (var mn = builder().start()) {
            await().untilAsserted(
                            () ->
                                    assertThat(mn.jobs().events(job, EventQuery.all()))
                                            .extracting(RuntimeEvent::type)
                                            .contains("job_recovered"));
        }
    }

    // ---- close

    @Test
    void close_lets_a_running_command_finish_and_keeps_its_result() throws Exception {
        var began = folder.resolve("began");
        var goOn = folder.resolve("go-on");
        var effects = folder.resolve("effects");
        var script =
                """
                echo once >>%s
                : >%s
                while [ ! -e %s ]; do sleep 0.02; done
                echo '{"complete_run":{"ok":true}}'
                """
                        .formatted(effects, began, goOn);
        var mn = builder().shutdownGrace(Duration.ofSeconds(30)).start();
        // Nothing says that this command may run again: it has to be let finish.
        var job = submit(mn, "careful", Workflows.command(script, false));
        await().until(() -> Files.exists(began));
        var closer = Thread.startVirtualThread(mn::close);
        Files.createFile(goOn);
        closer.join();
        try (var again = builder().start()) {
            assertThat(again.jobs().await(job, SOON)).isInstanceOf(WaitOutcome.Completed.class);
        }
        assertThat(effects).hasContent("once\n");
    }

    @Test
    void a_command_that_outlasts_the_grace_is_ended_and_runs_again_at_the_next_start()
            throws Exception {
        var effects = folder.resolve("effects");
        var goOn = folder.resolve("go-on");
        var script =
                """
                echo $$ >>%s
                while [ ! -e %s ]; do sleep 0.02; done
                echo '{"complete_run":{"ok":true}}'
                """
                        .formatted(effects, goOn);
        var mn = builder().shutdownGrace(Duration.ZERO).start();
        var job = submit(mn, "patient", Workflows.command(script, true));
        await().until(() -> Files.exists(effects) && Files.size(effects) > 0);
        mn.close();
        var first = Long.parseLong(Files.readAllLines(effects).getFirst());
        await().until(() -> ProcessHandle.of(first).isEmpty());

        Files.createFile(goOn);
        try (var again = builder().start()) {
            assertThat(again.jobs().await(job, SOON)).isInstanceOf(WaitOutcome.Completed.class);
        }
        assertThat(Files.readAllLines(effects)).hasSize(2);
    }

    @Test
    void a_waiter_hears_that_the_runtime_was_closed() throws Exception {
        var mn = builder().start();
        var job = submit(mn, "left", Workflows.waiting(1));
        var waiting = new CountDownLatch(1);
        var thrown = new ArrayList<Throwable>();
        var waiter =
                Thread.startVirtualThread(
                        () -> {
                            waiting.countDown();
                            try {
                                mn.jobs().await(job, Jobs.WAIT_FOREVER);
                            } catch (RuntimeException | InterruptedException failure) {
                                thrown.add(failure);
                            }
                        });
        waiting.await();
        mn.close();
        assertThat(waiter.join(SOON)).isTrue();
        assertThat(thrown).singleElement().isInstanceOf(RuntimeUnavailableException.class);
    }

    @Test
    void messages_of_two_lives_are_counted_once_each() throws Exception {
        var job = JobId.of("counted");
        try (var mn = builder().start()) {
            submit(mn, "counted", Workflows.waiting(100));
        }
        // Each life sends ten new messages and all of the life before once more.
        for (int life = 1; life <= 10; life++) {
            try (var mn = builder().start()) {
                for (int n = Math.max(1, life * 10 - 19); n <= life * 10; n++) {
                    mn.jobs().send(job, DOOR, knock(n).withId("k" + n));
                }
            }
        }
        try (var mn = builder().start()) {
            assertThat(mn.jobs().await(job, SOON)).isInstanceOf(WaitOutcome.Completed.class);
            assertThat(mn.jobs().agents(job).getFirst().processedMessages()).isEqualTo(100);
            var events = mn.jobs().events(job, EventQuery.all());
            assertThat(events.stream().map(event -> event.sequence().orElseThrow()))
                    .isEqualTo(LongStream.rangeClosed(1, events.size()).boxed().toList());
        }
    }

    // ---- observer

    @Test
    void the_observer_sees_every_event_of_each_job_in_order_and_only_once() throws Exception {
        var seen = new ConcurrentHashMap<JobId, List<RuntimeEvent>>();
        var observer =
                new RuntimeObserver() {
                    @Override
                    public void onEvent(JobId job, RuntimeEvent event) {
                        seen.computeIfAbsent(
                                        job, _ -> Collections.synchronizedList(new ArrayList<>()))
                                .add(event);
                    }
                };
        var jobs = List.of("a", "b", "c");
        try (var mn = builder().observer(observer).start()) {
            for (var id : jobs) {
                submit(mn, id, Workflows.waiting(20));
            }
            for (int n = 1; n <= 10; n++) {
                for (var id : jobs) {
                    mn.jobs().send(JobId.of(id), DOOR, knock(n));
                }
            }
        }
        try (var mn = builder().observer(observer).start()) {
            for (int n = 11; n <= 20; n++) {
                for (var id : jobs) {
                    mn.jobs().send(JobId.of(id), DOOR, knock(n));
                }
            }
            for (var id : jobs) {
                mn.jobs().await(JobId.of(id), SOON);
                assertThat(seen.get(JobId.of(id)))
                        .isEqualTo(mn.jobs().events(JobId.of(id), EventQuery.all()));
            }
        }
    }

    @Test
    void an_observer_that_fails_disturbs_no_job() throws Exception {
        var asked = new AtomicInteger();
        var observer =
                new RuntimeObserver() {
                    @Override
                    public void onEvent(JobId job, RuntimeEvent event) {
                        asked.incrementAndGet();
                        throw new IllegalStateException("the observer's own trouble");
                    }
                };
        try (var mn = builder().observer(observer).start()) {
            var job = submit(mn, "watched", Workflows.instant());
            assertThat(mn.jobs().await(job, SOON)).isInstanceOf(WaitOutcome.Completed.class);
            assertThat(asked).hasValue(mn.jobs().events(job, EventQuery.all()).size());
        }
    }

    @Test
    void an_observer_may_use_the_runtime_from_another_thread() throws Exception {
        var started = new CompletableFuture<MirrorNeuron>();
        var answered = new CountDownLatch(1);
        var observer =
                new RuntimeObserver() {
                    @Override
                    public void onEvent(JobId job, RuntimeEvent event) {
                        if (event.type().equals("job_running")) {
                            Thread.startVirtualThread(
                                    () -> {
                                        started.join().jobs().send(job, DOOR, knock(1));
                                        answered.countDown();
                                    });
                        }
                    }
                };
        try (var mn = builder().observer(observer).start()) {
            started.complete(mn);
            var job = submit(mn, "answered", Workflows.waiting(1));
            assertThat(mn.jobs().await(job, SOON)).isInstanceOf(WaitOutcome.Completed.class);
            answered.await();
        }
    }

    // ---- many jobs

    @Test
    void a_home_that_is_just_opened_lists_every_job_as_live_and_answers_for_each()
            throws Exception {
        int count = 200;
        try (var mn = builder().start()) {
            for (int i = 0; i < count; i++) {
                submit(mn, "waits-" + i, Workflows.waiting(1));
            }
        }
        try (var mn = builder().start()) {
            var live = new JobQuery(OptionalInt.empty(), 0, true, true, Set.of());
            for (int look = 0; look < 20; look++) {
                var unfinished = mn.monitor().listJobs(JobQuery.unfinished());
                assertThat(unfinished).hasSize(count).allMatch(JobSummary::live);
                assertThat(unfinished.stream().map(JobSummary::jobId).distinct()).hasSize(count);
                var last = JobId.of("waits-" + (count - 1 - look));
                assertThat(mn.jobs().agents(last)).hasSize(1);
            }
            assertThat(mn.monitor().countJobs(live)).isEqualTo(count);
        }
    }

    @Test
    @Tag("slow")
    void two_hundred_jobs_of_every_status_survive_an_abrupt_end() throws Exception {
        var home = folder.resolve("home");
        var process = AbandonedHome.start(home);
        try (var lines = process.inputReader(UTF_8)) {
            var line = CompletableFuture.supplyAsync(() -> lines.lines().findFirst());
            assertThat(line.get(60, TimeUnit.SECONDS)).contains("ready");
        } finally {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
        try (var mn = builder().start()) {
            assertThat(mn.cluster().nodes().getFirst().raw().array("problems").isEmpty()).isTrue();
            var expected =
                    Map.of(
                            "completed", JobStatus.COMPLETED,
                            "failed", JobStatus.FAILED,
                            "cancelled", JobStatus.CANCELLED,
                            "paused", JobStatus.PAUSED,
                            "filled", JobStatus.PAUSED,
                            "running", JobStatus.RUNNING,
                            "pausing", JobStatus.PAUSED);
            // A pause that was under way settles by itself.
            await().untilAsserted(
                            () ->
                                    assertThat(mn.monitor().listJobs(JobQuery.all()))
                                            .hasSize(
                                                    6 * AbandonedHome.JOBS_PER_STATUS
                                                            + AbandonedHome.JOBS_WITH_COMMANDS)
                                            .allSatisfy(
                                                    line ->
                                                            assertThat(line.status())
                                                                    .as(line.jobId().value())
                                                                    .isEqualTo(
                                                                            expected.get(
                                                                                    prefix(
                                                                                            line)))));
            assertThat(commandsLeft(home)).isEmpty();
            for (int n = 0; n < AbandonedHome.JOBS_PER_STATUS; n++) {
                mn.jobs().send(JobId.of("running-" + n), DOOR, knock(2));
                for (var id : List.of(JobId.of("filled-" + n), JobId.of("paused-" + n))) {
                    mn.jobs().send(id, DOOR, knock(2));
                    mn.jobs().send(id, DOOR, knock(3));
                    mn.jobs().resume(id);
                }
            }
            for (var line : mn.monitor().listJobs(JobQuery.unfinished())) {
                if (!prefix(line).equals("pausing")) {
                    assertThat(mn.jobs().await(line.jobId(), SOON))
                            .as(line.jobId().value())
                            .isInstanceOf(WaitOutcome.Completed.class);
                    assertThat(mn.jobs().agents(line.jobId()).getFirst().processedMessages())
                            .as(line.jobId().value())
                            .isEqualTo(2);
                }
            }
        }
    }

    private static String prefix(JobSummary line) {
        return line.jobId().value().split("-", 2)[0];
    }

    /** Processes that still run below the home. */
    private static List<String> commandsLeft(Path home) throws IOException {
        try (var processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(process -> worksBelow(home, process))
                    .map(Path::toString)
                    .collect(Collectors.toList());
        }
    }

    private static boolean worksBelow(Path home, Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).startsWith(home);
        } catch (IOException gone) {
            return false;
        }
    }

    // ---- limits of the settings

    @Test
    void a_module_of_the_program_is_made_once_for_each_job() throws Exception {
        var made = new AtomicInteger();
        var factory =
                new mirrorneuron.api.agent.AgentFactory() {
                    @Override
                    public String module() {
                        return "made";
                    }

                    @Override
                    public mirrorneuron.api.agent.Agent create() {
                        made.incrementAndGet();
                        return (message, state, _) ->
                                AgentResult.with(state).completeRun(message.body()).build();
                    }
                };
        try (var mn = builder().agent("made", factory).start()) {
            for (int n = 1; n <= 3; n++) {
                var job = submit(mn, "made-" + n, Workflows.module("made", "1"));
                mn.jobs().await(job, SOON);
            }
        }
        assertThat(made).hasValue(3);
    }
}
