package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/**
 * One thing that is wrong with an input, and where.
 *
 * @param code stable and dotted, such as {@code node.id_duplicate}
 * @param message what was found, in one line
 * @param help what to do about it
 * @param expected what would have been right, where it can be said as a value
 * @param actual what was there; values under secret names are redacted
 */
public record Issue(
        String code,
        String message,
        Optional<String> help,
        Severity severity,
        IssueLocation location,
        Optional<JsonValue> expected,
        Optional<JsonValue> actual) {

    public Issue {
        requireNonNull(code, "code");
        requireNonNull(message, "message");
        requireNonNull(help, "help");
        requireNonNull(severity, "severity");
        requireNonNull(location, "location");
        requireNonNull(expected, "expected");
        requireNonNull(actual, "actual");
    }

    public JsonObject toJson() {
        var json =
                JsonObject.builder()
                        .put("code", code)
                        .put("message", message)
                        .putOrNull("help", help)
                        .put("severity", severity.name().toLowerCase(Locale.ROOT))
                        .put(
                                "location",
                                JsonObject.builder()
                                        .put("source", location.source())
                                        .put("path", location.path())
                                        .put("pointer", location.pointer())
                                        .build());
        expected.ifPresent(value -> json.put("expected", value));
        actual.ifPresent(value -> json.put("actual", value));
        return json.build();
    }

    /** Reads what {@link #toJson()} wrote; a severity that is not known is an error. */
    public static Issue fromJson(JsonObject json) {
        var location = json.object("location");
        return new Issue(
                json.string("code").orElse(""),
                json.string("message").orElse(""),
                json.string("help"),
                json.string("severity").filter("warning"::equals).isPresent()
                        ? Severity.WARNING
                        : Severity.ERROR,
                new IssueLocation(
                        location.string("source").orElse(""),
                        location.string("path").orElse(""),
                        location.string("pointer").orElse("")),
                json.get("expected"),
                json.get("actual"));
    }
}
