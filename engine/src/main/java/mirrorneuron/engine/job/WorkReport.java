package mirrorneuron.engine.job;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.worker.StructuredResult.Note;

/**
 * What a worker has said of its own progress, in signs of life or other reports: the newest value
 * of each thing it may say.
 *
 * @param said {@code progress}, {@code items_done}, {@code items_total}, {@code tokens}, {@code
 *     tokens_used}, {@code token_budget}, {@code tools}, {@code working_on}, {@code model} and
 *     {@code message}, each only when it was said
 */
record WorkReport(JsonObject said) {

    static final WorkReport NONE = new WorkReport(JsonObject.empty());

    private static final List<String> NUMBERS =
            List.of(
                    "progress",
                    "items_done",
                    "items_total",
                    "tokens",
                    "tokens_used",
                    "token_budget",
                    "tools");
    private static final List<String> TEXTS = List.of("working_on", "model", "message");
    private static final int TEXT_CHARS_MAX = 200;

    WorkReport heard(List<Note> notes) {
        var report = this;
        for (var note : notes) {
            report = report.heard(note.payload());
        }
        return report;
    }

    WorkReport heard(JsonObject payload) {
        var next = said;
        for (var name : NUMBERS) {
            if (payload.at(name) instanceof JsonNumber number && number.asDouble() >= 0) {
                next = next.with(name, number);
            }
        }
        for (var name : TEXTS) {
            if (payload.at(name) instanceof JsonString(var text) && !text.isBlank()) {
                next = next.with(name, new JsonString(cut(text.strip())));
            }
        }
        return next == said ? this : new WorkReport(next);
    }

    private static String cut(String text) {
        return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX - 1) + "…";
    }

    /** Between 0 and 1; what was said in percent is understood too. */
    Optional<Double> progress() {
        return said.at("progress") instanceof JsonNumber number
                ? Optional.of(
                        Math.min(
                                1,
                                number.asDouble() > 1
                                        ? number.asDouble() / 100
                                        : number.asDouble()))
                : Optional.empty();
    }

    OptionalLong number(String name) {
        return said.at(name) instanceof JsonNumber number
                ? OptionalLong.of((long) number.asDouble())
                : OptionalLong.empty();
    }

    Optional<String> text(String name) {
        return said.string(name);
    }
}
