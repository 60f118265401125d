package mirrorneuron.cli.follow;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.InternalRuntimeException;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.UnsupportedFeatureException;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.RecordText;
import mirrorneuron.cli.view.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a job, one look at a time. A look that takes long goes on beside its caller, who
 * meanwhile can read keys. Used by one thread.
 */
final class JobLooks implements AutoCloseable {

    private static final int RECENT_EVENTS = 25;

    /** Samples of a run are read from files, so they are looked at less often than its job. */
    private static final Duration USAGE_EVERY = Duration.ofSeconds(5);

    /** All of a run counts, and only the newest sample is shown. */
    private static final String WHOLE_RUN = "3650d";

    private final MirrorNeuron runtime;
    private final JobId job;
    private @Nullable FutureTask<Look> open; // null while no look is open
    private boolean withoutSteps;
    private Instant nextUsage = Instant.MIN;
    private String logCursor = "";

    JobLooks(MirrorNeuron runtime, JobId job) {
        this.runtime = runtime;
        this.job = job;
    }

    boolean isOpen() {
        return open != null;
    }

    /**
     * Begins a look, or goes on waiting for the one that is open.
     *
     * @param sink says what is wanted
     * @return empty when it takes longer than the wait
     * @throws MirrorNeuronException as the runtime did
     */
    Optional<Look> look(FollowSink sink, Instant now, Duration wait) throws InterruptedException {
        var task = open;
        if (task == null) {
            boolean live = sink.live();
            boolean log = sink.wantsLog();
            task = new FutureTask<>(() -> see(live, log, now));
            open = task;
            Thread.ofVirtual().name("mn-look").start(task);
        }
        try {
            var look = task.get(wait.toMillis(), TimeUnit.MILLISECONDS);
            open = null;
            return Optional.of(look);
        } catch (TimeoutException slow) {
            return Optional.empty();
        } catch (ExecutionException failed) {
            open = null;
            switch (failed.getCause()) {
                case MirrorNeuronException refusal -> throw refusal;
                case RuntimeException bug -> throw bug;
                case Error error -> throw error;
                case null, default ->
                        throw new InternalRuntimeException(
                                "Expected to look at job " + job + ", but: " + failed.getCause());
            }
        }
    }

    private Look see(boolean live, boolean log, Instant now) {
        var details = details();
        var progress = progress(live);
        var run = details.job().raw().string("run_id");
        boolean usageIsDue = live && !now.isBefore(nextUsage);
        if (usageIsDue) {
            nextUsage = now.plus(USAGE_EVERY);
        }
        return new Look(
                details,
                progress,
                requests(progress),
                runtime.monitor().explain(job),
                run.filter(_ -> usageIsDue).flatMap(this::usage),
                run.filter(_ -> log).map(this::log).orElse(List.of()));
    }

    /** The job's details, as of now. */
    JobDetails details() {
        return runtime.monitor()
                .jobDetails(job, RECENT_EVENTS)
                .orElseThrow(
                        () ->
                                new NoSuchJobException(
                                        "Expected to follow job " + job + ", but it is gone"));
    }

    /** Where nobody sees agents, it is not asked for again when messages alone drive the job. */
    private Optional<WorkflowProgress> progress(boolean live) {
        if (withoutSteps && !live) {
            return Optional.empty();
        }
        var progress = runtime.monitor().workflowProgress(job);
        withoutSteps = progress.filter(WorkflowProgress::hasSteps).isEmpty();
        return progress.filter(one -> live || one.hasSteps());
    }

    private List<HumanRequest> requests(Optional<WorkflowProgress> progress) {
        boolean deciding =
                progress.isPresent()
                        && progress.get().steps().stream()
                                .anyMatch(step -> step.status().equals("waiting"));
        return deciding
                ? runtime.jobs().humanRequests(job).stream().filter(HumanRequest::pending).toList()
                : List.of();
    }

    private Optional<Usage> usage(String run) {
        try {
            return Optional.of(Usage.of(runtime.runFiles().resources(run, WHOLE_RUN, WHOLE_RUN)));
        } catch (UnsupportedFeatureException | NoSuchEntityException none) {
            return Optional.empty();
        }
    }

    private List<String> log(String run) {
        try {
            var page = runtime.runFiles().page(run, RunFiles.Filter.of("logs"), logCursor);
            logCursor = page.cursor();
            return page.records().stream().map(RecordText::log).map(Text::clean).toList();
        } catch (UnsupportedFeatureException | NoSuchEntityException none) {
            return List.of();
        }
    }

    /** Calls off a look that is open. */
    @Override
    public void close() {
        if (open != null) {
            open.cancel(true);
        }
    }
}
