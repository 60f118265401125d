package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Issue;
import mirrorneuron.api.Redaction;
import mirrorneuron.api.Severity;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/** Collects what is wrong with a document, so that an author sees everything at once. */
final class Findings {

    private static final int SHOWN_CHARS_MAX = 120;
    private static final int ACTUAL_CHARS_MAX = 1_000;

    private final int issuesMax;
    private final List<Issue> issues = new ArrayList<>();
    private int unlisted;
    private boolean failed;

    Findings(int issuesMax) {
        this.issuesMax = issuesMax;
    }

    /** True once there was an error, listed or not. */
    boolean failed() {
        return failed;
    }

    List<Issue> issues() {
        if (unlisted == 0) {
            return List.copyOf(issues);
        }
        var all = new ArrayList<>(issues);
        all.add(
                new Issue(
                        "manifest.issues_unlisted",
                        "Expected at most "
                                + issuesMax
                                + " issues, but found "
                                + (issuesMax + (long) unlisted),
                        Optional.of("Correct the issues above and check again."),
                        failed ? Severity.ERROR : Severity.WARNING,
                        Place.root("manifest").location(),
                        Optional.empty(),
                        Optional.empty()));
        return List.copyOf(all);
    }

    /** Something is missing, or in the way: there is no value to show. */
    void error(String code, Place place, String message, String help) {
        failed = true;
        add(code, place, message, help, Severity.ERROR, Optional.empty(), Optional.empty());
    }

    void warning(String code, Place place, String message, String help) {
        add(code, place, message, help, Severity.WARNING, Optional.empty(), Optional.empty());
    }

    /** A value is not what it must be: {@code max_attempts: 0 (expected: a whole number >= 1)}. */
    void wrong(String code, Place place, JsonValue actual, String expected, String help) {
        failed = true;
        wrong(code, place, actual, expected, help, Severity.ERROR);
    }

    /** A value is not what it must be, and is left out or replaced. */
    void odd(String code, Place place, JsonValue actual, String expected, String help) {
        wrong(code, place, actual, expected, help, Severity.WARNING);
    }

    private void wrong(
            String code,
            Place place,
            JsonValue actual,
            String expected,
            String help,
            Severity severity) {
        var harmless =
                place.isSecret() && !actual.isNull()
                        ? new JsonString(Redaction.MARK)
                        : Redaction.byKey(actual);
        var text = harmless.toString();
        add(
                code,
                place,
                place.label() + ": " + shown(harmless, text) + " (expected: " + expected + ")",
                help,
                severity,
                Optional.of(new JsonString(expected)),
                Optional.of(
                        text.length() <= ACTUAL_CHARS_MAX
                                ? harmless
                                : new JsonString(cut(text, ACTUAL_CHARS_MAX))));
    }

    /** A value as a message shows it: short, on one line. */
    private static String shown(JsonValue value, String text) {
        return switch (value) {
            case JsonObject object when object.size() > 3 -> "an object";
            case JsonArray array when array.size() > 5 -> "a list of " + array.size();
            default -> cut(text, SHOWN_CHARS_MAX);
        };
    }

    static String cut(String text, int charsMax) {
        if (text.length() <= charsMax) {
            return text;
        }
        int end =
                Character.isHighSurrogate(text.charAt(charsMax - 2)) ? charsMax - 2 : charsMax - 1;
        return text.substring(0, end) + "…";
    }

    private void add(
            String code,
            Place place,
            String message,
            String help,
            Severity severity,
            Optional<JsonValue> expected,
            Optional<JsonValue> actual) {
        if (issues.size() >= issuesMax) {
            unlisted++;
            return;
        }
        issues.add(
                new Issue(
                        code,
                        message,
                        Optional.of(help).filter(text -> !text.isEmpty()),
                        severity,
                        place.location(),
                        expected,
                        actual));
    }
}
