package mirrorneuron.cli.output;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.ExitCode;

/**
 * What a command found, able to show itself in every form. The table and plain forms are made only
 * when they are asked for.
 *
 * @param data the document
 * @param bare whether the plain form of this command is the bare document, as scripts expect of it
 * @param ids what {@code --quiet} prints, one a line
 * @param hints what to say on stderr after the result
 */
public record Report(
        JsonValue data,
        Function<Page, List<String>> table,
        Supplier<List<String>> plain,
        boolean bare,
        List<String> ids,
        List<String> hints,
        List<String> warnings,
        ExitCode exit,
        Optional<Problem> problem) {

    /** Why the command did not end well, for programs; people read it in the result itself. */
    public record Problem(String code, String message) {}

    public Report {
        requireNonNull(data, "data");
        requireNonNull(table, "table");
        requireNonNull(plain, "plain");
        requireNonNull(exit, "exit");
        ids = List.copyOf(ids);
        hints = List.copyOf(hints);
        warnings = List.copyOf(warnings);
    }

    public static Report of(
            JsonValue data, Function<Page, List<String>> table, Supplier<List<String>> plain) {
        return new Report(
                data,
                table,
                plain,
                false,
                List.of(),
                List.of(),
                List.of(),
                ExitCode.SUCCESS,
                Optional.empty());
    }

    public static Report of(JsonValue data, Confirmation confirmation) {
        return of(data, confirmation::lines, confirmation::plain);
    }

    /** Nothing more to say: the command has printed everything itself. */
    public static Report done(ExitCode exit) {
        return of(mirrorneuron.api.json.JsonNull.NULL, page -> List.of(), List::of).withExit(exit);
    }

    public Report withBare() {
        return new Report(data, table, plain, true, ids, hints, warnings, exit, problem);
    }

    public Report withIds(List<String> value) {
        return new Report(data, table, plain, bare, value, hints, warnings, exit, problem);
    }

    public Report withHints(List<String> value) {
        return new Report(data, table, plain, bare, ids, value, warnings, exit, problem);
    }

    public Report withWarnings(List<String> value) {
        return new Report(data, table, plain, bare, ids, hints, value, exit, problem);
    }

    /** The command has printed its result, and did not end well. */
    public Report withExit(ExitCode value) {
        return new Report(data, table, plain, bare, ids, hints, warnings, value, problem);
    }

    /**
     * The result of a command that did not end well: a document tells it as the error's details.
     */
    public Report withProblem(ExitCode value, String code, String message) {
        return new Report(
                data,
                table,
                plain,
                bare,
                ids,
                hints,
                warnings,
                value,
                Optional.of(new Problem(code, message)));
    }
}
