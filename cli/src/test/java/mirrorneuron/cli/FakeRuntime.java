package mirrorneuron.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentSnapshot;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.Backups;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Capabilities;
import mirrorneuron.api.Cluster;
import mirrorneuron.api.ClusterOverview;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.Failure;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.Manifest;
import mirrorneuron.api.Message;
import mirrorneuron.api.Metrics;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Monitor;
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.NodeStatus;
import mirrorneuron.api.Operations;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.PoolStats;
import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.ResourceReport;
import mirrorneuron.api.Resources;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.RunId;
import mirrorneuron.api.RunOutcome;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.Validation;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.home.Opening;
import mirrorneuron.cli.home.RuntimeDoor;

/**
 * A runtime that holds jobs as they were put in. A followed job lives through the script of steps
 * that it was given: each look at its events takes one.
 */
public final class FakeRuntime implements MirrorNeuron, Jobs, Monitor, RuntimeDoor {

    final FakeRuns runs = new FakeRuns();
    final FakeOperations operations = new FakeOperations(this);

    public static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");

    /** A job as the fake holds it. */
    public static final class FakeJob {
        public final JobId id;
        public final String graph;
        public JobStatus status = JobStatus.RUNNING;
        public List<AgentView> agents = List.of();
        public final List<RuntimeEvent> events = new ArrayList<>();
        public final ArrayDeque<Runnable> script = new ArrayDeque<>();
        public final List<DeadLetter> deadLetters = new ArrayList<>();
        public Optional<JsonValue> output = Optional.empty();
        public Optional<Failure> failure = Optional.empty();
        public Optional<Explanation> explanation = Optional.empty();
        public final List<WorkflowProgress.Step> steps = new ArrayList<>();
        public double percent;
        public final List<HumanRequest> requests = new ArrayList<>();

        /** Adds a step, or changes it. */
        public void step(String id, String status, int attempt, String reason) {
            step(id, status, attempt, reason, JsonObject.empty());
        }

        public void step(String id, String status, int attempt, String reason, JsonObject more) {
            var raw =
                    JsonObject.builder()
                            .put("id", id)
                            .put("label", id)
                            .put("status", status)
                            .put("status_reason", reason)
                            .putAll(more)
                            .build();
            var step = new WorkflowProgress.Step(id, id, status, attempt, reason, raw);
            for (int i = 0; i < steps.size(); i++) {
                if (steps.get(i).id().equals(id)) {
                    steps.set(i, step);
                    return;
                }
            }
            steps.add(step);
        }

        /** A step waits for a person. */
        public HumanRequest asks(String step, String title) {
            var request =
                    new HumanRequest(
                            step + ":gate:1",
                            step,
                            title,
                            JsonObject.empty(),
                            JsonObject.empty(),
                            List.of("approve", "revise", "reject"),
                            BEGIN,
                            Optional.of(BEGIN.plusSeconds(3_600)),
                            Optional.empty());
            requests.add(request);
            return request;
        }

        FakeJob(String id, String graph) {
            this.id = JobId.of(id);
            this.graph = graph;
        }

        public void happened(String type, Optional<String> agent, JsonObject payload) {
            int sequence = events.size() + 1;
            events.add(
                    RuntimeEvent.of(
                            id,
                            sequence,
                            BEGIN.plusSeconds(sequence),
                            type,
                            agent.map(AgentId::of),
                            payload,
                            true));
        }

        public void completed(JsonValue value) {
            status = JobStatus.COMPLETED;
            output = Optional.of(value);
            happened("job_completed", Optional.empty(), JsonObject.empty());
        }

        public void failed(Failure value) {
            status = JobStatus.FAILED;
            failure = Optional.of(value);
            happened("job_failed", Optional.empty(), JsonObject.empty());
        }
    }

    public final Map<JobId, FakeJob> jobs = new LinkedHashMap<>();
    public final List<Opening.Intent> opened = new ArrayList<>();
    public Map<String, String> connection = Map.of();

    /** Hears how often the runtime was opened, before it is. */
    public IntConsumer onOpen = times -> {};

