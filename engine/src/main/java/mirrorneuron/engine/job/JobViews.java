package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentSnapshot;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.Lease;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.Redaction;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.SandboxView;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.AgentState.Phase;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.run.RunIds;
import org.jspecify.annotations.Nullable;

/**
 * What others may see of a job: its record, its summary and its agents. Pure functions of the
 * state.
 */
public final class JobViews {

    /** Members of a record that its document has only when they say something. */
    private static final Set<String> OMITTED =
            Set.of("failure", "recovery", "recovery_requires_review", "reason", "status_reason");

    /** Larger agent states are not shown whole. */
    private static final int STATE_CHARS_MAX = 32 * 1_024;

    private static final Lease NO_LEASE =
            new Lease(Optional.empty(), Optional.empty(), OptionalInt.empty());

    private JobViews() {}

    /**
     * The stored record of the job.
     *
     * @param manifestRef {@code graph_id, manifest_version, manifest_path, job_path,
     *     bundle_fingerprint}
     */
    public static JsonObject record(Job job, JsonObject manifestRef) {
        var manifest = job.graph().manifest();
        var json =
                JsonObject.builder()
                        .put("schema", 1)
                        .put("rev", job.sequence())
                        .put("job_id", job.id().value())
                        .put("graph_id", manifest.graphId())
                        .put("job_name", job.name())
                        .put("status", job.status().wire())
                        .put("submitted_at", time(job.submittedAt))
                        .put("updated_at", time(job.updatedAt))
                        .put("started_at", timeOrNull(job.startedAt))
                        .put("finished_at", timeOrNull(job.endedAt))
                        .put("placement_policy", manifest.policies().placementPolicy())
                        .put("recovery_policy", manifest.policies().recoveryMode())
                        .put(
                                "requested_recovery_policy",
                                manifest.policies().requestedRecoveryMode())
                        .put("type", manifest.type())
                        .put("job_type", manifest.jobType())
                        .put(
                                "root_agent_ids",
                                JsonArray.ofStrings(
                                        manifest.entrypoints().stream()
                                                .map(AgentId::value)
                                                .toList()))
                        .put("result", job.result.orElse(JsonNull.NULL))
                        .put("manifest_ref", manifestRef)
                        .put("run_id", job.runId())
                        .putIfPresent("blueprint_id", job.blueprintId())
                        .put("trace_id", job.traceId())
                        .put("recovery_status", orNull(job.recoveryStatus))
                        .put("recovery_requires_review", job.requiresReview())
                        .put("status_reason", orNull(job.statusReason))
                        .put("paused_at", timeOrNull(job.pausedAt))
                        .put("paused_ms_total", job.pausedMsTotal)
                        .putAll(manifest.policies().document())
                        .put("dead_letters", job.deadLetters)
                        .put("warnings", JsonArray.ofStrings(job.submission.warnings()))
                        .put("executor_count", executors(job))
                        .put("active_executors", activeExecutors(job))
                        .put("nodes", JsonArray.ofStrings(nodes(job)))
                        .put("sandbox_names", JsonArray.ofStrings(sandboxNames(job)))
                        .put("last_event", orNull(job.lastEvent()));
        var policyState = PolicyViews.state(job);
        if (!policyState.object("agents").isEmpty()) {
            json.put("policy_state", policyState);
        }
        if (!job.submission.metadata().isEmpty()) {
            json.put("metadata", Redaction.byKey(job.submission.metadata()));
        }
        if (!job.provenance.isEmpty()) {
            json.put("restore_provenance", job.provenance);
        }
        failure(job).ifPresent(failure -> json.put("failure", failure.toJson()));
        return json.build();
    }

    public static Instant submittedAt(Job job) {
        return Instant.ofEpochMilli(job.submittedAt);
    }

    /** When the newest fact happened. */
    public static Instant updatedAt(Job job) {
        return Instant.ofEpochMilli(job.updatedAt);
    }

    /** The line of a list for a job that lives in this process. */
    public static JobSummary summary(Job job) {
        return summary(
                JobRecord.fromJson(record(job, JsonObject.empty())), !job.status().terminal());
    }

