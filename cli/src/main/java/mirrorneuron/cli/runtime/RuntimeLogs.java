package mirrorneuron.cli.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.follow.JsonSink;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what the server of a home logged. */
@Command(
        name = "logs",
        description = {
            "Show the end of the log of the server of the home.",
            "With --follow new lines are shown as they come, until Ctrl-C."
        },
        footer = {"", "Example:", "  mn runtime logs -n 20 --follow"})
public final class RuntimeLogs extends Leaf {

    enum Component {
        /** The log file. */
        api,
        /** What the process printed. */
        console
    }

    /** How often a followed file is looked at. */
    private static final Duration LOOK = Duration.ofMillis(200);

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            description = "At most this many lines. Default: ${DEFAULT-VALUE}.")
    int lines = 100;

    @Option(
            names = {"-f", "--follow"},
            description = "Stay, and show what is added.")
    boolean follow;

    @Option(
            names = "--component",
            paramLabel = "WHAT",
            description =
                    "api: its log. console: what a server in the background printed. Default:"
                            + " ${DEFAULT-VALUE}.")
    Component component = Component.api;

    public RuntimeLogs(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) throws InterruptedException, IOException {
        if (lines < 0) {
            throw CommandFailure.usage(
                    "--lines: " + lines + " (expected: >= 0)", "see mn runtime logs --help");
        }
        var file = component == Component.api ? RuntimeFiles.log(desk) : RuntimeFiles.console(desk);
        if (!Files.exists(file)) {
            throw CommandFailure.notFound(
                    "There is no log yet: " + file, "mn runtime start starts a server");
        }
        var tail = new LogTail(file);
        var last = tail.last(lines).stream().map(Text::clean).toList();
        if (follow) {
            return follow(desk, tail, last);
        }
        return Report.of(document(file, last), page -> last, () -> last);
    }

    private static JsonObject document(Path file, List<String> lines) {
        return JsonObject.builder()
                .put("file", file.toString())
                .put("lines", JsonArray.of(lines.stream().map(JsonString::new).toList()))
                .build();
    }

    private static Report follow(Desk desk, LogTail tail, List<String> last)
            throws InterruptedException {
        var out = desk.surroundings().out();
        var sink = new JsonSink(out, desk.surroundings().clock());
        try (var interrupts = desk.surroundings().interrupts().listen()) {
            var fresh = last;
            do {
                for (var line : fresh) {
                    if (desk.form().isDocument()) {
                        sink.happened(JsonObject.of("line", new JsonString(line)));
                    } else {
                        out.println(Secrets.in(line));
                    }
                }
                out.flush();
                fresh = tail.added().stream().map(Text::clean).toList();
            } while (!fresh.isEmpty() || !interrupts.await(LOOK));
            if (desk.form().isDocument()) {
                sink.complete(JsonObject.empty());
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return Report.done(ExitCode.SUCCESS);
    }
}
