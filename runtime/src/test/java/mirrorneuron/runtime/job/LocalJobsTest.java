package mirrorneuron.runtime.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.Agent;
import mirrorneuron.api.agent.AgentContext;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.Job;
import mirrorneuron.engine.job.JobCommand;
import mirrorneuron.engine.job.JobEngine;
import mirrorneuron.engine.job.JobEvent;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.Race;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import mirrorneuron.store.memory.MemoryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The jobs of a process under many threads: each is held once, by one actor, or not at all. */
@Timeout(60)
class LocalJobsTest {

    private final MemoryStore store = new MemoryStore();
    private final AtomicInteger claims = new AtomicInteger();
    private final Set<JobId> unreadable = ConcurrentHashMap.newKeySet();
    private Runnable onceCreated = () -> {};
    private final LocalJobs jobs = jobs(Runnable::run);

    private LocalJobs jobs(Executor threads) {
        Quiet.keptIn(store);
        var library = new BundleLibrary(store, Path.of("never-laid-out"), ManifestLimits.DEFAULT);
        return new LocalJobs(
                new JobLoader(watched(), library),
                "node-1",
                (_, _) -> {},
                _ -> Long.MAX_VALUE,
                listener -> {
                    var quiet = Quiet.surroundings(watched(), threads);
                    return new JobActor.Surroundings(
                            quiet.store(),
                            quiet.outside(),
                            quiet.bodies(),
                            quiet.clock(),
                            listener,
                            quiet.threads(),
                            quiet.snapshotBytesMin(),
                            quiet.eventsMax());
                });
    }

