package mirrorneuron.runtime.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentSnapshot;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.CallTimeoutException;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.Failure;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.InternalRuntimeException;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.Issue;
import mirrorneuron.api.IssueLocation;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.RunId;
import mirrorneuron.api.RunOutcome;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Severity;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.Validation;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.spi.Following;
import mirrorneuron.engine.job.Decision;
import mirrorneuron.engine.job.EventViews;
import mirrorneuron.engine.job.HumanViews;
import mirrorneuron.engine.job.Job;
import mirrorneuron.engine.job.JobCommand;
import mirrorneuron.engine.job.JobEngine;
import mirrorneuron.engine.job.JobViews;
import mirrorneuron.engine.manifest.Strictness;
import mirrorneuron.engine.run.JobIds;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.engine.workflow.Approval;
import mirrorneuron.runtime.bundle.DeclaredInputs;
import mirrorneuron.runtime.bundle.InputRules;
import mirrorneuron.runtime.bundle.KeptBundle;
import mirrorneuron.runtime.bundle.ReadBundle;
import mirrorneuron.runtime.job.Bodies;
import mirrorneuron.runtime.job.JobActor;
import mirrorneuron.runtime.job.JobLoader;
import mirrorneuron.runtime.job.LocalJobs;
import mirrorneuron.runtime.run.RunNames;
import mirrorneuron.store.Commit;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Submits, controls and reads jobs of this process. */
final class EmbeddedJobs implements Jobs {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedJobs.class);

    /** Larger messages from outside are refused. */
    static final int MESSAGE_BYTES_MAX = 64 << 20;

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

    /** TERM, five seconds of grace, KILL: a cancelled command is gone by then. */
    private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(8);

    private static final String ID_DUPLICATE = "job.id_duplicate";

    private static final int EVENTS_PAGE = 2_000;

    /** How often a job is looked for that was let go and may be taken up again. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final EmbeddedSettings settings;
    private final Store store;
    private final LocalJobs live;
    private final JobLoader loader;
    private final Intake intake;
    private final Bodies bodies;
    private final RunNames runs;
    private final Deletion deletion;

    EmbeddedJobs(
            EmbeddedSettings settings,
            Store store,
            LocalJobs live,
            JobLoader loader,
            Intake intake,
            Bodies bodies,
            RunNames runs,
            Deletion deletion) {
        this.deletion = deletion;
        this.runs = runs;
        this.settings = settings;
        this.store = store;
        this.live = live;
        this.loader = loader;
        this.intake = intake;
        this.bodies = bodies;
    }

    @Override
    public Validation validate(BundleSource bundle) {
        try (var read = open(bundle, Strictness.STRICT)) {
            var issues = new ArrayList<>(read.issues());
            read.contents()
                    .ifPresent(
                            contents -> {
                                issues.addAll(
                                        InputRules.check(
                                                contents.manifest().raw(),
                                                contents.configuration()));
                                if (!contents.manifest().workflow().isEmpty()) {
                                    // What is required may still be given when it is run.
                                    issues.addAll(
                                            new DeclaredInputs(
                                                            contents.manifest().raw(),
                                                            contents.configuration(),
                                                            JsonObject.empty())
                                                    .unfit());
                                }
                                issues.addAll(intake.lacking(contents.manifest()));
                            });
            return validation(read, issues);
        }
    }

    @Override
    public Validation preview(BundleSource bundle) {
        try (var read = open(bundle, Strictness.LENIENT)) {
            return validation(read, read.issues());
        }
    }

    private static Validation validation(Open read, List<Issue> issues) {
        return read.contents().isPresent()
                        && issues.stream().noneMatch(issue -> issue.severity() == Severity.ERROR)
                ? new Validation.Valid(read.contents().get().bundle(), issues)
                : new Validation.Invalid(issues);
    }

    /** A read bundle whose scratch files go away quietly. */
    private record Open(Optional<ReadBundle.Contents> contents, List<Issue> issues, ReadBundle read)
            implements AutoCloseable {
        @Override
        public void close() {
            try {
                read.close();
            } catch (IOException left) {
                // Scratch files are swept at close; the bundle itself was read whole.
                LOG.debug("scratch files stay", left);
            }
        }
    }

    private Open open(BundleSource source, Strictness strictness) {
        var read = intake.read(source, strictness);
        return new Open(read.contents(), read.issues(), read);
    }

    @Override
    public Submission submit(BundleSource source, SubmitOptions options) {
        try {
            if (source instanceof BundleSource.Loaded loaded) {
                var kept = known(loaded);
                if (kept.isPresent()) {
                    return submit(kept.get(), List.of(), options);
                }
            }
            return submitRead(source, options);
        } catch (StoreException refused) {
            throw EmbeddedRuntime.translated(refused);
        }
    }

    private Submission submitRead(BundleSource source, SubmitOptions options) {
        try (var read = open(source, Strictness.LENIENT)) {
            if (read.contents().isEmpty()) {
                return new Submission.Rejected(
                        Submission.Rejected.Reason.INVALID_MANIFEST, read.issues());
            }
            if (options.strict() && !read.issues().isEmpty()) {
                return new Submission.Rejected(
                        Submission.Rejected.Reason.INVALID_MANIFEST,
                        read.issues().stream().map(EmbeddedJobs::asError).toList());
            }
            var contents = read.contents().get();
            var unable = intake.unable(contents.manifest(), contents, options.force());
            return unable.isPresent()
                    ? unable.get()
                    : submit(intake.keep(contents), read.issues(), options);
        }
    }

    @Override
    public Submission retry(JobId job) {
        requireJob(job);
        try {
            var again = Resubmission.of(job, store, loader, bodies);
            var id = mint(again.bundle());
            // A run id that the manifest or the first submission chose is taken.
            var options = again.options().withJobId(id).withRunId(RunId.of(id.value()));
            return submit(again.bundle(), List.of(), options);
        } catch (StoreException refused) {
            throw EmbeddedRuntime.translated(refused);
        }
    }

    /**
     * A bundle that this home keeps already needs no reading: its jobs differ only in their inputs.
     */
    private Optional<KeptBundle> known(BundleSource.Loaded loaded) {
        return intake.kept(loaded.bundle().fingerprint());
    }

    private static Issue asError(Issue issue) {
        return new Issue(
                issue.code(),
                issue.message(),
                issue.help(),
                Severity.ERROR,
                issue.location(),
                issue.expected(),
                issue.actual());
    }

    private Submission submit(KeptBundle bundle, List<Issue> warnings, SubmitOptions options) {
        var unfit = unfitInputs(bundle, options);
        if (unfit.isPresent()) {
            return unfit.get();
        }
        var id = options.jobId().map(JobIds::require).orElseGet(() -> mint(bundle));
        var metadata = metadata(options);
        var manifest = bundle.graph().manifest().raw();
        var chosen = RunIds.chosen(metadata, manifest);
        if (chosen.isPresent() && !RunIds.isRunId(chosen.get())) {
            return illNamed(chosen.get(), options);
        }
        var runId = RunIds.of(id, metadata, manifest);
        if (runId.equals(id.value()) && options.jobId().isEmpty()) {
            // An id that nobody has yet.
            return submit(runId, id, bundle, metadata, warnings, options);
        }
        return runs.alone(runId, () -> submitNamed(runId, id, bundle, metadata, warnings, options));
    }

    private static JsonObject metadata(SubmitOptions options) {
        var metadata = JsonObject.builder();
        options.metadata().forEach((name, value) -> metadata.put(name, value));
        return metadata.putIfPresent("run_id", options.runId().map(RunId::value))
                .putIfPresent("job_name", options.jobName())
                .build();
    }

    private static Submission illNamed(String runId, SubmitOptions options) {
        var expected =
                " (expected: letters, digits, _ . and -, the first a letter or digit, <= 220)";
        if (options.runId().isPresent()) {
            throw new InvalidRequestException(
                    ErrorCode.INVALID_ID, "run id: \"" + runId + "\"" + expected, null);
        }
        return new Submission.Rejected(
                Submission.Rejected.Reason.INVALID_MANIFEST,
                List.of(
                        problem(
                                "run.id_invalid",
                                "run_id",
                                "run id: \"" + runId + "\"" + expected,
                                "Change it, or leave it out: then the run is named after its job.")));
    }

    /** Submits a job whose run id somebody may have already, while nobody else does. */
    private Submission submitNamed(
            String runId,
            JobId id,
            KeptBundle bundle,
            JsonObject metadata,
            List<Issue> warnings,
            SubmitOptions options) {
        var owner = runs.find(runId).map(JobRecord::jobId);
        boolean taken =
                owner.filter(id::equals).isEmpty() && (owner.isPresent() || runs.hasFiles(runId));
        if (!taken) {
            if (owner.isEmpty()) {
                runs.enter(runId, id);
            }
            return submit(runId, id, bundle, metadata, warnings, options);
        }
        // A submission that is repeated finds its own run, whose job may be deleted by now.
        return options.idempotencyKey()
                .flatMap(key -> store.earlierReply(scoped(key)))
                .map(earlier -> repeated(earlier, bundle, options))
                .orElseGet(
                        () ->
                                duplicate(
                                        ErrorCode.RUN_EXISTS.code(),
                                        "run_id",
                                        "Run " + runId + " exists already",
                                        "Choose another run id, or none."));
    }

    private static String scoped(String idempotencyKey) {
        return "submit:" + idempotencyKey;
    }

    private Submission submit(
            String runId,
            JobId id,
            KeptBundle bundle,
            JsonObject metadata,
            List<Issue> warnings,
            SubmitOptions options) {
        var submission =
                new Job.Submission(
                        options.inputs(),
                        options.configOverrides(),
                        metadata,
                        warnings.stream()
                                .map(issue -> issue.code() + ": " + issue.message())
                                .toList());
        var digest = digest(bundle, options);
        var key =
                options.idempotencyKey()
                        .map(
                                text ->
                                        new Commit.Idempotency(
                                                scoped(text), digest, settings.clock().instant()));
        try {
            var earlier = live.submit(id, bundle, submission, key);
            return earlier.isPresent()
                    ? repeated(earlier.get(), bundle, options)
                    : new Submission.Accepted(
                            id, JobStatus.PENDING, Optional.of(RunId.of(runId)), warnings, false);
        } catch (StoreException refused) {
            if (refused.code() == ErrorCode.DUPLICATE_REQUEST) {
                return duplicate(
                        ID_DUPLICATE,
                        "job_id",
                        "Job " + id + " exists already",
                        "Choose another id.");
            }
            throw refused;
        }
    }

    private static Optional<Submission.Rejected> unfitInputs(
            KeptBundle bundle, SubmitOptions options) {
        var entrypoints = bundle.graph().manifest().entrypoints();
        // What is no entrypoint's is an input of the run, which only a workflow has.
        boolean takesInputs = !bundle.graph().manifest().workflow().isEmpty();
        var issues = new ArrayList<Issue>();
        for (var name : options.inputs().names()) {
            if (!takesInputs && !entrypoints.contains(AgentId.of(name))) {
                issues.add(
                        problem(
                                "inputs.entrypoint_unknown",
                                "inputs." + name,
                                "Inputs are given for " + name + ", which is not an entrypoint",
                                "Entrypoints are: " + entrypoints));
            }
        }
        if (!options.force()) {
            var manifest = bundle.graph().manifest().raw();
            var configuration = JobLoader.configuration(bundle, options.configOverrides());
            if (takesInputs) {
                var declared = new DeclaredInputs(manifest, configuration, options.inputs());
                issues.addAll(declared.missing());
                issues.addAll(declared.unfit());
            }
            issues.addAll(InputRules.check(manifest, configuration));
        }
        return issues.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Submission.Rejected(
                                Submission.Rejected.Reason.INPUT_VALIDATION, issues));
    }

    private static Issue problem(String code, String path, String message, String help) {
        return new Issue(
                code,
                message,
                Optional.of(help),
                Severity.ERROR,
                new IssueLocation("validator", path, "/validator/" + path.replace('.', '/')),
                Optional.empty(),
                Optional.empty());
    }

    private static Submission.Rejected duplicate(
            String code, String path, String message, String help) {
        return new Submission.Rejected(
                Submission.Rejected.Reason.DUPLICATE, List.of(problem(code, path, message, help)));
    }

    private Submission repeated(
            Store.EarlierReply earlier, KeptBundle bundle, SubmitOptions options) {
        if (!earlier.digest().equals(digest(bundle, options))) {
            return duplicate(
                    "idempotency.key_reused",
                    "idempotency_key",
                    "Key "
                            + options.idempotencyKey().orElse("")
                            + " was used for another submission, which made job "
                            + earlier.job(),
                    "Use a new key for new content.");
        }
        var record = store.record(earlier.job());
        var manifest = bundle.graph().manifest().raw();
        var run =
                record.map(RunIds::of)
                        .orElseGet(() -> RunIds.of(earlier.job(), metadata(options), manifest));
        return new Submission.Accepted(
                earlier.job(),
                record.map(JobRecord::status).orElse(JobStatus.PENDING),
                Optional.of(RunId.of(run)),
                List.of(),
                true);
    }

    private JobId mint(KeptBundle bundle) {
        var random = new byte[JobIds.RANDOM_BYTES];
        ThreadLocalRandom.current().nextBytes(random);
        return JobIds.mint(bundle.graph().manifest().graphId(), settings.clock().instant(), random);
    }

    private static String digest(KeptBundle bundle, SubmitOptions options) {
        if (options.idempotencyKey().isEmpty()) {
            return "";
        }
        var content =
                JsonObject.builder()
                        .put("bundle", bundle.fingerprint())
                        .put("inputs", options.inputs())
                        .put("config", options.configOverrides())
                        .putIfPresent("run_id", options.runId().map(RunId::value))
                        .putIfPresent("job_name", options.jobName());
        if (options.force()) {
            // Left out otherwise: the same submission of an earlier release has the same digest.
            content.put("force", true);
        }
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(
                                            content.build()
                                                    .toString()
                                                    .getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new InternalRuntimeException(
                    ErrorCode.INTERNAL, "SHA-256 is missing", impossible);
        }
    }

    @Override
    public RunOutcome run(BundleSource bundle, SubmitOptions options) throws InterruptedException {
        return switch (submit(bundle, options)) {
            case Submission.Accepted accepted ->
                    new RunOutcome.Ran(
                            accepted.jobId(),
                            await(accepted.jobId(), options.timeout().orElse(WAIT_FOREVER)));
            case Submission.Rejected rejected -> new RunOutcome.NotStarted(rejected);
        };
    }

    @Override
    public WaitOutcome await(JobId id, Duration timeout) throws InterruptedException {
        var actor = live.find(id);
        var waited = Duration.ZERO;
        if (actor.isPresent()) {
            long began = System.nanoTime();
            try {
                actor.get().ended().get(nanos(Deadline.toWait(timeout)), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                waited = Duration.ofNanos(System.nanoTime() - began);
            } catch (ExecutionException lost) {
                if (lost.getCause() instanceof MirrorNeuronException known) {
                    throw known;
                }
                throw new RuntimeUnavailableException(
                        ErrorCode.RUNTIME_UNAVAILABLE,
                        "Job "
                                + id
                                + " was let go by this runtime and will be taken up again: "
                                + lost.getMessage(),
                        lost);
            }
        }
        // Whoever waited for the end gets the record that was just stored, without reading it.
        var record = actor.flatMap(JobActor::lastRecord).map(this::restored).or(() -> inspect(id));
        return record.isEmpty() ? new WaitOutcome.Unknown(id) : outcome(record.get(), waited);
    }

    /** A wait in nanoseconds; what is too long to count is for ever. */
    static long nanos(Duration timeout) {
        try {
            return Math.max(0, timeout.toNanos());
        } catch (ArithmeticException forEver) {
            return Long.MAX_VALUE;
        }
    }

    private static WaitOutcome outcome(JobRecord record, Duration waited) {
        return switch (record.status()) {
            case COMPLETED -> new WaitOutcome.Completed(record, record.output());
            case FAILED ->
                    new WaitOutcome.Failed(
                            record,
                            record.failure()
                                    .orElseGet(
                                            () ->
                                                    Failure.of(
                                                            "runtime.failure",
                                                            "The job failed",
                                                            JsonObject.empty(),
                                                            record.updatedAt(),
                                                            "")));
            case CANCELLED -> new WaitOutcome.Cancelled(record);
            default -> new WaitOutcome.StillRunning(record.jobId(), record.status(), waited);
        };
    }

    @Override
    public Optional<JobRecord> inspect(JobId id) {
        var actor = live.find(id);
        if (actor.isPresent()) {
            var fresh = readOrEmpty(actor.get(), job -> JobViews.record(job, JsonObject.empty()));
            if (fresh.isPresent()) {
                // The stored record knows where the bundle came from; the living job knows
                // everything else.
                var stored = store.record(id).map(JobRecord::raw).orElse(JsonObject.empty());
                return Optional.of(
                        restored(
                                JobRecord.fromJson(
                                        fresh.get()
                                                .with(
                                                        "manifest_ref",
                                                        stored.object("manifest_ref")))));
            }
        }
        return store.record(id).map(this::restored);
    }

    private JobRecord restored(JobRecord record) {
        var result = record.raw().at("result");
        var whole = bodies.restore(result);
        return whole == result ? record : JobRecord.fromJson(record.raw().with("result", whole));
    }

    @Override
    public List<AgentSnapshot> agents(JobId id) {
        return view(id, JobViews::snapshots);
    }

    /** Asks the living job, or the stored one when it does not live here. */
    <T> T view(JobId id, Function<Job, T> question) {
        var actor = live.find(id);
        if (actor.isPresent()) {
            var fresh = readOrEmpty(actor.get(), question);
            if (fresh.isPresent()) {
                return fresh.get();
            }
        }
        try {
            return question.apply(loader.load(id).orElseThrow(() -> unknown(id)).job());
        } catch (StoreException refused) {
            throw EmbeddedRuntime.translated(refused);
        }
    }

    /** The lines of a list for living jobs, in this order; one that was let go has none. */
    List<JobSummary> summariesOf(List<JobActor> actors) {
        // All are asked before the first is waited for, so that they answer side by side.
        var answers = actors.stream().map(actor -> actor.read(JobViews::summary)).toList();
        var summaries = new ArrayList<JobSummary>(actors.size());
        for (int i = 0; i < answers.size(); i++) {
            waitOrEmpty(answers.get(i), actors.get(i).id()).ifPresent(summaries::add);
        }
        return summaries;
    }

    private static <T> Optional<T> readOrEmpty(JobActor actor, Function<Job, T> question) {
        return waitOrEmpty(actor.read(question), actor.id());
    }

    private static <T> Optional<T> waitOrEmpty(CompletableFuture<T> answer, JobId id) {
        try {
            return Optional.of(wait(answer, CALL_TIMEOUT, id));
        } catch (RuntimeUnavailableException gone) {
            // The job ended or was let go between the look-up and the question: the store knows the
            // rest.
            return Optional.empty();
        }
    }

    private static <T> T wait(CompletableFuture<T> answer, Duration timeout, JobId id) {
        var limit = Deadline.toAnswer(timeout);
        try {
            return answer.get(nanos(limit), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailableException("Interrupted while asking job " + id);
        } catch (TimeoutException late) {
            throw new CallTimeoutException(
                    "Job " + id + " did not answer within " + limit.toMillis() + " ms");
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof MirrorNeuronException known) {
                throw known;
            }
            if (failure.getCause() instanceof StoreException refused) {
                throw EmbeddedRuntime.translated(refused);
            }
            throw new InternalRuntimeException(
                    ErrorCode.INTERNAL,
                    "Job " + id + " broke while it was asked: " + failure.getCause(),
                    failure.getCause());
        }
    }

    @Override
    public List<RuntimeEvent> events(JobId id, EventQuery query) {
        requireJob(id);
        var events = new ArrayList<RuntimeEvent>();
        long after = query.fromSequence().orElse(1) - 1;
        int limit = query.limit().orElse(Integer.MAX_VALUE);
        if (query.newestFirst()) {
            return newest(id, after, query, limit);
        }
        while (events.size() < limit) {
            var groups = store.facts(id, after, EVENTS_PAGE);
            if (groups.isEmpty()) {
                break;
            }
            long before = after;
            for (var group : groups) {
                for (var event : render(id, group)) {
                    if (event.sequence().orElse(0) > before
                            && matches(event, query)
                            && events.size() < limit) {
                        events.add(event);
                    }
                }
                after = Math.max(after, group.lastSequence());
            }
        }
        return events;
    }

    private List<RuntimeEvent> newest(JobId id, long after, EventQuery query, int limit) {
        int wanted =
                limit == Integer.MAX_VALUE || !query.types().isEmpty() ? Integer.MAX_VALUE : limit;
        var events = new ArrayList<RuntimeEvent>();
        for (var group : store.lastFacts(id, wanted)) {
            for (var event : render(id, group)) {
                if (event.sequence().orElse(0) > after && matches(event, query)) {
                    events.add(event);
                }
            }
        }
        return List.copyOf(events.reversed().subList(0, Math.min(limit, events.size())));
    }

    private static boolean matches(RuntimeEvent event, EventQuery query) {
        return query.types().isEmpty() || query.types().contains(event.type());
    }

    static List<RuntimeEvent> render(JobId id, Commit.Facts group) {
        var events = new ArrayList<RuntimeEvent>();
        for (var recorded : JobLoader.facts(id, group)) {
            events.addAll(EventViews.render(id, recorded.event(), recorded.sequence()));
        }
        return events;
    }

    @Override
    public EventStream follow(JobId id, FollowOptions options) {
        requireJob(id);
        return options.follow()
                ? new EventFeed(
                        id, Following.begin(this, id, options), store, live, Deadline.ofEach())
                : Following.recorded(this, id, options);
    }

    @Override
    public boolean awaitChange(JobId id, long afterSequence, Duration timeout)
            throws InterruptedException {
        long deadline = System.nanoTime() + nanos(Deadline.toWait(timeout));
        while (true) {
            var actor = live.find(id).filter(JobActor::holds);
            if (actor.isPresent() && actor.get().committed() > afterSequence) {
                return true;
            }
            if (actor.isEmpty()) {
                var record = store.record(id).orElseThrow(() -> unknown(id));
                if (lastSequence(id) > afterSequence) {
                    return true;
                }
                if (record.status().terminal()) {
                    return false;
                }
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            if (actor.isPresent()) {
                actor.get().awaitGrowth(afterSequence, Duration.ofNanos(left));
            } else {
                // The job is not held here at the moment; it may be taken up again.
                TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK_AGAIN.toNanos()));
            }
        }
    }

    private long lastSequence(JobId id) {
        var last = store.lastFacts(id, 1);
        return last.isEmpty() ? 0 : last.getLast().lastSequence();
    }

    private void requireJob(JobId id) {
        if (store.record(id).isEmpty()) {
            throw unknown(id);
        }
    }

    static NoSuchJobException unknown(JobId id) {
        return new NoSuchJobException("Job " + id + " was not found in this home");
    }

    @Override
    public List<DeadLetter> deadLetters(JobId id) {
        requireJob(id);
        return store.deadLetters(id);
    }

    @Override
    public Optional<DeadLetter> deadLetter(JobId id, int index) {
        requireJob(id);
        return store.deadLetter(id, index);
    }

    @Override
    public Delivery replay(JobId id, int index, boolean force) {
        requireJob(id);
        var letter =
                store.deadLetter(id, index)
                        .orElseThrow(
                                () ->
                                        new NoSuchEntityException(
                                                ErrorCode.DEAD_LETTER_NOT_FOUND,
                                                "Expected dead letter "
                                                        + index
                                                        + " of job "
                                                        + id
                                                        + ", but it has "
                                                        + store.deadLetters(id).size(),
                                                null));
        return switch (decide(id, new JobCommand.Replay(letter, force), CALL_TIMEOUT)) {
            case Decision.Accepted _ ->
                    new Delivery.Delivered(
                            store.deadLetter(id, index)
                                    .flatMap(DeadLetter::replayMessageId)
                                    .orElse(""));
            case Decision.Unchanged unchanged -> new Delivery.Delivered(unchanged.note());
            case Decision.Refused refused ->
                    switch (refused.code()) {
                        case JOB_TERMINAL, JOB_NOT_RUNNING -> new Delivery.NotRunning(id);
                        default -> new Delivery.NotReplayable(refused.why());
                    };
        };
    }

    @Override
    public ControlResult pause(JobId id, PauseOptions options) {
        var result =
                control(
                        id,
                        new JobCommand.Pause(
                                options.reason(),
                                switch (options.mode()) {
                                    case NOW -> true;
                                    case DRAIN -> false;
                                    case AUTO -> hasSteps(id);
                                },
                                TimeUnit.NANOSECONDS.toMillis(nanos(options.grace()))));
        return settle(id, result, JobStatus.PAUSING, options.answerWithin());
    }

    private boolean hasSteps(JobId id) {
        return store.record(id).isPresent() && view(id, Job::hasSteps);
    }

    @Override
    public List<HumanRequest> humanRequests(JobId id) {
        return view(id, HumanViews::requests).stream()
                .map(request -> request.withOutput(bodies.restore(request.output())))
                .toList();
    }

    @Override
    public ControlResult respond(JobId id, String requestId, HumanDecision decision) {
        var known =
                Approval.Decision.of(decision.decision())
                        .orElseThrow(
                                () ->
                                        new InvalidRequestException(
                                                "decision: \""
                                                        + decision.decision()
                                                        + "\" (expected: approve, revise or"
                                                        + " reject)"));
        return control(
                id,
                new JobCommand.Decide(
                        requestId,
                        decision.decisionId(),
                        known,
                        decision.reviewer(),
                        decision.notes()));
    }

    @Override
    public ControlResult resume(JobId id) {
        var result = control(id, new JobCommand.Resume());
        // It runs, and may be over before anybody looks: the caller hears what the resume did.
        return result instanceof ControlResult.Applied applied && applied.status().terminal()
                ? new ControlResult.Applied(id, JobStatus.RUNNING)
                : result;
    }

    @Override
    public ControlResult cancel(JobId id, String reason) {
        var result = control(id, new JobCommand.Cancel(reason));
        return settle(id, result, JobStatus.CANCELLING, CANCEL_TIMEOUT);
    }

    /** Waits until a job has left a passing status, so that the caller hears where it ended up. */
    private ControlResult settle(
            JobId id, ControlResult result, JobStatus passing, Duration timeout) {
        if (!(result instanceof ControlResult.Applied applied) || applied.status() != passing) {
            return result;
        }
        var actor = live.find(id);
        long deadline = System.nanoTime() + nanos(Deadline.toWait(timeout));
        while (actor.isPresent()) {
            long seen = actor.get().committed();
            var status = readOrEmpty(actor.get(), Job::status);
            if (status.isEmpty() || status.get() != passing) {
                break;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return new ControlResult.Pending(id, List.of(NodeName.of(settings.nodeName())));
            }
            try {
                actor.get().awaitGrowth(seen, Duration.ofNanos(left));
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                return new ControlResult.Pending(id, List.of(NodeName.of(settings.nodeName())));
            }
        }
        return new ControlResult.Applied(id, inspect(id).map(JobRecord::status).orElse(passing));
    }

    private ControlResult control(JobId id, JobCommand command) {
        if (store.record(id).isEmpty()) {
            return new ControlResult.NotFound(id);
        }
        var decision = decide(id, command, CALL_TIMEOUT);
        var status = inspect(id).map(JobRecord::status).orElse(JobStatus.UNKNOWN);
        return switch (decision) {
            case Decision.Accepted _ -> new ControlResult.Applied(id, status);
            case Decision.Unchanged unchanged ->
                    new ControlResult.Unchanged(id, unchanged.status());
            case Decision.Refused refused -> new ControlResult.Refused(id, status, refused.why());
        };
    }

    private Decision decide(JobId id, JobCommand command, Duration timeout) {
        var actor = live.find(id);
        if (actor.isPresent()) {
            try {
                return wait(actor.get().ask(command), timeout, id);
            } catch (RuntimeUnavailableException gone) {
                if (live.find(id).isPresent()) {
                    throw gone;
                }
            }
        }
        // Not live here: the engine answers for the stored job, and refuses what only a live one
        // can do.
        var job = view(id, Function.identity());
        if (!job.status().terminal()) {
            throw new RuntimeUnavailableException(
                    "Expected job "
                            + id
                            + " to be held by this runtime, but "
                            + live.problem(id).orElse("it was opened for reading only"));
        }
        return JobEngine.decide(job, command, settings.clock().millis());
    }

    @Override
    public Cleanup cleanup(boolean all) {
        if (all) {
            for (var actor : live.local()) {
                var unused = cancel(actor.id());
            }
        }
        var ended = Set.of(JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED);
        var deleted =
                store.records(ended, OptionalInt.empty()).stream().map(JobRecord::jobId).toList();
        deletion.of(deleted, () -> false);
        return new Cleanup(deleted);
    }

    @Override
    public Delivery send(JobId id, AgentId agent, Message message) {
        if (message.type().isBlank()) {
            throw new InvalidRequestException("message type: \"\" (expected: not blank)");
        }
        requireJob(id);
        int bytes = Json.bytes(message.body()).length;
        if (bytes > MESSAGE_BYTES_MAX) {
            throw new InvalidRequestException(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "message body: " + bytes + " bytes (expected: <= " + MESSAGE_BYTES_MAX + ")",
                    null);
        }
        var small = message.withBody(bodies.shrink(message.body(), Bodies.BODY_BYTES_MAX));
        var fresh = freshMessageId();
        return switch (decide(id, new JobCommand.Send(agent, small, fresh), CALL_TIMEOUT)) {
            case Decision.Accepted _ ->
                    new Delivery.Delivered(
                            message.messageId().isEmpty() ? fresh : message.messageId());
            case Decision.Unchanged unchanged -> new Delivery.Delivered(unchanged.note());
            case Decision.Refused refused ->
                    switch (refused.code()) {
                        case AGENT_NOT_FOUND -> new Delivery.NoSuchAgent(id, agent);
                        case MESSAGE_ID_CONFLICT ->
                                throw new ConflictException(
                                        ErrorCode.MESSAGE_ID_CONFLICT, refused.why(), null);
                        case BACKPRESSURE -> new Delivery.Backpressure(refused.retryAfter());
                        default -> new Delivery.NotRunning(id);
                    };
        };
    }

    private static String freshMessageId() {
        var random = new byte[10];
        ThreadLocalRandom.current().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
