package mirrorneuron.engine.backup;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Set;
import java.util.function.UnaryOperator;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.message.Reference;

/**
 * Gives a job's documents the ids of its clone: each name of a member and each text that is exactly
 * the old job id or the old run id becomes the new one. A text that only contains an id stays as it
 * is.
 *
 * <p>A run is often named as its job is. Then the old id means the run where a member says so
 * ({@code run_id}, {@code blueprint_run_id}) and the job everywhere else.
 *
 * @see "gRPC contract, section 6, Restore"
 */
public final class IdReplacement {

    private static final Set<String> RUN_MEMBERS = Set.of("run_id", "blueprint_run_id");

    private final String oldJob;
    private final String newJob;
    private final String oldRun;
    private final String newRun;
    private final UnaryOperator<Reference> references;

    /**
     * @param references what a reference to a large value becomes, since that value may hold ids
     *     too and is named after its content
     */
    public IdReplacement(
            JobId oldJob,
            JobId newJob,
            String oldRun,
            String newRun,
            UnaryOperator<Reference> references) {
        this.oldJob = oldJob.value();
        this.newJob = newJob.value();
        this.oldRun = requireNonNull(oldRun, "oldRun");
        this.newRun = requireNonNull(newRun, "newRun");
        this.references = requireNonNull(references, "references");
    }

    /** The value with new ids; the same object when no old one is in it. */
    public JsonValue in(JsonValue value) {
        return in(value, "");
    }

    /** The document with new ids; the same object when no old one is in it. */
    public JsonObject in(JsonObject document) {
        return (JsonObject) in(document, "");
    }

    private JsonValue in(JsonValue value, String member) {
        return switch (value) {
            case JsonString(var text) -> text(value, text, member);
            case JsonArray array -> array(array, member);
            case JsonObject object -> {
                var reference = Reference.of(object);
                yield reference.isPresent() ? reference(object, reference.get()) : object(object);
            }
            default -> value;
        };
    }

    private JsonValue text(JsonValue same, String text, String member) {
        var replaced = id(text, member);
        return replaced.equals(text) ? same : new JsonString(replaced);
    }

    private String id(String text, String member) {
        if (text.equals(oldRun) && (!oldRun.equals(oldJob) || RUN_MEMBERS.contains(member))) {
            return newRun;
        }
        return text.equals(oldJob) ? newJob : text;
    }

    private JsonValue reference(JsonObject same, Reference reference) {
        var replaced = references.apply(reference);
        return replaced.equals(reference) ? same : replaced.toJson();
    }

    private JsonValue object(JsonObject object) {
        boolean changed = false;
        var replaced = JsonObject.builder();
        for (var entry : object.members()) {
            var name = id(entry.getKey(), "");
            var value = in(entry.getValue(), entry.getKey());
            changed |= !name.equals(entry.getKey()) || value != entry.getValue();
            replaced.put(name, value);
        }
        return changed ? replaced.build() : object;
    }

    private JsonValue array(JsonArray array, String member) {
        boolean changed = false;
        var replaced = new ArrayList<JsonValue>(array.size());
        for (var element : array) {
            var value = in(element, member);
            changed |= value != element;
            replaced.add(value);
        }
        return changed ? JsonArray.of(replaced) : array;
    }
}
