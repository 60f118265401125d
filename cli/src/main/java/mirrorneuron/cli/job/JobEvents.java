package mirrorneuron.cli.job;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.EventText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what happened to a job. */
@Command(
        name = "events",
        description = {
            "List what happened to a job, oldest first.",
            "With --follow the job is taken up and each new event is shown until its end."
        },
        footer = {
            "",
            "Example:",
            "  mn job events prime_sweep-1750000000000-0123456789ab --type dead_letter"
        })
public final class JobEvents extends Leaf implements Watched {

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    @Option(names = "--follow", description = "Stay until the job has ended.")
    boolean follow;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Only the last N events. Default: ${DEFAULT-VALUE}.")
    int limit = 100;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            split = ",",
            description = "Only events of these types.")
    List<String> types = new ArrayList<>();

    @Option(names = "--agent", paramLabel = "AGENT", description = "Only events of this agent.")
    Optional<String> agent = Optional.empty();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only events at or after this time, such as 2026-01-31T12:00:00Z.")
    Optional<String> since = Optional.empty();

    public JobEvents(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public boolean isReading() {
        return !follow;
    }

    @Override
    protected Report perform(Desk desk) throws InterruptedException {
        if (follow && (!types.isEmpty() || agent.isPresent() || since.isPresent())) {
            throw CommandFailure.usage(
                    "--follow shows every event and takes no filter",
                    "filter the lines, or leave --follow out");
        }
        if (follow) {
            try (var runtime = desk.openToWork()) {
                var details = JobLookup.details(runtime, jobId, 1);
                return new FollowCommand(desk, runtime, details.job().jobId())
                        .asMonitor()
                        .withEveryEvent(true)
                        .run();
            }
        }
        try (var runtime = desk.openToRead()) {
            var events = read(runtime);
            return Report.of(
                    JsonArray.of(events.stream().map(RuntimeEvent::toJson).toList()),
                    page -> table(events, page),
                    () -> EventText.lines(events));
        }
    }

    private List<RuntimeEvent> read(MirrorNeuron runtime) {
        var details = JobLookup.details(runtime, jobId, 1);
        var from = since.map(JobEvents::time);
        // Filters that the query does not know are applied here, so the limit must be too.
        boolean filtered = agent.isPresent() || from.isPresent();
        var query =
                new EventQuery(
                        OptionalLong.empty(),
                        filtered ? OptionalInt.empty() : OptionalInt.of(Math.max(1, limit)),
                        Set.copyOf(types),
                        true);
        return runtime.jobs().events(JobId.of(details.job().jobId().value()), query).stream()
                .filter(
                        event ->
                                agent.isEmpty()
                                        || event.agentId()
                                                .filter(id -> id.value().equals(agent.get()))
                                                .isPresent())
                .filter(event -> from.isEmpty() || !event.timestamp().isBefore(from.get()))
                .limit(Math.max(1, limit))
                .toList()
                .reversed();
    }

    private static Instant time(String text) {
        try {
            return Timestamps.parse(text);
        } catch (DateTimeParseException bad) {
            throw CommandFailure.usage(
                    "--since: '" + text + "' is not a time", "write it as 2026-01-31T12:00:00Z");
        }
    }

    private static List<String> table(List<RuntimeEvent> events, Page page) {
        if (events.isEmpty()) {
            return List.of("No events found");
        }
        return EventText.lines(events).stream().map(line -> Text.cut(line, page.width())).toList();
    }
}
