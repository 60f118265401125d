package mirrorneuron.runtime.bundle;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Issue;
import mirrorneuron.api.IssueLocation;
import mirrorneuron.api.Redaction;
import mirrorneuron.api.Severity;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * The manifest's own rules for what may be submitted ({@code input_validation}). All rules are
 * tried and all that fail are reported. Patterns are matched in linear time, so no pattern and no
 * value can hold a submission up.
 */
public final class InputRules {

    private static final int VALUE_CHARS_MAX = 64 * 1_024;

    private InputRules() {}

    /**
     * @param manifest the document as written
     * @param configuration the bundle's, with the submission's overrides merged over it
     * @return one issue for each rule that does not hold
     */
    public static List<Issue> check(JsonObject manifest, JsonObject configuration) {
        var section =
                manifest.get("input_validation")
                        .or(() -> manifest.get("inputValidation"))
                        .orElse(JsonNull.NULL);
        var rules =
                switch (section) {
                    case JsonArray array -> array;
                    case JsonObject object -> object.array("rules");
                    default -> JsonArray.empty();
                };
        var issues = new ArrayList<Issue>();
        var config = configured(manifest, configuration);
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i) instanceof JsonObject rule
                    && rule.string("type").orElse("pattern").equals("pattern")) {
                check(
                        rule,
                        i,
                        rule.string("source").orElse("config").equals("manifest")
                                ? manifest
                                : config,
                        issues);
            }
        }
        return issues;
    }

    /** What a blueprint put into its first node's environment counts as the configuration too. */
    private static JsonObject configured(JsonObject manifest, JsonObject configuration) {
        for (var holder : List.of(manifest, manifest.object("agents"), manifest.object("flow"))) {
            for (var node : holder.array("nodes")) {
                if (node instanceof JsonObject object) {
                    var text =
                            object.object("config")
                                    .object("environment")
                                    .string("MN_BLUEPRINT_CONFIG_JSON");
                    if (text.isPresent()) {
                        return parsed(text.get()).orElse(configuration);
                    }
                }
            }
        }
        return configuration;
    }

    private static Optional<JsonObject> parsed(String text) {
        try {
            return Json.parse(text) instanceof JsonObject object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (JsonParseException notJson) {
            return Optional.empty();
        }
    }

    private static void check(JsonObject rule, int index, JsonObject source, List<Issue> issues) {
        var path = rule.string("path").or(() -> rule.string("input")).orElse("");
        var pattern = rule.string("pattern").orElse("");
        var value = at(source, path);
        if (value.isNull()) {
            if (rule.bool("required").orElse(true)) {
                issues.add(
                        issue(
                                rule,
                                index,
                                path,
                                "Expected a value for " + path + ", but found none",
                                value));
            }
            return;
        }
        var text = value instanceof JsonString string ? string.value() : value.toString();
        if (text.length() > VALUE_CHARS_MAX) {
            issues.add(
                    issue(
                            rule,
                            index,
                            path,
                            "Expected "
                                    + path
                                    + " to have at most "
                                    + VALUE_CHARS_MAX
                                    + " characters, but found "
                                    + text.length(),
                            JsonNull.NULL));
            return;
        }
        try {
            if (!Pattern.compile(pattern).matcher(text).find()) {
                issues.add(
                        issue(
                                rule,
                                index,
                                path,
                                "Expected " + path + " to match " + pattern + ", but it does not",
                                value));
            }
        } catch (PatternSyntaxException malformed) {
            issues.add(
                    issue(
                            rule,
                            index,
                            path,
                            "Expected a regular expression, but "
                                    + pattern
                                    + " is none: "
                                    + malformed.getDescription(),
                            JsonNull.NULL));
        }
    }

    private static JsonValue at(JsonObject source, String path) {
        JsonValue value = source;
        for (var part : path.split("\\.")) {
            value = value instanceof JsonObject object ? object.at(part) : JsonNull.NULL;
        }
        return value;
    }

    private static Issue issue(
            JsonObject rule, int index, String path, String found, JsonValue value) {
        var shown = JsonObject.of(path, value);
        return new Issue(
                "input_validation.failed",
                rule.string("message").map(own -> own + " (" + found + ")").orElse(found),
                rule.string("help"),
                Severity.ERROR,
                new IssueLocation(
                        rule.string("source").orElse("config"),
                        path,
                        "/manifest/input_validation/rules/" + index),
                rule.get("pattern"),
                value.isNull() ? Optional.empty() : Redaction.byKey(shown).get(path));
    }
}
