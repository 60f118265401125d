package mirrorneuron.cli.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import mirrorneuron.api.Backups.ExportOptions;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a paused job into an archive. */
@Command(
        name = "backup",
        description = {
            "Write a paused job into an archive that it can go on from, here or elsewhere.",
            "Nothing in the archive is redacted."
        },
        footer = {
            "",
            "Example:",
            "  mn job backup prime_sweep-1750000000000-0123456789ab --output backups"
        })
public final class JobBackup extends Leaf implements Plans {

    private static final int LEFT_OUT_SHOWN = 5;

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

    @Parameters(
            paramLabel = "JOB",
            description =
                    "Id of a job, of a run, or of a blueprint that has exactly one paused run.")
    String named = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            required = true,
            description = "Write the archive into this folder and print its path.")
    Path output = Path.of("");

    @Option(
            names = "--air-gapped",
            description = "Refuse a job that needs the network to be set up elsewhere.")
    boolean airGapped;

    public JobBackup(Surroundings surroundings) {
        super(surroundings, OutputMeans.FOLDER);
    }

    @Override
    public Plan plan(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var job = JobLookup.details(runtime, PausedRun.of(runtime, named).value(), 1).job();
            if (job.status() != JobStatus.PAUSED) {
                throw CommandFailure.precondition(
                        "Expected to back up job "
                                + job.jobId()
                                + ", but it is "
                                + job.status().wire(),
                        "mn job pause " + job.jobId());
            }
            return Plan.of("Job backup", "Job ID", "job_id", job.jobId().value());
        }
    }

    @Override
    protected Report perform(Desk desk) throws IOException {
        try (var runtime = desk.openToRead()) {
            var job = PausedRun.of(runtime, named);
            try (var backup = runtime.backups().export(job, new ExportOptions(airGapped))) {
                var description = backup.description();
                var run = description.object("source").string("run_id").orElse(job.value());
                var folder = desk.surroundings().workingDirectory().resolve(output);
                Files.createDirectories(folder);
                var file = folder.resolve(run + "-" + STAMP.format(desk.startedAt()) + ".zip");
                runtime.backups().writeZip(backup, file);
                return report(job, run, file, description);
            }
        }
    }

    private static Report report(JobId job, String run, Path file, JsonObject description)
            throws IOException {
        long bytes = Files.size(file);
        return Report.of(
                        JsonObject.builder()
                                .put("job_id", job.value())
                                .put("run_id", run)
                                .put("archive", file.toString())
                                .put("size_bytes", bytes)
                                .put("schema_version", description.at("schema_version"))
                                .put("sections", description.object("sections"))
                                .build(),
                        new Confirmation(
                                "Job backup",
                                true,
                                new Fields()
                                        .add("Archive", file.toString())
                                        .add("Bytes", Long.toString(bytes))
                                        .add("Job ID", job.value())
                                        .add("Run ID", run),
                                "mn job restore --input " + file))
                .withIds(List.of(file.toString()))
                .withWarnings(warnings(description));
    }

    private static List<String> warnings(JsonObject description) {
        var warnings = new ArrayList<String>();
        warnings.add(
                "Nothing in the archive is redacted: keep it as you would keep the home itself.");
        var leftOut = description.array("left_out");
        if (!leftOut.isEmpty()) {
            warnings.add(
                    "Left out, as archives hold no links and no such names: "
                            + leftOut.stream()
                                    .limit(LEFT_OUT_SHOWN)
                                    .map(path -> ((JsonString) path).value())
                                    .collect(Collectors.joining(", "))
                            + (leftOut.size() > LEFT_OUT_SHOWN
                                    ? " and " + (leftOut.size() - LEFT_OUT_SHOWN) + " more"
                                    : ""));
        }
        return warnings;
    }
}
