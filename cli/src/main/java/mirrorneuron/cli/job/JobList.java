package mirrorneuron.cli.job;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.DidYouMean;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Durations;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists jobs, newest change first. */
@Command(
        name = "list",
        description = "List the jobs of this home, newest change first.",
        footer = {"", "Example:", "  mn job list --status running,paused --limit 20"})
public final class JobList extends Leaf implements Watched {

    @Option(names = "--running-only", description = "Only jobs that have not ended.")
    boolean runningOnly;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            split = ",",
            description = "Only jobs with one of these statuses.")
    List<String> statuses = new ArrayList<>();

    @Option(names = "--limit", paramLabel = "N", description = "At most this many.")
    Optional<Integer> limit = Optional.empty();

    @Option(names = "--blueprint", paramLabel = "ID", description = "Only jobs of this workflow.")
    Optional<String> blueprint = Optional.empty();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = Durations.Converter.class,
            description = "Only jobs submitted within this time, such as 2h or 1d.")
    Optional<Duration> since = Optional.empty();

    public JobList(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        boolean filtered = blueprint.isPresent() || since.isPresent();
        var query =
                new JobQuery(
                        limit.isPresent() && !filtered
                                ? OptionalInt.of(limit.get())
                                : OptionalInt.empty(),
                        0,
                        !runningOnly,
                        false,
                        wanted());
        try (var runtime = desk.openToRead()) {
            var from = since.map(time -> desk.surroundings().clock().instant().minus(time));
            var jobs =
                    runtime.monitor().listJobs(query).stream()
                            .filter(
                                    job ->
                                            blueprint.isEmpty()
                                                    || job.graphId().equals(blueprint.get()))
                            .filter(job -> from.isEmpty() || job.submittedAt().isAfter(from.get()))
                            .limit(limit.orElse(Integer.MAX_VALUE))
                            .toList();
            var table = table(jobs);
            return Report.of(
                            JsonArray.of(jobs.stream().map(JobSummary::toJson).toList()),
                            page -> jobs.isEmpty() ? List.of("No jobs found") : table.lines(page),
                            () -> jobs.isEmpty() ? List.of("No jobs found") : table.plain())
                    .withIds(jobs.stream().map(job -> job.jobId().value()).toList());
        }
    }

    private Set<JobStatus> wanted() {
        var wanted = EnumSet.noneOf(JobStatus.class);
        var known =
                Arrays.stream(JobStatus.values())
                        .filter(status -> status != JobStatus.UNKNOWN)
                        .map(JobStatus::wire)
                        .toList();
        for (var text : statuses) {
            if (!known.contains(text)) {
                throw CommandFailure.usage(
                        "--status: '"
                                + text
                                + "' is not a status"
                                + DidYouMean.sentence(text, known),
                        "one of " + String.join(", ", known));
            }
            wanted.add(JobStatus.ofWire(text));
        }
        return wanted;
    }

    /** Milliseconds tell nothing here. */
    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static Table table(List<JobSummary> jobs) {
        return Table.of(
                        List.of("Job ID", "Workflow ID", "Status", "Recovery", "Submitted At"),
                        jobs.stream()
                                .map(
                                        job ->
                                                List.of(
                                                        job.jobId().value(),
                                                        job.graphId(),
                                                        job.status().wire(),
                                                        job.recoveryPolicy(),
                                                        time(job.submittedAt())))
                                .toList())
                .withSpare("Recovery", "Workflow ID");
    }
}
