package mirrorneuron.runtime.bundle;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Issue;
import mirrorneuron.api.IssueLocation;
import mirrorneuron.api.Severity;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * The inputs that a workflow declares ({@code contract.inputs}). A value is the one that the
 * submission gives, else the one below {@code inputs.payload} of the configuration, else the
 * default. Null is no value. Values are never shown, for inputs may be anybody's data.
 */
public final class DeclaredInputs {

    private final JsonObject declared;
    private final JsonObject configured;
    private final JsonObject given;

    /**
     * @param manifest the document as written
     * @param configuration the bundle's, with the submission's overrides merged over it
     * @param given with the submission
     */
    public DeclaredInputs(JsonObject manifest, JsonObject configuration, JsonObject given) {
        this.declared =
                manifest.object(manifest.has("contract") ? "contract" : "contracts")
                        .object("inputs");
        this.configured = configuration.object("inputs");
        this.given = given;
    }

    /** One issue for each value that is not what its declaration says. */
    public List<Issue> unfit() {
        var issues = new ArrayList<Issue>();
        declared.forEach(
                (name, declaration) -> {
                    if (declaration instanceof JsonObject input) {
                        unfit(name, input).ifPresent(issues::add);
                    }
                });
        return issues;
    }

    /**
     * One issue for each required input without a value. Where the configuration names an adapter
     * other than {@code json}, its worker fetches the inputs, and nobody else has to give them.
     */
    public List<Issue> missing() {
        var issues = new ArrayList<Issue>();
        if (!configured.string("adapter").orElse("json").equals("json")) {
            return issues;
        }
        declared.forEach(
                (name, declaration) -> {
                    if (declaration instanceof JsonObject input
                            && input.bool("required").orElse(false)
                            && input.at("default").isNull()
                            && value(name).isNull()) {
                        issues.add(
                                issue(
                                        "inputs.required",
                                        name,
                                        "Expected a value for the input "
                                                + name
                                                + ", but found none",
                                        "Give it with the inputs of the run."));
                    }
                });
        return issues;
    }

    private JsonValue value(String name) {
        return given.at(name).isNull() ? configured.object("payload").at(name) : given.at(name);
    }

    private Optional<Issue> unfit(String name, JsonObject input) {
        var value = value(name);
        if (value.isNull()) {
            return Optional.empty();
        }
        var type = input.string("type").orElse("");
        if (!isOf(type, value)) {
            return Optional.of(
                    issue(
                            "inputs.type",
                            name,
                            "Expected the input "
                                    + name
                                    + " to be of type "
                                    + type
                                    + ", but found "
                                    + kind(value),
                            "Give a value of this type."));
        }
        var allowed = input.array("enum");
        return allowed.isEmpty() || allowed.values().contains(value)
                ? Optional.empty()
                : Optional.of(
                        issue(
                                "inputs.enum",
                                name,
                                "Expected the input "
                                        + name
                                        + " to be one of "
                                        + allowed
                                        + ", but it is none of them",
                                "Give one of them."));
    }

    /** Types that only the workflow knows, such as {@code domain_value}, take every value. */
    private static boolean isOf(String type, JsonValue value) {
        return switch (type) {
            case "string", "text", "local_path" -> value instanceof JsonString;
            case "integer" -> value instanceof JsonNumber number && isWhole(number.asBigDecimal());
            case "number" -> value instanceof JsonNumber;
            case "boolean" -> value instanceof JsonBool;
            case "array", "list" -> value instanceof JsonArray;
            case "object" -> value instanceof JsonObject;
            default -> true;
        };
    }

    /** {@code 1e3} is whole; it is not written out to find that, for it may be 1e999999999. */
    private static boolean isWhole(BigDecimal number) {
        return number.stripTrailingZeros().scale() <= 0;
    }

    private static String kind(JsonValue value) {
        return switch (value) {
            case JsonObject _ -> "an object";
            case JsonArray _ -> "an array";
            case JsonString _ -> "a string";
            case JsonNumber _ -> "a number";
            case JsonBool _ -> "a boolean";
            case JsonNull _ -> "null";
        };
    }

    private static Issue issue(String code, String name, String message, String help) {
        return new Issue(
                code,
                message,
                Optional.of(help),
                Severity.ERROR,
                new IssueLocation(
                        "manifest", "contract.inputs." + name, "/manifest/contract/inputs/" + name),
                Optional.empty(),
                Optional.empty());
    }
}
