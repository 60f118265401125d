package mirrorneuron.cli.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.RunId;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Issues;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.blueprint.BundlePlan;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Submits a manifest with its payload files. */
@Command(
        name = "submit",
        description = {
            "Submit a manifest and return at once. - reads it from stdin.",
            "Payload files are those below payloads/ beside the manifest, unless --payloads names"
                    + " another folder."
        },
        footer = {"", "Example:", "  mn job submit examples/prime_sweep/manifest.json --wait"})
public final class JobSubmit extends Leaf implements Plans {

    private static final long PAYLOAD_BYTES_MAX = 64L << 20;

    @Parameters(paramLabel = "MANIFEST", description = "The manifest's file, or - for stdin.")
    String manifest = "";

    @Option(
            names = "--payloads",
            paramLabel = "DIR",
            description = "Folder with the payload files.")
    Optional<Path> payloads = Optional.empty();

    @Option(names = "--wait", description = "Stay until the job has ended.")
    boolean waitForEnd;

    @Option(
            names = "--force",
            description = "Run although rules of inputs or soft requirements are not met.")
    boolean force;

    public JobSubmit(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) throws IOException {
        var source = source(desk);
        try (var runtime = desk.openToCheck()) {
            return BundlePlan.of(runtime.jobs().preview(source));
        }
    }

    @Override
    protected Report perform(Desk desk) throws InterruptedException, IOException {
        var source = source(desk);
        try (var runtime = desk.openToWork()) {
            var submission =
                    runtime.jobs().submit(source, SubmitOptions.defaults().withForce(force));
            return switch (submission) {
                case Submission.Rejected rejected -> throw refused(rejected);
                case Submission.Accepted accepted ->
                        waitForEnd
                                ? new FollowCommand(desk, runtime, accepted.jobId())
                                        .announced(Issues.warnings(accepted.warnings()))
                                        .silently(true)
                                        .run()
                                : submitted(accepted);
            };
        }
    }

    private static CommandFailure refused(Submission.Rejected rejected) {
        var first =
                rejected.issues().isEmpty()
                        ? rejected.reason().toString()
                        : rejected.issues().getFirst().message();
        var failure =
                switch (rejected.reason()) {
                    case INVALID_MANIFEST, INPUT_VALIDATION ->
                            CommandFailure.invalid(
                                    "The manifest was refused: " + first,
                                    "mn blueprint validate lists every problem at once");
                    case DUPLICATE ->
                            CommandFailure.invalid(
                                    first, "name another run in the manifest, or none");
                    default ->
                            CommandFailure.precondition(
                                    "The job cannot run here: " + first,
                                    "--force runs it all the same, except for hard requirements");
                };
        return Issues.attach(failure, rejected.issues());
    }

    private Report submitted(Submission.Accepted accepted) {
        var id = accepted.jobId();
        return Report.of(
                        JsonObject.builder()
                                .put("job_id", id.value())
                                .putIfPresent("run_id", accepted.runId().map(RunId::value))
                                .put("status", accepted.status().wire())
                                .build(),
                        new Confirmation(
                                "Job submit",
                                true,
                                new Fields()
                                        .add("Status", accepted.status().wire())
                                        .add("Job ID", id.value())
                                        .add("Run ID", accepted.runId().map(RunId::value))
                                        .add("Manifest", manifest),
                                "mn job status " + id))
                .withIds(List.of(id.value()))
                .withWarnings(Issues.warnings(accepted.warnings()));
    }

    private BundleSource source(Desk desk) throws IOException {
        var directory = desk.surroundings().workingDirectory();
        boolean piped = manifest.equals("-");
        var file = directory.resolve(manifest);
        if (!piped && Files.isDirectory(file)) {
            throw CommandFailure.usage(
                    "'" + manifest + "' is a folder, and a manifest's file was expected",
                    "mn blueprint run --folder " + manifest);
        }
        if (!piped && !Files.isRegularFile(file)) {
            throw CommandFailure.notFound(
                    "There is no manifest at '" + manifest + "'", "check the path");
        }
        var text =
                piped
                        ? new String(
                                desk.surroundings().in().readAllBytes(), StandardCharsets.UTF_8)
                        : Files.readString(file);
        var folder =
                payloads.map(directory::resolve)
                        .or(
                                () ->
                                        piped
                                                ? Optional.empty()
                                                : Optional.of(file.resolveSibling("payloads")));
        if (payloads.isPresent() && !Files.isDirectory(folder.orElseThrow())) {
            throw CommandFailure.notFound(
                    "There is no folder at '" + payloads.get() + "'", "check --payloads");
        }
        return new BundleSource.Inline(
                text,
                folder.isPresent() && Files.isDirectory(folder.get())
                        ? read(folder.get())
                        : Map.of());
    }

    /** Regular files below the folder; what a link leads to stays out of it. */
    private static Map<String, byte[]> read(Path folder) throws IOException {
        var files = new HashMap<String, byte[]>();
        long total = 0;
        try (var paths = Files.walk(folder)) {
            for (var path : paths.toList()) {
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    total += Files.size(path);
                    if (total > PAYLOAD_BYTES_MAX) {
                        throw CommandFailure.invalid(
                                "The payload files have more than 64 MiB",
                                "mn blueprint run --folder takes larger bundles");
                    }
                    files.put(folder.relativize(path).toString(), Files.readAllBytes(path));
                }
            }
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
        return files;
    }
}
