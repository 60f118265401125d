package mirrorneuron.cli.blueprint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.Validation;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Issues;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.job.FollowCommand;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Submits a blueprint, follows the job and prints its result. */
@Command(
        name = "run",
        description = {
            "Run a blueprint, follow the job and print its result.",
            "Where a server holds the home, or --target names one, the job runs there and goes on"
                    + " whoever looks.",
            "Elsewhere the runtime lives in this process, so the command stays until the job has"
                    + " ended. A job that is left, or whose process died, keeps its place:"
                    + " mn job monitor takes it up again."
        },
        footer = {
            "",
            "Example:",
            "  mn blueprint run --folder examples/prime_sweep",
            "  mn blueprint run --folder examples/research_flow --input '{\"topic\":\"tea\"}' --json"
        })
public final class BlueprintRun extends Leaf implements Plans {

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description = "Id in a catalog; this release runs folders only.")
    Optional<String> id = Optional.empty();

    @Option(
            names = "--folder",
            paramLabel = "PATH",
            description = "Folder with manifest.json and payloads/, or a zip file of one.")
    Optional<Path> folder = Optional.empty();

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description =
                    "Override a value of the configuration; JSON, else a string. May be repeated.")
    Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--input",
            paramLabel = "FILE|JSON",
            description =
                    "The inputs of a workflow of steps; else messages by entrypoint, or one body"
                            + " for every entrypoint. - reads stdin.")
    Optional<String> input = Optional.empty();

    @Option(names = "--job-id", paramLabel = "ID", description = "Use this id; it must be new.")
    Optional<String> jobId = Optional.empty();

    @Option(names = "--wait", description = "Wait for the end without showing progress.")
    boolean waitForEnd;

    @Option(names = "--exit-status", description = "Exit with 1 unless the job completes.")
    boolean exitStatus;

    @Option(
            names = "--follow-seconds",
            paramLabel = "N",
            description = "Leave the job for later after this time. Default: follow to the end.")
    Optional<Long> followSeconds = Optional.empty();

    @Option(
            names = {"-d", "--detached"},
            description = "Submit only; the job runs when the home is opened next.")
    boolean detached;

    @Option(names = "--force", description = "Run although soft requirements are not met.")
    boolean force;

    public BlueprintRun(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) {
        var source = source(desk);
        try (var runtime = desk.openToCheck()) {
            var preview = runtime.jobs().preview(source);
            if (preview instanceof Validation.Valid valid) {
                // Refused here as they would be when it runs.
                var unused = options(desk, valid);
            }
            return BundlePlan.of(preview);
        }
    }

    @Override
    protected Report perform(Desk desk) throws InterruptedException {
        var source = source(desk);
        try (var runtime = desk.openToWork()) {
            var accepted = submit(desk, runtime, source);
            if (detached) {
                return detached(accepted);
            }
            return new FollowCommand(desk, runtime, accepted.jobId())
                    .announced(Issues.warnings(accepted.warnings()))
                    .silently(waitForEnd)
                    .withExitStatus(exitStatus)
                    .atMost(followSeconds.map(Duration::ofSeconds))
                    .run();
        }
    }

    private BundleSource source(Desk desk) {
        var directory = desk.surroundings().workingDirectory();
        if (folder.isPresent() && id.isPresent()) {
            throw CommandFailure.usage(
                    "Give --folder or an id, not both ('" + id.get() + "')",
                    "see " + name() + " --help");
        }
        if (folder.isPresent()) {
            return Folders.source(directory.resolve(folder.get()));
        }
        if (id.isEmpty()) {
            throw CommandFailure.usage(
                    "No blueprint was named", "mn blueprint run --folder examples/prime_sweep");
        }
        if (id.get().contains("/") || Files.exists(directory.resolve(id.get()))) {
            throw CommandFailure.usage(
                    "'" + id.get() + "' is a path, and an id was expected",
                    "mn blueprint run --folder " + id.get());
        }
        throw CommandFailure.usage(
                "This release has no catalog to look up '" + id.get() + "' in",
                "mn blueprint run --folder PATH");
    }

    private Submission.Accepted submit(Desk desk, MirrorNeuron runtime, BundleSource source) {
        var validation = runtime.jobs().preview(source);
        return switch (validation) {
            case Validation.Invalid invalid ->
                    throw Issues.attach(
                            CommandFailure.invalid(
                                    "The blueprint is not valid: " + count(invalid.issues().size()),
                                    "mend the places named above and run it again"),
                            invalid.issues());
            case Validation.Valid valid ->
                    accepted(
                            runtime.jobs()
                                    .submit(BundleSource.of(valid.bundle()), options(desk, valid)));
        };
    }

    private SubmitOptions options(Desk desk, Validation.Valid valid) {
        var options =
                SubmitOptions.defaults()
                        .withForce(force)
                        .withConfigOverrides(RunInputs.overrides(settings));
        if (jobId.isPresent()) {
            options = options.withJobId(JobId.of(jobId.get()));
        }
        if (input.isEmpty()) {
            return options;
        }
        var surroundings = desk.surroundings();
        var given =
                RunInputs.read(
                        input.get(), "--input", surroundings.workingDirectory(), surroundings.in());
        return options.withInputs(RunInputs.inputs(given, valid.bundle().manifest()));
    }

    private static Submission.Accepted accepted(Submission submission) {
        return switch (submission) {
            case Submission.Accepted accepted -> accepted;
            case Submission.Rejected rejected ->
                    throw Issues.attach(refusal(rejected), rejected.issues());
        };
    }

    private static CommandFailure refusal(Submission.Rejected rejected) {
        return switch (rejected.reason()) {
            case INVALID_MANIFEST, INPUT_VALIDATION ->
                    CommandFailure.invalid(
                            "The blueprint was refused: " + count(rejected.issues().size()),
                            "mend the places named above and run it again");
            case REQUIREMENTS_NOT_MET, SERVICES_NOT_MET ->
                    CommandFailure.precondition(
                            "This machine does not offer what the blueprint requires: "
                                    + first(rejected),
                            "--force runs it all the same, except for hard requirements");
            case RESOURCE_OVERLOADED ->
                    CommandFailure.of(
                            "MN_RESOURCE_OVERLOADED",
                            ExitCode.FAILED,
                            "The runtime takes no more jobs now: " + first(rejected),
                            "try again in a moment");
            case DUPLICATE ->
                    CommandFailure.precondition(
                            "There is such a job already: " + first(rejected),
                            "choose another --job-id");
        };
    }

    private static String first(Submission.Rejected rejected) {
        return rejected.issues().isEmpty()
                ? rejected.reason().toString()
                : rejected.issues().getFirst().message();
    }

    private static String count(int problems) {
        return problems + (problems == 1 ? " problem" : " problems");
    }

    private static Report detached(Submission.Accepted accepted) {
        var id = accepted.jobId();
        return Report.of(
                        JsonObject.builder()
                                .put("job_id", id.value())
                                .put("status", accepted.status().wire())
                                .build(),
                        new Confirmation(
                                "Job submit",
                                true,
                                new Fields()
                                        .add("Status", accepted.status().wire())
                                        .add("Job ID", id.value()),
                                "mn job monitor " + id))
                .withIds(List.of(id.value()))
                .withWarnings(Issues.warnings(accepted.warnings()));
    }
}
