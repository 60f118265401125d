package mirrorneuron.engine.job;

import java.time.Instant;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.Aside;
import mirrorneuron.engine.run.Usage;

/** What a fact knows beside the events that are shown of it, for the files of a run. */
public final class Asides {

    /** A larger output is shown by the job, not by the request to look at it. */
    private static final int OUTPUT_BYTES_MAX = 8 * 1_024;

    private Asides() {}

    public static Aside of(JobEvent event) {
        return switch (event) {
            case JobEvent.Handled handled
                    when handled.change() instanceof JobEvent.Change.Ran ran && !ran.fallback() ->
                    Aside.ofOutput(
                            ran.result().string("stdout").orElse(""),
                            ran.result().string("stderr").orElse(""),
                            Usage.of(ran.result().object("metrics")));
            case JobEvent.AttemptFailed failed ->
                    Aside.ofOutput("", failed.logs(), JsonObject.empty());
            case StepEvent.GateOpened gate -> Aside.ofRequest(asked(gate));
            default -> Aside.NONE;
        };
    }

    /** The event of the fact that the aside belongs to. */
    public static String typeOf(JobEvent event) {
        return switch (event) {
            case JobEvent.Handled _ -> "sandbox_job_completed";
            case JobEvent.AttemptFailed failed ->
                    failed.retryAtMs() > 0 ? "executor_retry_scheduled" : "sandbox_job_failed";
            case StepEvent.GateOpened _ -> "human_input_requested";
            default -> "";
        };
    }

    private static JsonObject asked(StepEvent.GateOpened gate) {
        var json =
                JsonObject.builder()
                        // What else a gate may be opens none.
                        .put("mode", "approval_required")
                        .put(
                                "allowed_decisions",
                                JsonArray.ofStrings(
                                        gate.allowed().stream()
                                                .map(decision -> decision.wire())
                                                .toList()));
        if (gate.timeoutAtMs() > 0) {
            json.put("expires_at", Timestamps.format(Instant.ofEpochMilli(gate.timeoutAtMs())));
        }
        if (!gate.output().value().isNull()
                && Json.bytes(gate.output().value()).length <= OUTPUT_BYTES_MAX) {
            json.put("output", gate.output().value());
        }
        return json.build();
    }
}
