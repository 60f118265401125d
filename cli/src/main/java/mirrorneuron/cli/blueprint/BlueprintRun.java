package mirrorneuron.cli.blueprint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Capabilities.Mode;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Issue;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RunId;
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
import mirrorneuron.cli.view.Elapsed;
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
            "  mn blueprint run --folder examples/dynamic_research --input '{\"topic\":\"bees\"}' --json"
        })
public final class BlueprintRun extends Leaf implements Plans {

    private static final String FOLLOW_SECONDS = "MN_RUN_DETACH_LOG_SECONDS";
    private static final Duration FOLLOW_DEFAULT = Duration.ofSeconds(30);

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
                    "Override a value of the configuration; JSON, else a string. An element of a list is"
                            + " limits[0] or limits.0. May be repeated.")
    Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--config",
            paramLabel = "FILE|JSON",
            description =
                    "Override values of the configuration, as one object. --set goes before it."
                            + " - reads stdin.")
    Optional<String> config = Optional.empty();

    @Option(
            names = "--input",
            paramLabel = "FILE|JSON",
            description =
                    "The inputs of a workflow of steps; else messages by entrypoint, or one body"
                            + " for every entrypoint. - reads stdin.")
    Optional<String> input = Optional.empty();

    @Option(names = "--job-id", paramLabel = "ID", description = "Use this id; it must be new.")
    Optional<String> jobId = Optional.empty();

    @Option(
            names = "--run-id",
            paramLabel = "ID",
            description = "Name the run so; it must be new. Default: the job's id.")
    Optional<String> runId = Optional.empty();

    @Option(names = "--wait", description = "Wait for the end without showing progress.")
    boolean waitForEnd;

    @Option(names = "--exit-status", description = "Exit with 1 unless the job completes.")
    boolean exitStatus;

    @Option(
            names = "--follow-seconds",
            paramLabel = "N",
            description =
                    "Follow no longer than this. Default: MN_RUN_DETACH_LOG_SECONDS, else 30 where a"
                            + " server runs the job, else to its end.")
    Optional<Long> followSeconds = Optional.empty();

    @Option(
            names = {"-d", "--detached"},
            description =
                    "Submit only. A server goes on with the job; without one it runs when the home"
                            + " is opened next.")
    boolean detached;

    @Option(
            names = "--force",
            description = "Run although rules of inputs or soft requirements are not met.")
    boolean force;

    public BlueprintRun(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) {
        var source = source(desk);
        Hooks.warnings(source).forEach(desk::warn);
        try (var runtime = desk.openToCheck()) {
            var preview = runtime.jobs().preview(source);
            if (preview instanceof Validation.Valid valid) {
                // Refused here as they would be when it runs.
                var unused = options(desk, valid.bundle(), overrides(desk, source));
            }
            return BundlePlan.of(preview);
        }
    }

    @Override
    protected Report perform(Desk desk) throws InterruptedException {
        var phases = new Phases(desk);
        var source = phases.run("resolve source", () -> source(desk));
        try (var runtime = desk.openToWork()) {
            var overrides =
                    phases.run(
                            "load config",
                            () -> overrides(desk, source),
                            values -> values.isEmpty() ? "" : values.size() + " overridden");
            var bundle = phases.run("validate", () -> valid(runtime, source));
            var payloads = phases.run("package", () -> Payloads.of(source), Payloads::text);
            var options = options(desk, bundle, overrides);
            var accepted =
                    phases.run(
                            "submit",
                            () ->
                                    accepted(
                                            runtime.jobs()
                                                    .submit(BundleSource.of(bundle), options)));
            var warnings = new ArrayList<>(Hooks.warnings(source));
            warnings.addAll(Issues.warnings(accepted.warnings()));
            if (detached) {
                return detached(accepted, warnings);
            }
            var limit = limit(desk, runtime);
            var folder = accepted.runId().map(RunId::value).flatMap(desk::runFolder);
            return new FollowCommand(desk, runtime, accepted.jobId())
                    .announced(warnings)
                    .afterAnnouncement(() -> panel(desk, bundle, payloads, accepted, limit, folder))
                    .withRunFolder(folder)
                    .silently(waitForEnd)
                    .withExitStatus(exitStatus)
                    .atMost(limit)
                    .run();
        }
    }

    /**
     * How long to follow. A job that goes on without a reader is followed for a while. One that
     * lives in this process would stop with it, and who asks how it ends wants to see the end:
     * these are followed to their end, unless a time was named.
     */
    private Optional<Duration> limit(Desk desk, MirrorNeuron runtime) {
        if (followSeconds.isPresent()) {
            return followSeconds.map(Duration::ofSeconds);
        }
        if (waitForEnd || exitStatus) {
            return Optional.empty();
        }
        boolean goesOn = runtime.capabilities().mode() == Mode.REMOTE;
        return desk.surroundings()
                .variable(FOLLOW_SECONDS)
                .map(BlueprintRun::seconds)
                .or(() -> goesOn ? Optional.of(FOLLOW_DEFAULT) : Optional.empty());
    }

    private static Duration seconds(String text) {
        try {
            long seconds = Long.parseLong(text.strip());
            if (seconds >= 0) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException malformed) {
            throw unusable(text);
        }
        throw unusable(text);
    }

    private static CommandFailure unusable(String text) {
        return CommandFailure.invalid(
                FOLLOW_SECONDS + ": \"" + text + "\" (expected: seconds, >= 0)",
                "mn help environment");
    }

    private static void panel(
            Desk desk,
            Bundle bundle,
            Payloads payloads,
            Submission.Accepted accepted,
            Optional<Duration> limit,
            Optional<Path> folder) {
        desk.panel(
                "Job submitted",
                new Fields()
                        .add("Bundle", bundle.manifest().jobName())
                        .add("Job ID", accepted.jobId().value())
                        .add("Run ID", accepted.runId().map(RunId::value))
                        .add("Mode", bundle.manifest().type())
                        .add("Payloads", payloads.text())
                        .add("Run folder", folder.map(Path::toString))
                        .add(
                                "Follow",
                                limit.map(time -> "for " + Elapsed.of(time))
                                        .orElse("until the job ends")));
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

    private static Bundle valid(MirrorNeuron runtime, BundleSource source) {
        return switch (runtime.jobs().preview(source)) {
            case Validation.Invalid invalid ->
                    throw Issues.attach(
                            CommandFailure.invalid(
                                    "The blueprint is not valid: " + count(invalid.issues().size()),
                                    "mend the places named above and run it again"),
                            invalid.issues());
            case Validation.Valid valid -> valid.bundle();
        };
    }

    private JsonObject overrides(Desk desk, BundleSource source) {
        if (config.equals(input) && config.equals(Optional.of("-"))) {
            throw CommandFailure.usage(
                    "--config and --input cannot both read stdin", "give one of them a file");
        }
        var surroundings = desk.surroundings();
        var over =
                ConfigSettings.merged(
                        ConfigVariables.of(surroundings),
                        config.map(
                                        given ->
                                                RunInputs.config(
                                                        given,
                                                        surroundings.workingDirectory(),
                                                        surroundings.in()))
                                .orElse(JsonObject.empty()));
        return settings.isEmpty()
                ? over
                : ConfigSettings.over(BundleConfiguration.of(source), over, settings);
    }

    private SubmitOptions options(Desk desk, Bundle bundle, JsonObject overrides) {
        var options = SubmitOptions.defaults().withForce(force).withConfigOverrides(overrides);
        if (runId.isPresent()) {
            options = options.withRunId(RunId.of(runId.get()));
        }
        if (jobId.isPresent()) {
            options = options.withJobId(JobId.of(jobId.get()));
        }
        return input.isEmpty()
                ? options
                : options.withInputs(
                        RunInputs.inputs(
                                RunInputs.read(
                                        input.get(),
                                        "--input",
                                        desk.surroundings().workingDirectory(),
                                        desk.surroundings().in()),
                                bundle.manifest()));
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
                    CommandFailure.invalid(
                            first(rejected),
                            rejected.issues().stream()
                                            .map(Issue::code)
                                            .anyMatch(ErrorCode.RUN_EXISTS.code()::equals)
                                    ? "choose another --run-id, or none"
                                    : "choose another --job-id, or none");
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

    private static Report detached(Submission.Accepted accepted, List<String> warnings) {
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
                                        .add("Run ID", accepted.runId().map(RunId::value)),
                                "mn job monitor " + id))
                .withIds(List.of(id.value()))
                .withWarnings(warnings);
    }
}
