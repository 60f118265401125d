package mirrorneuron.cli.view;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/**
 * What happened to a step, on one short line: {@code time type step words}. Stateless.
 *
 * <p>Instances of a scattered step are told only when they are in trouble; the rest of them is
 * counted elsewhere.
 */
public final class StepEventText {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
    private static final int WORDS_MAX = 160;
    private static final List<String> MAPPED = List.of("mapped", "mapped_empty");

    private StepEventText() {}

    /** Empty for an event that says nothing of a step, or nothing worth a line. */
    public static Optional<String> line(RuntimeEvent event) {
        var payload = event.payload();
        var step = payload.string("step_id");
        if (step.isEmpty() || (!isTrouble(event) && StepRow.instanceOf(step.get()).isPresent())) {
            return Optional.empty();
        }
        return words(event.type(), payload)
                .map(
                        words ->
                                TIME.format(event.timestamp())
                                        + " "
                                        + event.type()
                                        + " "
                                        + Text.clean(step.get())
                                        + (words.isEmpty() ? "" : " ")
                                        + Text.cut(Text.clean(Secrets.in(words)), WORDS_MAX));
    }

    /** Whether a person will want to read it whatever else happens. */
    public static boolean isTrouble(RuntimeEvent event) {
        return switch (event.type()) {
            case "workflow_step_attempt_retry_scheduled",
                    "workflow_step_attempt_timed_out",
                    "workflow_step_scatter_rejected",
                    "workflow_step_failed",
                    "workflow_step_partial",
                    "human_input_requested",
                    "human_input_received",
                    "human_input_timeout",
                    "human_notice" ->
                    true;
            default -> false;
        };
    }

    private static Optional<String> words(String type, JsonObject payload) {
        return switch (type) {
            case "workflow_step_started", "workflow_step_completed" -> Optional.of("");
            case "workflow_step_skipped", "workflow_step_failed", "workflow_step_partial" ->
                    // What became of a scattered step is told by its instances.
                    payload.string("outcome").filter(MAPPED::contains).isPresent()
                            ? Optional.empty()
                            : Optional.of(payload.string("reason").orElse(""));
            case "workflow_step_attempt_retry_scheduled" ->
                    Optional.of(
                            "attempt "
                                    + payload.integer("attempt").orElse(0)
                                    + ": "
                                    + payload.string("error").orElse("")
                                    + "; again in "
                                    + payload.integer("delay_ms").orElse(0)
                                    + " ms");
            case "workflow_step_attempt_timed_out" ->
                    Optional.of("attempt " + payload.integer("attempt").orElse(0));
            case "workflow_step_scattered" ->
                    Optional.of(payload.integer("count").orElse(0) + " items");
            case "workflow_step_scatter_rejected" ->
                    Optional.of(payload.string("reason").orElse(""));
            case "human_input_requested" ->
                    Optional.of("request " + payload.string("request_id").orElse(""));
            case "human_input_received", "human_input_timeout" ->
                    Optional.of(payload.string("decision").orElse(""));
            case "human_notice" ->
                    Optional.of(
                            payload.string("message").or(() -> payload.string("title")).orElse(""));
            default -> Optional.empty();
        };
    }
}
