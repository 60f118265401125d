package mirrorneuron.engine.run;

import java.util.Optional;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.worker.StructuredResults;

/**
 * What the workers of a run call its final artifact, other than by writing the file themselves.
 *
 * @see "blueprint contract, section 6"
 */
final class FinalAnswer {

    private static final String MEMBER = "final_artifact";

    private FinalAnswer() {}

    /**
     * The member {@code final_artifact} of {@code result.json} as a worker wrote it, else of the
     * run's output, else of the last JSON object that the terminal step printed.
     */
    static Optional<JsonObject> of(JsonObject resultFile, JsonValue output) {
        return named(resultFile)
                .or(() -> output instanceof JsonObject object ? said(object) : Optional.empty());
    }

    private static Optional<JsonObject> said(JsonObject output) {
        return named(output)
                .or(() -> printed(output))
                // A sink keeps what it collected; what came last is the terminal step's.
                .or(() -> printed(output.object("last_message")));
    }

    private static Optional<JsonObject> printed(JsonObject ran) {
        var stdout = ran.object("sandbox").string("stdout").orElse("");
        return StructuredResults.document(stdout)
                .or(
                        () ->
                                stdout.lines()
                                        .flatMap(line -> StructuredResults.document(line).stream())
                                        .reduce((_, last) -> last))
                .flatMap(FinalAnswer::named);
    }

    private static Optional<JsonObject> named(JsonObject document) {
        return document.at(MEMBER) instanceof JsonObject artifact
                ? Optional.of(artifact)
                : Optional.empty();
    }
}
