package mirrorneuron.cli.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Table;
import mirrorneuron.cli.output.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists, shows and replays messages that could not be handled. */
@Command(
        name = "dead-letters",
        description = {
            "List the messages of a job that could not be handled.",
            "--show prints one whole; --replay sends it again. In a pipe the list is bare JSON."
        },
        footer = {
            "",
            "Example:",
            "  mn job dead-letters flaky_worker-1750000000000-0123456789ab --replay 0"
        })
public final class JobDeadLetters extends Leaf implements Watched {

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    @Option(names = "--show", paramLabel = "INDEX", description = "Print this one whole.")
    Optional<Integer> show = Optional.empty();

    @Option(names = "--replay", paramLabel = "INDEX", description = "Send this one again.")
    Optional<Integer> replay = Optional.empty();

    @Option(names = "--force", description = "Replay although it was replayed before.")
    boolean force;

    public JobDeadLetters(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public boolean isReading() {
        return replay.isEmpty();
    }

    @Override
    protected Report perform(Desk desk) {
        if (show.isPresent() && replay.isPresent()) {
            throw CommandFailure.usage(
                    "Give --show or --replay, not both", "see " + name() + " --help");
        }
        return replay.isPresent() ? replayed(desk, replay.get()) : read(desk);
    }

    private Report replayed(Desk desk, int index) {
        try (var runtime = desk.openToWork()) {
            var id = JobLookup.details(runtime, jobId, 1).job().jobId();
            find(runtime.jobs().deadLetters(id), index);
            return Deliveries.report(
                    runtime,
                    runtime.jobs().replay(id, index, force),
                    "Dead letter replay",
                    id.value(),
                    List.of("Index", Integer.toString(index)));
        }
    }

    private Report read(Desk desk) {
        List<DeadLetter> letters;
        try (var runtime = desk.openToRead()) {
            var id = JobLookup.details(runtime, jobId, 1).job().jobId();
            letters = runtime.jobs().deadLetters(JobId.of(id.value()));
        }
        if (show.isPresent()) {
            var letter = find(letters, show.get());
            return Report.of(
                    letter.toJson(), page -> whole(letter, page), () -> wholePlain(letter));
        }
        var table = table(letters);
        return Report.of(
                        JsonArray.of(letters.stream().map(DeadLetter::toJson).toList()),
                        page -> letters.isEmpty() ? List.of("No dead letters") : table.lines(page),
                        () -> letters.isEmpty() ? List.of("No dead letters") : table.plain())
                .withBare()
                .withIds(letters.stream().map(letter -> Integer.toString(letter.index())).toList());
    }

    private DeadLetter find(List<DeadLetter> letters, int index) {
        return letters.stream()
                .filter(letter -> letter.index() == index)
                .findFirst()
                .orElseThrow(
                        () ->
                                CommandFailure.notFound(
                                        "Job "
                                                + jobId
                                                + " has no dead letter "
                                                + index
                                                + " (it has "
                                                + letters.size()
                                                + ")",
                                        "mn job dead-letters " + jobId));
    }

    private static Table table(List<DeadLetter> letters) {
        return Table.of(
                        List.of("Index", "Agent", "Reason", "Attempts", "Time", "Error", "Message"),
                        letters.stream()
                                .map(
                                        letter ->
                                                List.of(
                                                        Integer.toString(letter.index()),
                                                        letter.agentId().value(),
                                                        letter.reason()
                                                                + letter.replayedAt()
                                                                        .map(at -> " (replayed)")
                                                                        .orElse(""),
                                                        Integer.toString(letter.attempts()),
                                                        Timestamps.format(letter.timestamp()),
                                                        Text.cut(letter.error(), 80),
                                                        Text.cut(body(letter), 80)))
                                .toList())
                .withSpare("Time", "Attempts");
    }

    private static String body(DeadLetter letter) {
        return Secrets.in(letter.message().at("body")).toString();
    }

    private static Fields fields(DeadLetter letter) {
        return new Fields()
                .add("Index", Integer.toString(letter.index()))
                .add("Agent", letter.agentId().value())
                .add("Reason", letter.reason())
                .add("Error", letter.error())
                .add("Attempts", Integer.toString(letter.attempts()))
                .add("Time", Timestamps.format(letter.timestamp()))
                .add("Replayed", letter.replayedAt().map(Timestamps::format));
    }

    private static List<String> whole(DeadLetter letter, Page page) {
        var lines = new ArrayList<>(fields(letter).lines(page));
        lines.add(page.palette().dim("Message:"));
        Json.pretty(Secrets.in(letter.message())).lines().forEach(lines::add);
        return lines;
    }

    private static List<String> wholePlain(DeadLetter letter) {
        return whole(letter, Page.plain(Page.WIDTH_MAX));
    }
}
