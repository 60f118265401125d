package mirrorneuron.cli.job;

import java.util.List;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;

/** Says what became of a message from outside. */
final class Deliveries {

    private Deliveries() {}

    /**
     * @param field a label and its value, shown with the confirmation
     */
    static Report report(
            MirrorNeuron runtime,
            Delivery delivery,
            String action,
            String jobId,
            List<String> field) {
        return switch (delivery) {
            case Delivery.Delivered(var id) ->
                    Report.of(
                                    JsonObject.builder()
                                            .put("job_id", jobId)
                                            .put("status", "delivered")
                                            .put("message_id", id)
                                            .build(),
                                    new Confirmation(
                                            action,
                                            true,
                                            new Fields()
                                                    .add("Status", "delivered")
                                                    .add("Job ID", jobId)
                                                    .add(field.getFirst(), field.getLast())
                                                    .add("Message ID", id),
                                            "mn job monitor " + jobId))
                            .withIds(List.of(id));
            case Delivery.Backpressure(var retryAfter) ->
                    throw CommandFailure.of(
                            "MN_RESOURCE_OVERLOADED",
                            ExitCode.FAILED,
                            "The agent has too many messages waiting; nothing was sent",
                            "try again in " + retryAfter.toMillis() + " ms");
            case Delivery.NoSuchAgent(_, var agent) ->
                    throw CommandFailure.notFound(
                            "Job " + jobId + " has no agent '" + agent + "'",
                            "mn job agents " + jobId);
            case Delivery.NotRunning _ -> {
                if (runtime.jobs().inspect(mirrorneuron.api.JobId.of(jobId)).isEmpty()) {
                    throw JobLookup.unknown(runtime, jobId);
                }
                throw CommandFailure.precondition(
                        "Job " + jobId + " takes no messages: it is not running",
                        "mn job status " + jobId);
            }
            case Delivery.NotReplayable(var why) ->
                    throw CommandFailure.precondition(
                            why, "mn job dead-letters " + jobId + "; --force replays once more");
        };
    }
}
