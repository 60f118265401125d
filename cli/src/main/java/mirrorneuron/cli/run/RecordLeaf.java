package mirrorneuron.cli.run;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.follow.JsonSink;
import mirrorneuron.cli.output.Durations;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the last records of a run, and those that come. */
abstract class RecordLeaf extends Leaf implements Watched {

    private static final double INTERVAL_SECONDS_MIN = 0.05;
    private static final int LINES_MAX = 100_000;

    @Parameters(paramLabel = "RUN", description = "The run's id, or that of its job.")
    String runId = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Stay until the run has ended. Its job is taken up if nobody runs it.")
    boolean follow;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "How often to look for more. Default: ${DEFAULT-VALUE}.")
    double intervalSeconds = 1;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            description = "Only the last N. Default: what fits the view.")
    Optional<Integer> lines = Optional.empty();

    RecordLeaf(Surroundings surroundings) {
        super(surroundings);
    }

    /** Which records the command is about. */
    abstract RunFiles.Filter filter();

    /** How many are shown unless the caller says. */
    abstract int linesDefault();

    /** One record for people and pipes. */
    abstract String line(JsonObject record);

    @Override
    public boolean isReading() {
        return !follow;
    }

    @Override
    protected final Report perform(Desk desk) throws InterruptedException {
        int wanted = lines.orElse(linesDefault());
        if (wanted < 1 || wanted > LINES_MAX) {
            throw CommandFailure.usage(
                    "--lines: " + wanted + " (expected: 1 to " + LINES_MAX + ")",
                    "see " + name() + " --help");
        }
        var interval =
                Durations.interval(intervalSeconds, INTERVAL_SECONDS_MIN)
                        .orElseThrow(
                                () ->
                                        CommandFailure.usage(
                                                "--interval: "
                                                        + intervalSeconds
                                                        + " (expected: at least 0.05)",
                                                "see " + name() + " --help"));
        try (var runtime = follow ? desk.openToWork() : desk.openToRead()) {
            var id = RunLookup.id(runtime, runId);
            var last = new ArrayDeque<JsonObject>();
            var page = caughtUp(runtime, id, wanted, last);
            return follow
                    ? followed(desk, runtime, id, page, last, interval)
                    : listed(id, List.copyOf(last));
        }
    }

    /** Reads to the end of what there is and keeps the last records. */
    private RunFiles.Page caughtUp(
            MirrorNeuron runtime, String id, int wanted, Deque<JsonObject> last) {
        var page = runtime.runFiles().page(id, filter(), "");
        while (true) {
            for (var record : page.records()) {
                last.add(record);
                if (last.size() > wanted) {
                    last.remove();
                }
            }
            if (page.records().isEmpty() || page.ended()) {
                return page;
            }
            page = runtime.runFiles().page(id, filter(), page.cursor());
        }
    }

    private Report listed(String id, List<JsonObject> records) {
        return Report.of(
                        JsonArray.of(records.stream().map(RecordLeaf::shown).toList()),
                        page -> table(records, page),
                        () -> records.stream().map(record -> Text.clean(line(record))).toList())
                .withIds(List.of(id));
    }

    private List<String> table(List<JsonObject> records, Page page) {
        if (records.isEmpty()) {
            return List.of("Nothing was recorded yet");
        }
        var shown = new ArrayList<String>(records.size());
        for (var record : records) {
            shown.add(Text.cut(Text.clean(line(record)), page.width()));
        }
        return shown;
    }

    /** The cursor in it is of no use outside. */
    private static JsonObject shown(JsonObject record) {
        return record.without("id");
    }

    private Report followed(
            Desk desk,
            MirrorNeuron runtime,
            String id,
            RunFiles.Page from,
            Deque<JsonObject> last,
            Duration interval)
            throws InterruptedException {
        var sink = new JsonSink(desk.surroundings().out(), desk.surroundings().clock());
        last.forEach(record -> print(desk, sink, record));
        var page = from;
        try (var interrupts = desk.surroundings().interrupts().listen()) {
            while (!page.ended()) {
                if (interrupts.await(interval)) {
                    desk.hint(name() + " " + id + " --follow shows the rest");
                    break;
                }
                page = runtime.runFiles().page(id, filter(), page.cursor());
                page.records().forEach(record -> print(desk, sink, record));
            }
        }
        if (desk.form().isDocument()) {
            sink.complete(
                    JsonObject.builder()
                            .put("run_id", id)
                            .put("status", page.status())
                            .put("ended", page.ended())
                            .build());
        }
        return Report.done(ExitCode.SUCCESS);
    }

    private void print(Desk desk, JsonSink sink, JsonObject record) {
        if (desk.form().isDocument()) {
            sink.happened(shown(record));
        } else {
            desk.surroundings().out().println(Secrets.in(Text.clean(line(record))));
            desk.surroundings().out().flush();
        }
    }
}
