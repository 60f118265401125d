package mirrorneuron.cli;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.output.Table;
import org.jspecify.annotations.Nullable;

/** A command that could not do what was asked, in the words that are shown. */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final ExitCode exit;
    private final String hint;
    private final transient JsonObject details;
    private final transient Optional<Table> report;

    private CommandFailure(
            String code,
            ExitCode exit,
            String message,
            String hint,
            JsonObject details,
            Optional<Table> report,
            @Nullable Throwable cause) {
        super(requireNonNull(message, "message"), cause);
        this.code = code;
        this.exit = exit;
        this.hint = hint;
        this.details = details;
        this.report = report;
    }

    public static CommandFailure of(String code, ExitCode exit, String message, String hint) {
        return new CommandFailure(
                code, exit, message, hint, JsonObject.empty(), Optional.empty(), null);
    }

    public static CommandFailure usage(String message, String hint) {
        return of("MN_USAGE_ERROR", ExitCode.USAGE, message, hint);
    }

    public static CommandFailure notFound(String message, String hint) {
        return of("MN_NOT_FOUND", ExitCode.USAGE, message, hint);
    }

    public static CommandFailure precondition(String message, String hint) {
        return of("MN_PRECONDITION_FAILED", ExitCode.FAILED, message, hint);
    }

    public static CommandFailure invalid(String message, String hint) {
        return of("MN_VALIDATION_FAILED", ExitCode.USAGE, message, hint);
    }

    /** The same with a document for programs. */
    public CommandFailure with(JsonObject newDetails) {
        return new CommandFailure(code, exit, text(), hint, newDetails, report, getCause());
    }

    /** The same with a document for programs and a table for people. */
    public CommandFailure with(JsonObject newDetails, Table newReport) {
        return new CommandFailure(
                code, exit, text(), hint, newDetails, Optional.of(newReport), getCause());
    }

    public CommandFailure causedBy(Throwable cause) {
        return new CommandFailure(code, exit, text(), hint, details, report, cause);
    }

    /** The same with the job that is meant in the commands of its hint, where it is known. */
    CommandFailure about(Optional<String> job) {
        return job.isEmpty()
                ? this
                : new CommandFailure(
                        code,
                        exit,
                        text(),
                        hint.replace(" JOB ", " " + job.get() + " "),
                        details,
                        report,
                        getCause());
    }

    /** The same with a hint where it has none. */
    CommandFailure orHint(String other) {
        return hint.isEmpty()
                ? new CommandFailure(code, exit, text(), other, details, report, getCause())
                : this;
    }

    public String code() {
        return code;
    }

    public ExitCode exit() {
        return exit;
    }

    public String text() {
        return requireNonNull(getMessage());
    }

    public Optional<String> hint() {
        return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
    }

    public JsonObject details() {
        return details;
    }

    /** {@code code, message} and, where there are some, {@code hint, details}. */
    public JsonObject toJson() {
        var error = JsonObject.builder().put("code", code).put("message", text());
        error.putIfPresent("hint", hint());
        if (!details.isEmpty()) {
            error.put("details", details);
        }
        return error.build();
    }

    /** What stands above the error for people: a table of what is wrong. */
    public Optional<Table> report() {
        return report;
    }
}
