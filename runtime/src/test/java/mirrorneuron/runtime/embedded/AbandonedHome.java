package mirrorneuron.runtime.embedded;

import static mirrorneuron.runtime.embedded.Workflows.DOOR;
import static mirrorneuron.runtime.embedded.Workflows.knock;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.agent.Agent;
import mirrorneuron.api.agent.AgentContext;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;

/**
 * A process that fills a home with jobs in every status, says {@code ready} and then waits to be
 * killed. The status is the beginning of each job's id.
 */
final class AbandonedHome {

    static final int JOBS_PER_STATUS = 33;

    /** These hold worker slots, of which there are four. */
    static final int JOBS_WITH_COMMANDS = 2;

    private AbandonedHome() {}

    public static void main(String[] args) throws Exception {
        // Never closed: what is asked of the home afterwards is about exactly that.
        @SuppressWarnings("resource")
        var mn =
                MirrorNeuron.embedded()
                        .home(Path.of(args[0]))
                        .agent("broken", new Workflows.Module("broken", new Broken()))
                        .start();
        var jobs = mn.jobs();
        var waiting = new ArrayList<JobId>();
        for (int n = 0; n < JOBS_PER_STATUS; n++) {
            waiting.add(submit(jobs, "completed-" + n, Workflows.instant()));
            waiting.add(submit(jobs, "failed-" + n, Workflows.module("broken", "1")));
            jobs.cancel(submit(jobs, "cancelled-" + n, Workflows.waiting(2)));
            jobs.pause(submit(jobs, "paused-" + n, Workflows.waiting(2)));
            jobs.send(submit(jobs, "running-" + n, Workflows.waiting(2)), DOOR, knock(1));
            var paused = submit(jobs, "filled-" + n, Workflows.waiting(2));
            jobs.pause(paused);
            jobs.send(paused, DOOR, knock(1));
        }
        for (var job : waiting) {
            jobs.await(job, Jobs.WAIT_FOREVER);
        }
        for (int n = 0; n < JOBS_WITH_COMMANDS; n++) {
            var pausing = submit(jobs, "pausing-" + n, Workflows.command("sleep 60", true));
            awaitStarted(jobs, pausing);
            Thread.startVirtualThread(() -> jobs.pause(pausing));
            awaitEvent(jobs, pausing, "job_pausing");
        }
        System.out.println("ready");
        System.in.read();
    }

    /** An agent that cannot begin, so its job fails. */
    private static final class Broken implements Agent {
        @Override
        public JsonObject init(AgentContext context) {
            throw new IllegalStateException("no such model");
        }

        @Override
        public AgentResult handle(Message message, JsonObject state, AgentContext context) {
            return AgentResult.keep(state);
        }
    }

    private static JobId submit(Jobs jobs, String id, BundleSource bundle) {
        return jobs.submit(bundle, SubmitOptions.defaults().withJobId(JobId.of(id))).orThrow();
    }

    private static void awaitStarted(Jobs jobs, JobId job) throws InterruptedException {
        awaitEvent(jobs, job, "executor_lease_acquired");
    }

    private static void awaitEvent(Jobs jobs, JobId job, String type) throws InterruptedException {
        try (var stream = jobs.follow(job, mirrorneuron.api.FollowOptions.fromStart())) {
            for (var event : stream) {
                if (event.type().equals(type)) {
                    return;
                }
            }
        }
    }

    /** Starts it in a JVM of its own. */
    static Process start(Path home) throws IOException {
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                AbandonedHome.class.getName(),
                                home.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
