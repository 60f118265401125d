package mirrorneuron.runtime.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.api.AgentId;
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
    private Runnable onceCreated = () -> {};
    private final LocalJobs jobs = jobs(Runnable::run);

    private LocalJobs jobs(Executor threads) {
        var library = new BundleLibrary(store, Path.of("never-laid-out"), ManifestLimits.DEFAULT);
        return new LocalJobs(
                new JobLoader(store, library),
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

    /** The store, with something that happens right after a job was made. */
    private Store watched() {
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, arguments) -> {
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
