package mirrorneuron.cli.job;

import java.util.List;
import java.util.stream.Collectors;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;

/** Says what became of a pause, resume or cancel. */
public final class Controls {

    private Controls() {}

    public static Report report(
            MirrorNeuron runtime, String verb, ControlResult result, String next) {
        return report(runtime, "Job " + verb, new Fields(), result, next);
    }

    /**
     * @param action noun and verb: {@code Run cancel}
     * @param subject what it is about, beside its job
     */
    public static Report report(
            MirrorNeuron runtime,
            String action,
            Fields subject,
            ControlResult result,
            String next) {
        return switch (result) {
            case ControlResult.Applied applied ->
                    confirmed(action, subject, result, true, applied.status().wire(), next);
            case ControlResult.Unchanged unchanged ->
                    confirmed(action, subject, result, false, unchanged.status().wire(), next);
            case ControlResult.Pending pending ->
                    confirmed(
                            action,
                            subject,
                            result,
                            true,
                            action.substring(action.indexOf(' ') + 1)
                                    + " pending, waiting for "
                                    + pending.waitingFor().stream()
                                            .map(NodeName::value)
                                            .collect(Collectors.joining(", ")),
                            next);
            case ControlResult.Refused refused ->
                    throw CommandFailure.precondition(
                            refused.why(), "mn job status " + refused.jobId());
            case ControlResult.NotFound missing ->
                    throw JobLookup.unknown(runtime, missing.jobId().value());
        };
    }

    private static Report confirmed(
            String action,
            Fields subject,
            ControlResult result,
            boolean changed,
            String status,
            String next) {
        return Report.of(
                        JsonObject.builder()
                                .put("job_id", result.jobId().value())
                                .put("status", status)
                                .put("changed", changed)
                                .build(),
                        new Confirmation(
                                action,
                                changed,
                                new Fields()
                                        .add("Status", status)
                                        .addAll(subject)
                                        .add("Job ID", result.jobId().value()),
                                next))
                .withIds(List.of(result.jobId().value()));
    }
}
