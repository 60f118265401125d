package mirrorneuron.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Takes secrets out of documents by the names of their members, before anything is stored or sent.
 */
public final class Redaction {

    public static final String MARK = "[REDACTED]";

    private static final List<String> KEY_PARTS =
            List.of(
                    "authorization",
                    "cookie",
                    "secret",
                    "token",
                    "password",
                    "api_key",
                    "apikey",
                    "private_key",
                    "credential");

    /** Counters of a model call carry the word without being one. */
    private static final List<String> HARMLESS =
            List.of(
                    "tokens",
                    "token_totals",
                    "input_tokens",
                    "output_tokens",
                    "total_tokens",
                    "max_tokens");

    /** A cheap test that spares most texts the patterns. */
    private static final Pattern SUSPICIOUS =
            Pattern.compile(
                    "bearer|token|secret|passw|key|cookie|credential", Pattern.CASE_INSENSITIVE);

    /** The words "bearer token" are about one and are none. */
    private static final Pattern BEARER =
            Pattern.compile("(?i)\\b(bearer)\\s+(?!tokens?(?:[\\s\",;.]|$))[^\\s\",;]{4,}");

    private static final Pattern PAIR =
            Pattern.compile(
                    "(?i)\\b([A-Z0-9_]*(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|COOKIE|CREDENTIAL)S?)=[^\\s&\",;#]+");

    private static final Pattern URL_USER = Pattern.compile("(://[^/\\s:@]+:)[^/\\s@]+@");

    private Redaction() {}

    /** True when a member of this name must not be shown. */
    public static boolean isSecretKey(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return !HARMLESS.contains(lower) && KEY_PARTS.stream().anyMatch(lower::contains);
    }

    /**
     * The text without the secrets that can be told by their surroundings: bearer headers, {@code
     * NAME_TOKEN=value} pairs, passwords in addresses.
     */
    public static String inText(String text) {
        return inText(text, MARK);
    }

    /**
     * @param mark stands where a secret stood; without dollar signs
     */
    public static String inText(String text, String mark) {
        var cleaned = text;
        if (SUSPICIOUS.matcher(cleaned).find()) {
            cleaned = BEARER.matcher(cleaned).replaceAll("$1 " + mark);
            cleaned = PAIR.matcher(cleaned).replaceAll("$1=" + mark);
        }
        return cleaned.contains("://")
                ? URL_USER.matcher(cleaned).replaceAll("$1" + mark + "@")
                : cleaned;
    }

    /**
     * The document with every text, number or list under a secret name replaced by {@value #MARK}.
     */
    public static JsonObject byKey(JsonObject object) {
        var builder = JsonObject.builder();
        object.forEach(
                (name, value) ->
                        builder.put(
                                name,
                                isSecretKey(name) && !value.isNull()
                                        ? new JsonString(MARK)
                                        : byKey(value)));
        return builder.build();
    }

    public static JsonValue byKey(JsonValue value) {
        return switch (value) {
            case JsonObject object -> byKey(object);
            case JsonArray array -> {
                var values = new ArrayList<JsonValue>(array.size());
                for (var element : array) {
                    values.add(byKey(element));
                }
                yield JsonArray.of(values);
            }
            default -> value;
        };
    }
}
