package mirrorneuron.cli.job;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Backup;
import mirrorneuron.api.Backups.RestoreMode;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.RestoreResult;
import mirrorneuron.api.RunId;
import mirrorneuron.api.json.JsonObject;
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

/** Brings a job back from an archive, paused. */
@Command(
        name = "restore",
        description = {
            "Bring a job back from an archive: paused, as a job of its own beside the one it was"
                    + " made of.",
            "With --continue it is the same job again, where neither it nor its run exists."
        },
        footer = {
            "",
            "Example:",
            "  mn job restore prime_sweep --input backups/prime_sweep-1-20260301T120000000Z.zip"
        })
public final class JobRestore extends Leaf implements Plans {

    @Parameters(
            paramLabel = "BLUEPRINT",
            arity = "0..1",
            description = "What the job is to be known as. Default: as in the archive.")
    Optional<String> blueprint = Optional.empty();

    @Option(
            names = {"-i", "--input"},
            paramLabel = "ZIP",
            required = true,
            description = "The archive.")
    Path input = Path.of("");

    @Option(
            names = "--run-id",
            paramLabel = "RUN",
            description = "The run's id. Default: named after the new job.")
    Optional<String> runId = Optional.empty();

    @Option(
            names = "--continue",
            description = "Go on as the same job, with the same run, instead of as a new one.")
    boolean asSame;

    public JobRestore(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) {
        var file = desk.surroundings().workingDirectory().resolve(input);
        try (var runtime = desk.openToRead();
                var backup = read(runtime, file)) {
            var source = backup.description().object("source");
            var job = source.string("job_id").orElse("");
            return new Plan(
                    "Job restore",
                    true,
                    new Fields()
                            .add("Original job", job)
                            .add("As", asSame ? "the same job" : "a job of its own, paused")
                            .add("Archive", file.toString()),
                    JsonObject.builder()
                            .put("source_job_id", job)
                            .put("mode", asSame ? "continue" : "clone")
                            .put("archive", file.toString())
                            .build(),
                    List.of(job));
        }
    }

    @Override
    protected Report perform(Desk desk) {
        var file = desk.surroundings().workingDirectory().resolve(input);
        try (var runtime = desk.openToWork();
                var backup = read(runtime, file)) {
            var mode = asSame ? RestoreMode.CONTINUE : RestoreMode.CLONE;
            return report(runtime.backups().restore(backup, mode, blueprint, runId.map(RunId::of)));
        }
    }

    /** A runtime names no paths to others; here it is the caller's own. */
    private static Backup read(MirrorNeuron runtime, Path file) {
        try {
            return runtime.backups().readZip(file);
        } catch (MirrorNeuronException refused) {
            if (Files.exists(file)) {
                throw refused;
            }
            throw CommandFailure.notFound("There is no archive " + file, "check --input")
                    .causedBy(refused);
        }
    }

    private static Report report(RestoreResult restored) {
        var job = restored.jobId().value();
        return Report.of(
                        restored.toJson(),
                        new Confirmation(
                                "Job restore",
                                true,
                                new Fields()
                                        .add("Job ID", job)
                                        .add("Run ID", restored.runId().value())
                                        .add("Original job", restored.sourceJobId().value())
                                        .add("Status", restored.status().wire()),
                                "mn job resume " + job))
                .withIds(List.of(job))
                .withWarnings(restored.notCarried());
    }
}
