package mirrorneuron.cli.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.view.ResultText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a job's whole result, or saves it. */
@Command(
        name = "result",
        description = "Print the whole result of a completed job, or save it with --out.",
        footer = {"", "Example:", "  mn job result prime_sweep-1750000000000-0123456789ab"})
public final class JobResult extends Leaf {

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write result.json into this folder and print its path.")
    Optional<Path> out = Optional.empty();

    public JobResult(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) throws IOException {
        return result(desk, jobId, out);
    }

    /**
     * @param id of the job, or of its run
     * @param out where to write it; empty prints it
     */
    public static Report result(Desk desk, String id, Optional<Path> out) throws IOException {
        JobRecord job;
        try (var runtime = desk.openToRead()) {
            job = JobLookup.details(runtime, id, 1).job();
        }
        if (job.status() != JobStatus.COMPLETED) {
            throw without(job);
        }
        if (out.isPresent()) {
            return saved(desk, job.jobId().value(), job.status().wire(), job.output(), out.get());
        }
        return Report.of(
                        JsonObject.builder()
                                .put("job_id", job.jobId().value())
                                .put("status", job.status().wire())
                                .put("result", job.output())
                                .build(),
                        page -> ResultText.whole(job.output()),
                        () -> ResultText.whole(job.output()))
                .withIds(List.of(job.jobId().value()));
    }

    /**
     * Of a run whose job is not kept any more.
     *
     * @param document {@code result.json}
     */
    public static Report ofFile(Desk desk, String run, JsonObject document, Optional<Path> out)
            throws IOException {
        var status = document.string("status").orElse("completed");
        if (!status.equals(JobStatus.COMPLETED.wire())) {
            throw CommandFailure.precondition(
                    "Run " + run + " has no result, it was " + status, "mn run status " + run);
        }
        var value = document.has("result") ? document.at("result") : document;
        if (out.isPresent()) {
            return saved(desk, document.string("job_id").orElse(run), status, value, out.get());
        }
        return Report.of(
                        JsonObject.builder()
                                .put("run_id", run)
                                .put("status", status)
                                .put("result", value)
                                .build(),
                        page -> ResultText.whole(value),
                        () -> ResultText.whole(value))
                .withIds(List.of(run));
    }

    private static CommandFailure without(JobRecord job) {
        var id = job.jobId();
        if (!job.status().terminal()) {
            return CommandFailure.precondition(
                    "Expected job " + id + " to be completed, but it is " + job.status().wire(),
                    "mn job monitor " + id + " takes it to its end");
        }
        var why =
                job.failure()
                        .map(failure -> ": (" + failure.code() + ") " + failure.desc())
                        .orElse("");
        return CommandFailure.of(
                "MN_PRECONDITION_FAILED",
                ExitCode.FAILED,
                "Job " + id + " has no result, it was " + verb(job.status()) + why,
                "mn job status " + id);
    }

    private static String verb(JobStatus status) {
        return status == JobStatus.FAILED ? "ended by a failure" : status.wire();
    }

    private static Report saved(
            Desk desk, String job, String status, JsonValue output, Path directory)
            throws IOException {
        var folder = desk.surroundings().workingDirectory().resolve(directory);
        Files.createDirectories(folder);
        var file = folder.resolve("result.json");
        // The file is the user's own and is written whole; only what is printed is redacted.
        Files.writeString(file, Json.pretty(output) + "\n");
        var paths = new ArrayList<String>();
        paths.add(file.toString());
        return Report.of(
                        JsonObject.builder()
                                .put("job_id", job)
                                .put("file", file.toString())
                                .build(),
                        new Confirmation(
                                "Result save",
                                true,
                                new Fields().add("Status", status).add("File", file.toString()),
                                ""))
                .withIds(paths);
    }
}