    /** The line of a list from a stored record. */
    public static JobSummary summary(JobRecord record, boolean live) {
        var raw = record.raw();
        var document =
                JsonObject.builder()
                        .put("job_id", record.jobId().value())
                        .put("graph_id", record.graphId())
                        .putOrNull("job_name", record.jobName())
                        .put("status", record.status().shown().wire())
                        .put("submitted_at", raw.at("submitted_at"))
                        .put("updated_at", raw.at("updated_at"))
                        .put("run_id", raw.at("run_id"))
                        .putIfPresent("blueprint_id", RunIds.blueprintOf(record))
                        .put("trace_id", raw.at("trace_id"))
                        .put("type", jobType(record))
                        .put("job_type", jobType(record))
                        .put("placement_policy", record.placementPolicy())
                        .put("recovery_policy", record.recoveryPolicy())
                        .put("executor_count", raw.integer("executor_count").orElse(0))
                        .put("active_executors", raw.integer("active_executors").orElse(0))
                        .put("nodes", raw.array("nodes"))
                        .put("sandbox_names", raw.array("sandbox_names"))
                        .put("last_event", raw.at("last_event"))
                        .put("live", live)
                        .put("live?", live)
                        .put("recovery_status", raw.at("recovery_status"));
        recovery(record, document);
        shownFailure(record).ifPresent(failure -> document.put("failure", failure.toJson()));
        return new JobSummary(
                record.jobId(),
                record.graphId(),
                record.jobName(),
                record.status(),
                record.submittedAt(),
                record.updatedAt(),
                record.placementPolicy(),
                record.recoveryPolicy(),
                (int) raw.integer("executor_count").orElse(0),
                (int) raw.integer("active_executors").orElse(0),
                texts(raw.array("nodes")).stream().map(NodeName::of).toList(),
                texts(raw.array("sandbox_names")),
                raw.string("last_event"),
                live,
                record.failure(),
                document.build());
    }

    /** Adds what a recovery left to be said; nothing when there was none. */
    private static void recovery(JobRecord record, JsonObject.Builder to) {
        var raw = record.raw();
        var status = raw.string("recovery_status");
        if (status.isPresent()) {
            boolean review = raw.bool("recovery_requires_review").orElse(false);
            to.put("recovery_requires_review", review)
                    .put(
                            "recovery",
                            JsonObject.builder()
                                    .put("status", status.get())
                                    .put("requires_review", review)
                                    .putIfPresent("reason", raw.string("status_reason"))
                                    .build());
        }
    }

    private static String jobType(JobRecord record) {
        return record.raw()
                .string("job_type")
                .or(() -> record.raw().string("type"))
                .orElse("batch");
    }

    /** A job that went on after a failure shows none. */
    private static Optional<Failure> shownFailure(JobRecord record) {
        return record.failure().filter(_ -> record.status() == JobStatus.FAILED);
    }

    /** Why the job failed, as its last event tells. */
    static Optional<Failure> failure(Job job) {
        return job.failure.map(
                failure ->
                        failure.within(
                                job.status() == JobStatus.FAILED
                                        ? RuntimeEvent.idOf(job.id(), job.sequence())
                                        : "",
                                Optional.of(job.traceId()),
                                Optional.of(RunIds.span(job.id(), ""))));
    }

    static Optional<Failure> failure(Job job, StepState step) {
        return step.failure.map(
                failure -> failure.within("", Optional.of(job.traceId()), Optional.empty()));
    }

