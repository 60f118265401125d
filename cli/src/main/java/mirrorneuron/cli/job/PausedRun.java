package mirrorneuron.cli.job;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.cli.CommandFailure;

/** Finds the job that is meant by its id, by its run's, or by its blueprint's. */
final class PausedRun {

    private PausedRun() {}

    /**
     * @throws CommandFailure when nothing is meant, or several paused runs of one blueprint are
     */
    static JobId of(MirrorNeuron runtime, String named) {
        var byJob = byJob(runtime, named);
        if (byJob.isPresent()) {
            return byJob.get();
        }
        var jobs = runtime.monitor().listJobs(JobQuery.all());
        for (var job : jobs) {
            if (job.raw().string("run_id").filter(named::equals).isPresent()) {
                return job.jobId();
            }
        }
        var ofBlueprint = jobs.stream().filter(job -> isOf(runtime, job, named)).toList();
        if (ofBlueprint.isEmpty()) {
            throw JobLookup.unknown(runtime, named);
        }
        return onlyPaused(named, ofBlueprint);
    }

    private static Optional<JobId> byJob(MirrorNeuron runtime, String named) {
        try {
            return runtime.jobs().inspect(JobId.of(named)).map(job -> job.jobId());
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }

    private static boolean isOf(MirrorNeuron runtime, JobSummary job, String blueprint) {
        return job.graphId().equals(blueprint)
                || runtime.jobs()
                        .inspect(job.jobId())
                        .flatMap(record -> record.raw().object("metadata").string("blueprint_id"))
                        .filter(blueprint::equals)
                        .isPresent();
    }

    private static JobId onlyPaused(String blueprint, List<JobSummary> jobs) {
        var paused =
                jobs.stream()
                        .filter(job -> job.status() == JobStatus.PAUSED)
                        .map(JobSummary::jobId)
                        .toList();
        return switch (paused.size()) {
            case 1 -> paused.getFirst();
            case 0 ->
                    throw CommandFailure.precondition(
                            "Expected one paused run of blueprint "
                                    + blueprint
                                    + ", but none of its "
                                    + jobs.size()
                                    + " is paused",
                            "mn job pause JOB pauses one of " + ids(jobs));
            default ->
                    throw CommandFailure.usage(
                            "Expected one paused run of blueprint "
                                    + blueprint
                                    + ", but there are "
                                    + paused.size(),
                            "name one of "
                                    + String.join(
                                            ", ", paused.stream().map(JobId::value).toList()));
        };
    }

    private static String ids(List<JobSummary> jobs) {
        return String.join(", ", jobs.stream().map(job -> job.jobId().value()).limit(10).toList());
    }
}
