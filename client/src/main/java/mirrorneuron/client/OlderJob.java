package mirrorneuron.client;

import java.util.Optional;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.client.Link.Again;
import mirrorneuron.protocol.job.GetJobRequest;
import mirrorneuron.protocol.job.JobServiceGrpc;

/** One job as every server shows it. */
record OlderJob(Link link) {

    /** Servers answer about an unknown job with nothing, or refuse when they are asked to. */
    Optional<JobDetails> find(JobId job) {
        try {
            var answer =
                    link.call(
                            JobServiceGrpc.getGetJobMethod(),
                            GetJobRequest.newBuilder()
                                    .setJobId(job.value())
                                    .setVersion(Console.VERSION)
                                    .build(),
                            Again.HARMLESS);
            var document = Console.document(answer.getJobJson());
            return document.object("job").isEmpty()
                    ? Optional.empty()
                    : Optional.of(JobDetails.fromJson(document, true));
        } catch (NoSuchJobException none) {
            return Optional.empty();
        }
    }

    /**
     * @throws NoSuchJobException when there is no such job
     */
    JobRecord require(JobId job) {
        return find(job)
                .orElseThrow(
                        () -> new NoSuchJobException("Job " + job + " was not found by the server"))
                .job();
    }
}