    /**
     * The record as pages show it: times, result and policies are always there, and what does not
     * apply is left out instead of being null.
     */
    public static JsonObject document(JobRecord record) {
        var raw = record.raw();
        var document =
                JsonObject.builder()
                        .put("job_id", record.jobId().value())
                        .put("graph_id", record.graphId())
                        .putOrNull("job_name", record.jobName())
                        .put("status", record.status().shown().wire())
                        .put("submitted_at", raw.at("submitted_at"))
                        .put("updated_at", raw.at("updated_at"))
                        .put("started_at", raw.at("started_at"))
                        .put("finished_at", raw.at("finished_at"))
                        .put("run_id", raw.at("run_id"))
                        .putIfPresent("blueprint_id", RunIds.blueprintOf(record))
                        .put("trace_id", raw.at("trace_id"))
                        .put("type", jobType(record))
                        .put("job_type", jobType(record))
                        .put("placement_policy", record.placementPolicy())
                        .put("recovery_policy", record.recoveryPolicy())
                        .put("root_agent_ids", raw.array("root_agent_ids"))
                        .put("result", result(record))
                        .put("manifest_ref", record.manifestRef())
                        .put("recovery_status", raw.at("recovery_status"));
        raw.string("status_reason")
                .ifPresent(reason -> document.put("reason", reason).put("status_reason", reason));
        recovery(record, document);
        shownFailure(record).ifPresent(failure -> document.put("failure", failure.toJson()));
        var known = document.build();
        var whole = JsonObject.builder().putAll(known);
        raw.forEach(
                (name, value) -> {
                    if (!known.has(name) && !OMITTED.contains(name) && !value.isNull()) {
                        whole.put(name, value);
                    }
                });
        return whole.build();
    }

    private static JsonObject result(JobRecord record) {
        return record.result()
                .map(
                        value ->
                                value instanceof JsonObject object
                                        ? object
                                        : JsonObject.of("output", value))
                .orElse(JsonObject.empty());
    }

    /** The agents as a monitor shows them, ordered by node and id. */
    public static List<AgentView> agents(Job job) {
        var views = new ArrayList<AgentView>(job.agents().size());
        for (var agent : job.agents()) {
            views.add(view(job, agent));
        }
        views.sort(Comparator.comparing(AgentView::agentId));
        return views;
    }

    private static AgentView view(Job job, AgentState agent) {
        var spec = agent.vertex.spec();
        var status = status(job, agent);
        boolean running = agent.runsOutside();
        var lease = lease(agent);
        var sandbox = agent.lastResult.string("sandbox_name").filter(name -> !name.isEmpty());
        var node =
                job.node.isEmpty()
                        ? Optional.<NodeName>empty()
                        : Optional.of(NodeName.of(job.node));
        boolean paused = job.status() == JobStatus.PAUSED || job.status() == JobStatus.PAUSING;
        boolean live = !job.status().terminal();
        var names = Names.of(agent);
        var raw =
                JsonObject.builder()
                        .put("agent_id", agent.id().value())
                        .put("agent_type", spec.agentType().wire())
                        .put("declared_agent_type", spec.declaredAgentType())
                        .put("type", spec.template().wire())
                        .put("assigned_node", assignedNode(job))
                        .put("status", status.shown().wire())
                        .put("running", running)
                        .put("running?", running)
                        .put("paused", paused)
                        .put("paused?", paused)
                        .put("live", live)
                        .put("live?", live)
                        .put("processed_messages", agent.processed)
                        .put("mailbox_depth", agent.depth())
                        .put("waiting_messages", agent.waiting == null ? 0 : agent.waiting.size())
                        .putOrNull("last_error", agent.lastError)
                        .putOrNull("sandbox_name", sandbox)
                        .put("lease", leaseJson(lease.orElse(NO_LEASE)))
                        .put("backpressure", backpressure(agent))
                        .put("last_heartbeat_at", timeOrNull(agent.lastEventAt))
                        .put(
                                "failure",
                                AgentProgress.orNull(AgentProgress.failure(job, agent, status)))
                        .put(
                                "metadata",
                                JsonObject.builder()
                                        .put("paused", paused)
                                        .put("outbound_edges", outbound(agent))
                                        .build());
        names.label().ifPresent(label -> raw.put("label", label));
        names.put(raw);
        return new AgentView(
                agent.id(),
                spec.agentType().wire(),
                Optional.of(spec.template().wire()),
                node,
                status,
                running,
                agent.processed,
                agent.depth(),
                paused,
                agent.lastError,
                sandbox,
                lease,
                raw.build());
    }

    /** How full the mailbox is, and at which marks that changes what is accepted. */
    private static JsonObject backpressure(AgentState agent) {
        var limits = agent.vertex.spec().backpressure();
        return JsonObject.builder()
                .put("queue_depth", agent.depth())
                .put("backpressure", pressure(agent))
                .put("max_queue_depth", limits.maxQueueDepth())
                .put("high_watermark", limits.highWatermark())
                .put("low_watermark", limits.lowWatermark())
                .put("retry_after_ms", limits.retryAfterMs())
                .build();
    }