    public final List<String> calls = new ArrayList<>();
    public Optional<Validation> validation = Optional.empty();
    public Optional<RuntimeException> openingFails = Optional.empty();
    public Optional<Submission> submission = Optional.empty();
    public SubmitOptions submitted = SubmitOptions.defaults();
    public Runnable onSubmit = () -> {};
    public Delivery delivery = new Delivery.Delivered("msg-1");
    public boolean closed;

    /** Whether it says that a server runs the jobs. */
    public boolean remote;

    /** What the next looks at a job fail with. */
    public final ArrayDeque<RuntimeException> looksFail = new ArrayDeque<>();

    /** Breaks the stream of events that is open. */
    public boolean streamBreaks;

    /** What was followed from, one for each time a stream was opened. */
    public final List<Long> followedAfter = new ArrayList<>();

    public ResourceLimits limits = ResourceLimits.none();
    public Optional<BundleSource> source = Optional.empty();

    public FakeJob job(String id, String graph) {
        var job = new FakeJob(id, graph);
        jobs.put(job.id, job);
        return job;
    }

    private FakeJob held(JobId id) {
        return Objects.requireNonNull(jobs.get(id), () -> "no job " + id);
    }

    public static AgentView agent(
            String id, String type, AgentStatus status, long processed, long waiting) {
        return agent(id, type, status, processed, waiting, Optional.empty());
    }

    public static AgentView agent(
            String id,
            String type,
            AgentStatus status,
            long processed,
            long waiting,
            Optional<String> error) {
        return new AgentView(
                AgentId.of(id),
                type,
                Optional.of("generic"),
                Optional.of(new NodeName("local")),
                status,
                status == AgentStatus.RUNNING,
                processed,
                waiting,
                status == AgentStatus.PAUSED,
                error,
                Optional.empty(),
                Optional.empty(),
                JsonObject.builder().put("agent_id", id).put("status", status.wire()).build());
    }

    @Override
    public MirrorNeuron open(Opening opening) {
        opened.add(opening.intent());
        connection = opening.connection();
        onOpen.accept(opened.size());
        if (openingFails.isPresent()) {
            throw openingFails.get();
        }
        closed = false;
        return this;
    }

    @Override
    public Jobs jobs() {
        return this;
    }

    @Override
    public Monitor monitor() {
        return this;
    }

    @Override
    public Resources resources() {
        return new Resources() {
            @Override
            public ResourceReport get() {
                return new ResourceReport(
                        "single_node",
                        1,
                        limits,
                        (JsonObject)
                                Json.parse(
                                        """
                                        {"limits":%s,
                                         "totals":{"cpu_cores":8,"memory_gb":31.25,"disk_gb":100.0,"gpu_count":0},
                                         "usable":{"cpu_cores":4,"memory_gb":31.25,"disk_gb":100.0,"gpu_count":0}}
                                        """
                                                .formatted(limits.toJson())));
            }

            @Override
            public ResourceReport set(ResourceLimits wanted) {
                limits = wanted;
                return get();
            }
        };
    }

    @Override
    public Cluster cluster() {
        throw new UnsupportedOperationException("not used by the command");
    }

    @Override
    public Operations operations() {
        return operations;
    }

    @Override
    public RunFiles runFiles() {
        return runs;
    }