    /**
     * The store, with something that happens right after a job was made, and jobs it cannot read.
     */
    private Store watched() {
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("claim")) {
                                claims.incrementAndGet();
                            }
                            if (method.getName().equals("load")
                                    && unreadable.contains(arguments[0])) {
                                throw new StoreException(
                                        ErrorCode.STORE_DAMAGED, "a block is rotten");
                            }
                            try {
                                var result = method.invoke(store, arguments);
                                if (method.getName().equals("create")) {
                                    onceCreated.run();
                                }
                                return result;
                            } catch (InvocationTargetException refused) {
                                throw refused.getCause();
                            }
                        });
    }

    private static void submit(LocalJobs jobs, JobId id) {
        var unused = jobs.submit(id, Quiet.BUNDLE, Job.Submission.none(), Optional.empty());
    }

    @Test
    void a_job_that_is_made_while_the_runtime_closes_is_stored_and_let_go() {
        onceCreated = () -> jobs.close(Duration.ZERO);
        submit(jobs, Quiet.JOB);
        assertThat(store.unfinished()).containsExactly(Quiet.JOB);
        assertThat(jobs.local()).isEmpty();
    }

    @Test
    void of_many_submissions_of_one_id_one_is_held_and_answers_everybody() throws Exception {
        var jobs = jobs(Thread::startVirtualThread);
        for (int round = 0; round < 50 * Race.SCALE; round++) {
            var id = JobId.of("job-" + round);
            var made = new AtomicInteger();
            Set<JobActor> seen = ConcurrentHashMap.newKeySet();
            Race.of(
                    4,
                    (_, _) -> {
                        try {
                            submit(jobs, id);
                            made.incrementAndGet();
                        } catch (StoreException exists) {
                            // Somebody else made it, and may be about to hold it.
                        }
                        var actor = jobs.find(id);
                        if (actor.isPresent()) {
                            seen.add(actor.get());
                            assertThat(actor.get().read(Job::status).join())
                                    .isEqualTo(JobStatus.RUNNING);
                        }
                    });
            assertThat(made).hasValue(1);
            assertThat(seen).hasSize(1);
        }
        assertThat(jobs.size()).isEqualTo(50 * Race.SCALE);
        jobs.close(Duration.ofSeconds(1));
    }

    @Test
    void of_jobs_that_come_from_many_threads_each_is_held() throws Exception {
        var jobs = jobs(Thread::startVirtualThread);
        int each = 1_000 * Race.SCALE;
        Race.of(
                4,
                (lane, _) -> {
                    for (int i = 0; i < each; i++) {
                        submit(jobs, JobId.of("job-" + lane + "-" + i));
                    }
                });
        assertThat(jobs.local()).hasSize(4 * each);
        jobs.close(Duration.ofSeconds(1));
    }

    @Test
    void a_job_of_an_earlier_life_is_taken_up_by_whoever_wants_it_first() {
        submit(jobs, Quiet.JOB);
        var later = new ConcurrentLinkedQueue<Runnable>();
        var next = jobs(later::add);

        var all = next.takeUpAll(store.unfinished());
        assertThat(next.held()).isEmpty();
        assertThat(next.ahead()).containsExactly(Quiet.JOB);
        assertThat(next.size()).isOne();

        var actor = next.find(Quiet.JOB).orElseThrow();
        assertThat(next.ahead()).isEmpty();
        assertThat(next.held()).containsExactly(actor);
        var status = actor.ask(new JobCommand.Pause("test", false, 0));
        run(later);
        assertThat(all).isCompleted();
        assertThat(status).isCompleted();
        assertThat(claims).hasValue(1);
        assertThat(next.find(Quiet.JOB)).containsSame(actor);
        // What a start has to say of a job comes before whatever is asked of it.
        assertThat(kinds(Quiet.JOB))
                .containsSubsequence(JobEvent.Recovered.class, JobEvent.Paused.class);
    }

    @Test
    void however_many_want_a_job_of_an_earlier_life_it_is_taken_up_once() throws Exception {
        int count = 200 * Race.SCALE;
        for (int i = 0; i < count; i++) {
            submit(jobs, JobId.of("job-" + i));
        }
        jobs.close(Duration.ZERO);
        var next = jobs(Thread::startVirtualThread);
        Set<JobActor> seen = ConcurrentHashMap.newKeySet();
        var all = next.takeUpAll(store.unfinished());
        Race.of(
                4,
                (_, chance) -> {
                    for (int i = 0; i < count; i++) {
                        seen.add(next.find(JobId.of("job-" + i)).orElseThrow());
                        if (chance.nextInt(50) == 0) {
                            assertThat(next.size()).isGreaterThanOrEqualTo(count);
                        }
                    }
                });
        all.join();
        assertThat(seen).hasSize(count);
        assertThat(claims).hasValue(count);
        assertThat(next.held()).hasSize(count);
        next.close(Duration.ofSeconds(1));
    }

    @Test
    void a_job_that_cannot_be_read_is_reported_and_keeps_nobody_else_waiting() {
        var broken = JobId.of("broken");
        submit(jobs, broken);
        submit(jobs, Quiet.JOB);
        unreadable.add(broken);
        var next = jobs(Runnable::run);

        next.takeUpAll(store.unfinished()).join();

        assertThat(next.find(Quiet.JOB)).isPresent();
        assertThat(next.find(broken)).isEmpty();
        assertThat(next.problems())
                .containsExactly("job broken could not be taken up: a block is rotten");
    }

    @Test
    void a_close_takes_up_no_more_jobs() {
        submit(jobs, Quiet.JOB);
        var later = new ConcurrentLinkedQueue<Runnable>();
        var next = jobs(later::add);
        var all = next.takeUpAll(store.unfinished());

        next.close(Duration.ZERO);
        run(later);

        assertThat(all).isCompleted();
        assertThat(next.find(Quiet.JOB)).isEmpty();
        assertThat(claims).hasValue(0);
        assertThat(store.unfinished()).containsExactly(Quiet.JOB);
    }

    private static void run(Queue<Runnable> tasks) {
        Runnable task;
        while ((task = tasks.poll()) != null) {
            task.run();
        }
    }

    private List<Class<?>> kinds(JobId job) {
        return store.facts(job, 0, Integer.MAX_VALUE).stream()
                .flatMap(group -> JobLoader.facts(job, group).stream())
                .<Class<?>>map(fact -> fact.event().getClass())
                .toList();
    }

    @Test
    void what_many_ask_of_a_job_is_recorded_once_each_in_one_order() throws Exception {
        var jobs = jobs(Thread::startVirtualThread);
        submit(jobs, Quiet.JOB);
        var actor = jobs.find(Quiet.JOB).orElseThrow();
        int asks = 200 * Race.SCALE;
        Race.of(
                4,
                (_, chance) -> {
                    for (int i = 0; i < asks; i++) {
                        if (chance.nextInt(4) == 0) {
                            long durable = actor.committed();
                            assertThat(actor.read(Job::sequence).join())
                                    .isGreaterThanOrEqualTo(durable);
                        } else {
                            actor.ask(
                                            chance.nextBoolean()
                                                    ? new JobCommand.Pause("test", false, 0)
                                                    : new JobCommand.Resume())
                                    .join();
                        }
                    }
                });
        long expected = 1;
        for (var group : store.facts(Quiet.JOB, 0, Integer.MAX_VALUE)) {
            assertThat(group.firstSequence()).isEqualTo(expected);
            expected = group.lastSequence() + 1;
        }
        assertThat(actor.committed()).isEqualTo(expected - 1);
        jobs.close(Duration.ofSeconds(1));
    }

    @Test
    void one_object_serves_an_agent_of_a_job_however_many_ask_first() throws Exception {
        var job = JobEngine.create(Quiet.submitted(), Quiet.BUNDLE.graph());
        var context = JobLoader.context(Quiet.BUNDLE, job);
        var bothMake = new CyclicBarrier(2);
        Set<Agent> served = ConcurrentHashMap.newKeySet();
        Race.of(
                2,
                (_, _) ->
                        served.add(
                                context.agent(
                                        AgentId.of("door"),
                                        () -> {
                                            meet(bothMake);
                                            return new Door();
                                        })));
        assertThat(served).hasSize(1);
    }

    private static void meet(CyclicBarrier others) {
        try {
            others.await();
        } catch (InterruptedException | BrokenBarrierException alone) {
            throw new IllegalStateException(alone);
        }
    }

    private static final class Door implements Agent {
        @Override
        public AgentResult handle(Message message, JsonObject state, AgentContext context) {
            throw new IllegalStateException("called, by nobody in this test");
        }
    }
}