    private static String pressure(AgentState agent) {
        return agent.pressure.name().toLowerCase(Locale.ROOT);
    }

    private static JsonArray outbound(AgentState agent) {
        return JsonArray.ofStrings(
                agent.vertex.outbound().stream().map(edge -> edge.to().value()).toList());
    }

    static AgentStatus status(Job job, AgentState agent) {
        if (job.status() == JobStatus.PAUSED || job.status() == JobStatus.PAUSING) {
            return AgentStatus.PAUSED;
        }
        if (agent.restartAt > 0) {
            return AgentStatus.RESTARTING;
        }
        boolean outside = agent.is(Behaviour.Executor.class) || agent.is(Behaviour.Module.class);
        if (agent.runsOutside()) {
            return AgentStatus.RUNNING;
        }
        if (outside && agent.lastError.isPresent() && agent.inflight == null) {
            return AgentStatus.ERROR;
        }
        if (agent.inflight != null || agent.held > 0 || agent.depth() > 0) {
            return outside || agent.held > 0 ? AgentStatus.QUEUED : AgentStatus.BUSY;
        }
        if (!outside) {
            return AgentStatus.READY;
        }
        return agent.processed > 0 ? AgentStatus.COMPLETED : AgentStatus.IDLE;
    }

    private static Optional<Lease> lease(AgentState agent) {
        if (!(agent.vertex.behaviour() instanceof Behaviour.Executor executor)) {
            return Optional.empty();
        }
        var inflight = agent.inflight;
        if (inflight != null && inflight.phase() == Phase.RUNNING) {
            return Optional.of(
                    new Lease(
                            Optional.of(inflight.leaseId()),
                            Optional.of(executor.pool()),
                            OptionalInt.of(executor.poolSlots())));
        }
        var last = agent.lastResult.object("lease");
        return last.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Lease(
                                last.string("lease_id"),
                                last.string("pool"),
                                OptionalInt.of((int) last.integer("slots").orElse(1))));
    }

    private static JsonObject leaseJson(Lease lease) {
        return JsonObject.builder()
                .putOrNull("lease_id", lease.leaseId())
                .putOrNull("pool", lease.pool())
                .put(
                        "slots",
                        lease.slots().isPresent()
                                ? JsonNumber.of(lease.slots().getAsInt())
                                : JsonNull.NULL)
                .build();
    }

    /** Where executors last ran. */
    public static List<SandboxView> sandboxes(Job job) {
        var views = new ArrayList<SandboxView>();
        for (var agent : job.agents()) {
            var result = agent.lastResult;
            var name = result.string("sandbox_name").filter(text -> !text.isEmpty());
            if (name.isPresent()) {
                var code = result.integer("exit_code");
                views.add(
                        new SandboxView(
                                agent.id(),
                                name.get(),
                                code.isPresent()
                                        ? OptionalInt.of((int) code.getAsLong())
                                        : OptionalInt.empty(),
                                result.string("pool"),
                                JsonObject.builder()
                                        .put("agent_id", agent.id().value())
                                        .put("sandbox_name", name.get())
                                        .put("exit_code", result.at("exit_code"))
                                        .put("pool", result.at("pool"))
                                        .put("timestamp", timeOrNull(agent.lastEventAt))
                                        .build()));
            }
        }
        return views;
    }

    /** The agents' stored form, ordered by id. */
    public static List<AgentSnapshot> snapshots(Job job) {
        var snapshots = new ArrayList<AgentSnapshot>(job.agents().size());
        for (var agent : job.agents()) {
            snapshots.add(snapshot(job, agent));
        }
        snapshots.sort(Comparator.comparing(AgentSnapshot::agentId));
        return snapshots;
    }

    private static AgentSnapshot snapshot(Job job, AgentState agent) {
        var spec = agent.vertex.spec();
        var node =
                job.node.isEmpty()
                        ? Optional.<NodeName>empty()
                        : Optional.of(NodeName.of(job.node));
        var current = Redaction.byKey(currentState(agent));
        var metadata =
                JsonObject.builder()
                        .put("paused", job.status() == JobStatus.PAUSED)
                        .put("outbound_edges", outbound(agent))
                        .put("backpressure", pressure(agent))
                        .put(
                                "pending_message_count",
                                agent.depth() + (agent.inflight == null ? 0 : 1))
                        .build();
        var raw =
                JsonObject.builder()
                        .put("agent_id", agent.id().value())
                        .put("node_id", agent.id().value())
                        .put("agent_type", spec.agentType().wire())
                        .put("type", spec.template().wire())
                        .putOrNull("role", spec.role())
                        .putOrNull("assigned_node", node.map(NodeName::value))
                        .put("processed_messages", agent.processed)
                        .put("mailbox_depth", agent.depth())
                        .put("current_state", current)
                        .putOrNull("last_error", agent.lastError)
                        .put("parent_job_id", job.id().value())
                        .put("metadata", metadata)
                        .build();
        return new AgentSnapshot(
                agent.id(),
                spec.agentType().wire(),
                Optional.of(spec.template().wire()),
                node,
                agent.processed,
                agent.depth(),
                current,
                metadata,
                raw);
    }

    private static JsonObject currentState(AgentState agent) {
        var state =
                switch (agent.vertex.behaviour()) {
                    case Behaviour.Router _ ->
                            JsonObject.builder().put("forwarded", agent.counted).build();
                    case Behaviour.Aggregator _ ->
                            JsonObject.builder()
                                    .put("count", agent.collected.size())
                                    .put("messages", JsonArray.of(agent.collected))
                                    .put("late_messages", agent.lateMessages)
                                    .build();
                    case Behaviour.Sensor _ ->
                            JsonObject.builder().put("count", agent.counted).build();
                    case Behaviour.StepSource _, Behaviour.StepJoin _, Behaviour.StepSink _ ->
                            FlowAgents.view(agent);
                    case Behaviour.Executor _ ->
                            JsonObject.builder()
                                    .put("runs", agent.counted)
                                    .put("agent_state", orNull(agent.state))
                                    .put("last_result", agent.lastResult)
                                    .putOrNull("last_error", agent.lastError)
                                    .build();
                    case Behaviour.Module _ ->
                            agent.state instanceof JsonObject object
                                    ? object
                                    : JsonObject.builder()
                                            .put("state", orNull(agent.state))
                                            .build();
                };
        var text = state.toString();
        return text.length() <= STATE_CHARS_MAX
                ? state
                : JsonObject.builder()
                        .put("truncated", JsonBool.TRUE)
                        .put("chars", text.length())
                        .put("preview", text.substring(0, 1_024))
                        .build();
    }

    private static int executors(Job job) {
        int count = 0;
        for (var agent : job.agents()) {
            count += agent.is(Behaviour.Executor.class) ? 1 : 0;
        }
        return count;
    }

    private static int activeExecutors(Job job) {
        int count = 0;
        if (job.running > 0) {
            for (var agent : job.agents()) {
                count += agent.is(Behaviour.Executor.class) && agent.runsOutside() ? 1 : 0;
            }
        }
        return count;
    }

    /** Never empty. */
    static String assignedNode(Job job) {
        return job.node.isEmpty() ? "unassigned" : job.node;
    }

    private static List<String> nodes(Job job) {
        return job.node.isEmpty() ? List.of() : List.of(job.node);
    }

    private static List<String> sandboxNames(Job job) {
        var names = new TreeSet<String>();
        for (var agent : job.agents()) {
            agent.lastResult
                    .string("sandbox_name")
                    .filter(name -> !name.isEmpty())
                    .ifPresent(names::add);
        }
        return List.copyOf(names);
    }

    private static List<String> texts(JsonArray array) {
        return array.stream()
                .filter(JsonString.class::isInstance)
                .map(value -> ((JsonString) value).value())
                .toList();
    }

    private static JsonValue orNull(@Nullable JsonValue value) {
        return value == null ? JsonNull.NULL : value;
    }

    private static JsonValue orNull(String text) {
        return text.isEmpty() ? JsonNull.NULL : new JsonString(text);
    }

    private static JsonValue timeOrNull(long atMs) {
        return atMs == 0 ? JsonNull.NULL : new JsonString(time(atMs));
    }

    private static String time(long atMs) {
        return Timestamps.format(Instant.ofEpochMilli(atMs));
    }
}