    @Override
    public Backups backups() {
        return new FakeBackups(this);
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(
                remote ? Capabilities.Mode.REMOTE : Capabilities.Mode.EMBEDDED, "test", Set.of());
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public Validation validate(BundleSource bundle) {
        return validation.orElseGet(() -> valid("intake"));
    }

    public static Validation.Valid valid(String... entrypoints) {
        var ids = List.of(entrypoints).stream().map(AgentId::of).toList();
        return new Validation.Valid(
                new Bundle(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        new Manifest("demo", "demo", "1.0", "batch", ids, ids, JsonObject.empty()),
                        "abc"),
                List.of());
    }

    @Override
    public Submission submit(BundleSource bundle, SubmitOptions options) {
        submitted = options;
        source = Optional.of(bundle);
        onSubmit.run();
        return submission.orElseGet(
                () -> new Submission.Accepted(jobs.keySet().iterator().next(), JobStatus.PENDING));
    }

    @Override
    public Submission retry(JobId id) {
        calls.add("retry " + id);
        return submission.orElseGet(
                () ->
                        new Submission.Accepted(
                                JobId.of(id + "-again"),
                                JobStatus.PENDING,
                                Optional.of(RunId.of(id + "-again")),
                                List.of(),
                                false));
    }

    @Override
    public RunOutcome run(BundleSource bundle, SubmitOptions options) {
        throw new UnsupportedOperationException("not used by the command");
    }

    @Override
    public WaitOutcome await(JobId job, Duration timeout) {
        calls.add("await " + job);
        var held = jobs.get(job);
        if (held == null) {
            return new WaitOutcome.Unknown(job);
        }
        if (!held.status.terminal()) {
            return new WaitOutcome.StillRunning(job, held.status, timeout);
        }
        var record = detailsOf(held, 1).job();
        return switch (held.status) {
            case COMPLETED -> new WaitOutcome.Completed(record, record.output());
            case FAILED -> new WaitOutcome.Failed(record, held.failure.orElseThrow());
            default -> new WaitOutcome.Cancelled(record);
        };
    }

    @Override
    public Optional<JobRecord> inspect(JobId job) {
        return Optional.ofNullable(jobs.get(job)).map(FakeRuntime::recordOf);
    }

    @Override
    public List<AgentSnapshot> agents(JobId job) {
        return List.of();
    }

    @Override
    public List<RuntimeEvent> events(JobId job, EventQuery query) {
        var all =
                new ArrayList<>(
                        held(job).events.stream()
                                .filter(
                                        event ->
                                                query.types().isEmpty()
                                                        || query.types().contains(event.type()))
                                .toList());
        var ordered = query.newestFirst() ? all.reversed() : all;
        return ordered.stream().limit(query.limit().orElse(Integer.MAX_VALUE)).toList();
    }

    @Override
    public EventStream follow(JobId id, FollowOptions options) {
        var job = held(id);
        followedAfter.add(options.afterSequence().orElse(0));
        return new EventStream() {
            private int next = (int) options.afterSequence().orElse(0);
            private EndReason reason = EndReason.OPEN;

            @Override
            public Optional<RuntimeEvent> next(Duration timeout) {
                if (streamBreaks) {
                    streamBreaks = false;
                    reason = EndReason.ERROR;
                    return Optional.empty();
                }
                if (next == job.events.size() && !timeout.isZero()) {
                    var step = job.script.poll();
                    if (step != null) {
                        step.run();
                    }
                }
                if (next < job.events.size()) {
                    var event = job.events.get(next);
                    next++;
                    if (event.terminal()) {
                        reason = EndReason.TERMINAL_EVENT;
                    }
                    return Optional.of(event);
                }
                if (job.status.terminal()) {
                    reason = EndReason.TERMINAL_EVENT;
                }
                return Optional.empty();
            }

            @Override
            public EndReason endReason() {
                return reason;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public List<DeadLetter> deadLetters(JobId job) {
        return held(job).deadLetters;
    }

    @Override
    public Delivery replay(JobId job, int deadLetterIndex, boolean force) {
        calls.add("replay " + job + " " + deadLetterIndex + (force ? " forced" : ""));
        return delivery;
    }

    private ControlResult control(JobId job, String verb, JobStatus after) {
        calls.add(verb + " " + job);
        var found = jobs.get(job);
        if (found == null) {
            return new ControlResult.NotFound(job);
        }
        if (found.status.terminal()) {
            return new ControlResult.Refused(
                    job,
                    found.status,
                    "Expected to " + verb + " job " + job + ", but it is " + found.status.wire());
        }
        if (found.status == after) {
            return new ControlResult.Unchanged(job, after);
        }
        found.status = after;
        return new ControlResult.Applied(job, after);
    }

    @Override
    public ControlResult pause(JobId job, PauseOptions options) {
        return control(job, "pause", JobStatus.PAUSED);
    }

    @Override
    public ControlResult resume(JobId job) {
        return control(job, "resume", JobStatus.RUNNING);
    }

    @Override
    public ControlResult cancel(JobId job, String reason) {
        var result = control(job, "cancel", JobStatus.CANCELLED);
        if (result instanceof ControlResult.Applied) {
            held(job).happened("job_cancelled", Optional.empty(), JsonObject.empty());
        }
        return result;
    }

    @Override
    public List<HumanRequest> humanRequests(JobId job) {
        return held(job).requests;
    }

    @Override
    public ControlResult respond(JobId id, String requestId, HumanDecision decision) {
        calls.add(
                "respond "
                        + id
                        + " "
                        + requestId
                        + " "
                        + decision.decision()
                        + " "
                        + decision.reviewer()
                        + " "
                        + decision.decisionId()
                        + (decision.notes().isEmpty() ? "" : " " + decision.notes()));
        var job = held(id);
        for (int i = 0; i < job.requests.size(); i++) {
            var request = job.requests.get(i);
            if (request.requestId().equals(requestId) && request.pending()) {
                job.requests.set(i, answered(request, decision));
                return new ControlResult.Applied(id, job.status);
            }
        }
        return new ControlResult.Refused(
                id,
                job.status,
                "Expected to "
                        + decision.decision()
                        + " at "
                        + requestId
                        + " of job "
                        + id
                        + ", but it waits for no decision there");
    }

    static HumanRequest answered(HumanRequest request, HumanDecision decision) {
        return new HumanRequest(
                request.requestId(),
                request.stepId(),
                request.title(),
                request.request(),
                JsonNull.NULL,
                request.allowedDecisions(),
                request.requestedAt(),
                request.timeoutAt(),
                Optional.of(decision));
    }

    /** How far a job is, as it was told step by step. */
    public static WorkflowProgress progressOf(FakeJob job) {
        return new WorkflowProgress(
                job.id,
                job.status,
                job.events.size(),
                job.status == JobStatus.COMPLETED ? 100 : job.percent,
                !job.steps.isEmpty(),
                job.steps,
                job.steps.isEmpty()
                        ? List.of()
                        : List.of(job.steps.stream().map(WorkflowProgress.Step::id).toList()),
                JsonObject.empty());
    }

    @Override
    public Optional<WorkflowProgress> workflowProgress(JobId job) {
        return Optional.ofNullable(jobs.get(job)).map(FakeRuntime::progressOf);
    }

    @Override
    public Optional<Explanation> explainStep(JobId id, String stepId) {
        return held(id).steps.stream()
                .filter(step -> step.id().equals(stepId))
                .findFirst()
                .map(
                        step ->
                                new Explanation(
                                        "step " + stepId,
                                        step.status(),
                                        "waiting_for_steps",
                                        step.reason(),
                                        List.of(),
                                        Optional.empty(),
                                        ""));
    }

    @Override
    public Cleanup cleanup(boolean all) {
        calls.add("cleanup " + all);
        return new Cleanup(
                jobs.values().stream()
                        .filter(job -> job.status.terminal())
                        .map(job -> job.id)
                        .toList());
    }

    @Override
    public Delivery send(JobId job, AgentId agent, Message message) {
        var id = message.messageId();
        calls.add(
                "send %s %s %s %s%s"
                        .formatted(
                                job,
                                agent,
                                message.type(),
                                message.body(),
                                id.isEmpty() ? "" : " " + id));
        return delivery;
    }

    @Override
    public List<JobSummary> listJobs(JobQuery query) {
        return jobs.values().stream()
                .filter(job -> query.wants(job.status))
                .skip(query.offset())
                .limit(query.limit().orElse(Integer.MAX_VALUE))
                .map(FakeRuntime::summaryOf)
                .toList();
    }

    @Override
    public long countJobs(JobQuery query) {
        return jobs.values().stream().filter(job -> query.wants(job.status)).count();
    }

    @Override
    public Metrics metrics() {
        return new Metrics(
                3,
                Map.of(JobStatus.RUNNING, 1L, JobStatus.COMPLETED, 2L),
                1,
                JsonObject.builder().put("total", 3).build());
    }

    @Override
    public boolean awaitChange(JobId job, long afterSequence, Duration timeout) {
        return held(job).events.size() > afterSequence;
    }

    @Override
    public List<Explanation> explainAll(JobId job, int limit) {
        return explain(job).stream().toList();
    }

    @Override
    public Optional<JobDetails> jobDetails(JobId id, int eventLimit) {
        var failure = looksFail.poll();
        if (failure != null) {
            throw failure;
        }
        return Optional.ofNullable(jobs.get(id)).map(job -> detailsOf(job, eventLimit));
    }

    public static JobDetails detailsOf(FakeJob job, int eventLimit) {
        var record = recordOf(job);
        return new JobDetails(
                record,
                summaryOf(job),
                job.agents,
                List.of(),
                job.events.reversed().stream().limit(eventLimit).toList(),
                false,
                JsonObject.builder()
                        .put("job", record.toJson())
                        .put("api_token", "tok-very-secret")
                        .build());
    }

    static JobRecord recordOf(FakeJob job) {
        var raw =
                JsonObject.builder()
                        .put("job_id", job.id.value())
                        .put("graph_id", job.graph)
                        .put("status", job.status.wire())
                        .put("submitted_at", "2026-03-01T12:00:00.000Z")
                        .put("updated_at", "2026-03-01T12:00:09.000Z");
        job.output.ifPresent(
                value -> raw.put("result", JsonObject.builder().put("output", value).build()));
        job.failure.ifPresent(failure -> raw.put("failure", failure.toJson()));
        return JobRecord.fromJson(raw.build());
    }

    static JobSummary summaryOf(FakeJob job) {
        var record = recordOf(job);
        return new JobSummary(
                record.jobId(),
                record.graphId(),
                record.jobName(),
                record.status(),
                record.submittedAt(),
                record.updatedAt(),
                record.placementPolicy(),
                record.recoveryPolicy(),
                0,
                0,
                List.of(),
                List.of(),
                Optional.empty(),
                false,
                record.failure(),
                record.raw());
    }

    @Override
    public Optional<JobGraph> graph(JobId job) {
        return Optional.ofNullable(jobs.get(job))
                .map(
                        held ->
                                new JobGraph(
                                        held.id,
                                        held.graph,
                                        held.status,
                                        3,
                                        2,
                                        7,
                                        (JsonObject)
                                                Json.parse(
                                                        """
                                                        {"nodes":[{"id":"intake","agent_type":"router"},
                                                          {"id":"work \\"x\\"","agent_type":"executor"},
                                                          {"id":"collect","agent_type":"aggregator"}],
                                                         "edges":[{"source":"work \\"x\\"","target":"collect","count":7},
                                                          {"source":"intake","target":"work \\"x\\"","count":0}]}
                                                        """)));
    }

    @Override
    public ClusterOverview clusterOverview(JobQuery query) {
        return new ClusterOverview(
                List.of(
                        new NodeInfo(
                                new NodeName("local"),
                                List.of(),
                                true,
                                "",
                                Map.of("default", new PoolStats(4, 3, 1, 0, 1)),
                                Optional.empty(),
                                NodeStatus.HEALTHY,
                                true,
                                (JsonObject)
                                        Json.parse(
                                                """
                                        {"name":"local","hardware":{
                                          "platform":{"display_name":"Debian 12"},
                                          "cpu":{"logical_processors":2,"model":"EPYC",
                                            "load_ratio":0.836},
                                          "memory":{"total_bytes":25276502016,
                                            "available_bytes":24370323456},
                                          "disk":{"total_bytes":270553174016},
                                          "devices":[]}}
                                        """))),
                listJobs(query));
    }

    @Override
    public Optional<Explanation> explain(JobId job) {
        return Optional.ofNullable(jobs.get(job)).flatMap(found -> found.explanation);
    }

    @Override
    public Optional<Explanation> explain(JobId job, AgentId agent) {
        return held(job).agents.stream()
                .filter(view -> view.agentId().equals(agent))
                .findFirst()
                .flatMap(view -> held(job).explanation);
    }

    public static Explanation explanation(String cause, String sentence, String remediation) {
        return new Explanation(
                "job demo-1",
                "running",
                cause,
                sentence,
                List.of("1 dead letter", "collector holds 5 of 6"),
                Optional.empty(),
                remediation);
    }
}
