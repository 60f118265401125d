package mirrorneuron.cli;

import java.io.PrintStream;
import java.time.Duration;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.output.OutputForm;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.output.Yaml;

/**
 * Writes a report or a failure in the desk's form: results to stdout, everything else to stderr.
 */
final class Printer {

    private final Desk desk;

    Printer(Desk desk) {
        this.desk = desk;
    }

    void print(Report report) {
        if (report.data().isNull() && report.table().apply(desk.page()).isEmpty()) {
            desk.surroundings().out().flush();
            return;
        }
        var out = desk.surroundings().out();
        if (desk.quiet() && !desk.form().isDocument()) {
            report.ids().forEach(id -> out.println(Text.clean(id)));
        } else if (isBare(report)) {
            out.println(Json.pretty(Secrets.in(report.data())));
        } else {
            switch (desk.form()) {
                case TABLE -> report.table().apply(desk.page()).forEach(line -> println(out, line));
                case PLAIN -> report.plain().get().forEach(line -> println(out, line));
                case JSON, NDJSON, YAML -> document(envelope(report), report.data());
            }
        }
        out.flush();
        if (!desk.form().isDocument() && !desk.quiet()) {
            report.warnings().forEach(desk::warn);
            report.hints().forEach(desk::hint);
        }
    }

    /**
     * Scripts of long standing read these documents from a pipe without asking for JSON; a form
     * that the caller named wins over the habit.
     */
    private boolean isBare(Report report) {
        return report.bare() && desk.form() == OutputForm.PLAIN && !desk.formChosen();
    }

    private static void println(PrintStream out, String line) {
        out.println(Text.harmless(Secrets.in(line)));
    }

    int print(CommandFailure failure) {
        desk.surroundings().out().flush();
        if (desk.form().isDocument()) {
            document(envelope(failure), failure.toJson());
            desk.surroundings().out().flush();
        } else {
            var page = desk.errorPage();
            failure.report()
                    .map(table -> desk.drawsErrors() ? table.lines(page) : table.plain())
                    .ifPresent(lines -> lines.forEach(desk::note));
            desk.note(
                    page.palette().red("×")
                            + " Error: ("
                            + failure.code()
                            + ") "
                            + Text.clean(failure.text()));
            failure.hint().map(Text::clean).ifPresent(desk::hint);
            if (desk.debug() && failure.getCause() != null) {
                desk.note("  " + Text.clean(diagnostic(failure.getCause())));
            }
        }
        return failure.exit().number();
    }

    private static String diagnostic(Throwable cause) {
        return cause.getClass().getName() + ": " + cause.getMessage();
    }

    /**
     * @param bare what is written where nobody wants an envelope
     */
    private void document(JsonObject envelope, JsonValue bare) {
        var out = desk.surroundings().out();
        boolean isBare =
                desk.surroundings().variable("MN_CLI_JSON").filter("bare"::equals).isPresent();
        var clean = Secrets.in(isBare ? bare : envelope);
        switch (desk.form()) {
            case NDJSON -> out.println(clean);
            case YAML -> out.print(Yaml.of(clean));
            default -> out.println(Json.pretty(clean));
        }
    }

    private JsonObject envelope(Report report) {
        var envelope = JsonObject.builder().put("schema", "mn.cli/v1");
        report.problem()
                .ifPresentOrElse(
                        problem -> envelope.put("ok", false).put("error", error(problem, report)),
                        () -> envelope.put("ok", true).put("data", report.data()));
        return envelope.put(
                        "warnings",
                        JsonArray.of(
                                report.warnings().stream()
                                        .map(
                                                text ->
                                                        JsonObject.builder()
                                                                .put("message", text)
                                                                .build())
                                        .toList()))
                .put("meta", meta())
                .build();
    }

    private static JsonObject error(Report.Problem problem, Report report) {
        return JsonObject.builder()
                .put("code", problem.code())
                .put("message", problem.message())
                .put("details", report.data())
                .build();
    }

    private JsonObject envelope(CommandFailure failure) {
        return JsonObject.builder()
                .put("schema", "mn.cli/v1")
                .put("ok", false)
                .put("error", failure.toJson())
                .put("warnings", JsonArray.empty())
                .put("meta", meta())
                .build();
    }

    private JsonObject meta() {
        var now = desk.surroundings().clock().instant();
        return JsonObject.builder()
                .put("command", desk.command())
                .put("timestamp", Timestamps.format(now))
                .put("duration_ms", Duration.between(desk.startedAt(), now).toMillis())
                .build();
    }
}
