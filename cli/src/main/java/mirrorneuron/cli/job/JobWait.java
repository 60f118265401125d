package mirrorneuron.cli.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Durations;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Waits until jobs have ended. */
@Command(
        name = "wait",
        description = {
            "Wait until jobs have ended. Nothing is shown before.",
            "Exit code 0 when all of them completed, 1 when one did not, 124 when the time was over."
        },
        footer = {
            "",
            "Example:",
            "  mn job wait prime_sweep-1750000000000-0123456789ab --timeout 10m"
        })
public final class JobWait extends Leaf {

    @Parameters(paramLabel = "JOB", arity = "1..*", description = "Ids of jobs.")
    List<String> jobIds = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Durations.Converter.class,
            description = "Wait at most this long, such as 90s or 1h30m. Default: for ever.")
    Optional<Duration> timeout = Optional.empty();

    public JobWait(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) throws InterruptedException {
        var rows = new ArrayList<List<String>>();
        var data = new ArrayList<JsonValue>();
        var exit = ExitCode.SUCCESS;
        try (var runtime = desk.openToWork()) {
            long deadline =
                    timeout.map(limit -> System.nanoTime() + limit.toNanos())
                            .orElse(Long.MAX_VALUE);
            for (var id : jobIds) {
                var outcome = runtime.jobs().await(JobId.of(id), left(deadline));
                var status = status(runtime, id, outcome);
                exit = worse(exit, outcome);
                rows.add(List.of(id, status));
                data.add(JsonObject.builder().put("job_id", id).put("status", status).build());
            }
        }
        var table = Table.of(List.of("Job ID", "Status"), rows);
        var report = Report.of(JsonArray.of(data), table::lines, table::plain).withIds(jobIds);
        return switch (exit) {
            case SUCCESS -> report;
            case TIMED_OUT ->
                    report.withProblem(
                            exit, "MN_RUNTIME_TIMEOUT", "The time to wait is over: " + left(rows));
            default ->
                    report.withProblem(exit, "MN_COMMAND_FAILED", "Not completed: " + left(rows));
        };
    }

    /** {@code demo-1 (failed), demo-2 (running)}. */
    private static String left(List<List<String>> rows) {
        return rows.stream()
                .filter(row -> !row.getLast().equals(JobStatus.COMPLETED.wire()))
                .map(row -> row.getFirst() + " (" + row.getLast() + ")")
                .collect(Collectors.joining(", "));
    }

    private static Duration left(long deadline) {
        return deadline == Long.MAX_VALUE
                ? Jobs.WAIT_FOREVER
                : Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    private static String status(MirrorNeuron runtime, String id, WaitOutcome outcome) {
        return switch (outcome) {
            case WaitOutcome.Finished finished -> finished.job().status().wire();
            case WaitOutcome.StillRunning running -> running.status().wire();
            case WaitOutcome.Unknown _ -> throw JobLookup.unknown(runtime, id);
        };
    }

    /** A job that did not complete says more than one that needs longer. */
    private static ExitCode worse(ExitCode before, WaitOutcome outcome) {
        return switch (outcome) {
            case WaitOutcome.Completed _ -> before;
            case WaitOutcome.StillRunning _ ->
                    before == ExitCode.FAILED ? before : ExitCode.TIMED_OUT;
            default -> ExitCode.FAILED;
        };
    }
}
