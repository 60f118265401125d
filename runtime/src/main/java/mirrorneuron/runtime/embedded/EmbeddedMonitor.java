package mirrorneuron.runtime.embedded;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Supplier;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.ClusterOverview;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.Metrics;
import mirrorneuron.api.Monitor;
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.SandboxView;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.Explain;
import mirrorneuron.engine.job.GraphViews;
import mirrorneuron.engine.job.JobViews;
import mirrorneuron.engine.job.ProgressViews;
import mirrorneuron.runtime.job.JobActor;
import mirrorneuron.runtime.job.LocalJobs;
import mirrorneuron.store.Store;

/** Reads for people: living jobs answer for themselves, ended ones from the store's index. */
final class EmbeddedMonitor implements Monitor {

    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private final EmbeddedSettings settings;
    private final Store store;
    private final LocalJobs live;
    private final EmbeddedJobs jobs;
    private final Supplier<List<NodeInfo>> nodes;

    EmbeddedMonitor(
            EmbeddedSettings settings,
            Store store,
            LocalJobs live,
            EmbeddedJobs jobs,
            Supplier<List<NodeInfo>> nodes) {
        this.settings = settings;
        this.store = store;
        this.live = live;
        this.jobs = jobs;
        this.nodes = nodes;
    }

    @Override
    public List<JobSummary> listJobs(JobQuery query) {
        // What is passed over has to be known too: some of it lives here, and some is stored.
        int wanted =
                query.limit().isPresent()
                        ? (int) Math.min((long) query.offset() + query.limit().getAsInt(), NO_LIMIT)
                        : NO_LIMIT;
        var ahead = live.ahead();
        var summaries = new ArrayList<JobSummary>();
        var held = new HashSet<JobId>();
        for (var summary : jobs.summariesOf(newestLive(wanted, query))) {
            if (query.wants(summary.status())) {
                held.add(summary.jobId());
                summaries.add(summary);
            }
        }
        if (!query.liveOnly()) {
            var stored = wantedStatuses(query);
            if (!stored.isEmpty()) {
                // A record that is not among so many is older than so many jobs.
                var room = wanted == NO_LIMIT ? OptionalInt.empty() : OptionalInt.of(wanted);
                for (var record : store.records(stored, room)) {
                    var id = record.jobId();
                    // Of what lives in memory the record may be old; what did not when this began
                    // has done nothing since the record.
                    boolean wasAhead = ahead.contains(id);
                    if (!held.contains(id) && (wasAhead || live.held(id).isEmpty())) {
                        summaries.add(JobViews.summary(record, wasAhead));
                    }
                }
            }
        }
        summaries.sort(
                Comparator.comparing(JobSummary::updatedAt)
                        .reversed()
                        .thenComparing(JobSummary::jobId));
        int from = Math.min(query.offset(), summaries.size());
        return List.copyOf(summaries.subList(from, Math.min(wanted, summaries.size())));
    }

    /** The jobs that changed last, of those that live here; at most so many. */
    private List<JobActor> newestLive(int wanted, JobQuery query) {
        // The jobs go on while they are sorted, so their times are read once.
        record Dated(long updatedAtMs, JobActor actor) {
            JobId id() {
                return actor.id();
            }
        }
        // The first to go is the last of the list: of one millisecond, the largest id.
        var newest =
                new PriorityQueue<>(
                        Comparator.comparingLong(Dated::updatedAtMs)
                                .thenComparing(Dated::id, Comparator.reverseOrder()));
        for (var actor : query.liveOnly() ? live.local() : live.held()) {
            if (query.wants(actor.status())) {
                newest.add(new Dated(actor.updatedAtMs(), actor));
                if (newest.size() > wanted) {
                    newest.remove();
                }
            }
        }
        return newest.stream().map(Dated::actor).toList();
    }

    private static Set<JobStatus> wantedStatuses(JobQuery query) {
        var statuses = EnumSet.allOf(JobStatus.class);
        statuses.removeIf(status -> !query.wants(status));
        return statuses;
    }

    @Override
    public long countJobs(JobQuery query) {
        if (query.liveOnly()) {
            return live.local().stream().filter(actor -> query.wants(actor.status())).count();
        }
        return store.counts().entrySet().stream()
                .filter(count -> query.wants(count.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    @Override
    public Metrics metrics() {
        var counts = store.counts();
        var shown = new EnumMap<JobStatus, Long>(JobStatus.class);
        for (var status : JobStatus.values()) {
            if (status != JobStatus.UNKNOWN) {
                shown.putIfAbsent(status.shown(), 0L);
            }
        }
        counts.forEach((status, jobs) -> shown.merge(status.shown(), jobs, Long::sum));
        var byStatus = JsonObject.builder();
        shown.forEach((status, jobs) -> byStatus.put(status.wire(), jobs));
        long total = counts.values().stream().mapToLong(Long::longValue).sum();
        int nodesNow = nodes.get().size();
        return new Metrics(
                total,
                counts,
                nodesNow,
                JsonObject.builder()
                        .put(
                                "jobs",
                                JsonObject.builder()
                                        .put("total", total)
                                        .put("by_status", byStatus.build())
                                        .build())
                        .put("nodes", JsonObject.builder().put("total", nodesNow).build())
                        .put("source", "store")
                        .build());
    }

    @Override
    public Optional<JobDetails> jobDetails(JobId id, int eventLimit) {
        if (eventLimit < 0) {
            throw new InvalidRequestException("event limit: " + eventLimit + " (expected: >= 0)");
        }
        var record = jobs.inspect(id);
        if (record.isEmpty()) {
            return Optional.empty();
        }
        record Views(
                JobSummary summary,
                List<AgentView> agents,
                List<SandboxView> sandboxes,
                long events) {}
        var views =
                jobs.view(
                        id,
                        job ->
                                new Views(
                                        JobViews.summary(job),
                                        JobViews.agents(job),
                                        JobViews.sandboxes(job),
                                        job.sequence()));
        var events =
                eventLimit == 0
                        ? List.<RuntimeEvent>of()
                        : jobs.events(
                                id,
                                new EventQuery(
                                        OptionalLong.empty(),
                                        OptionalInt.of(eventLimit),
                                        Set.of(),
                                        true));
        boolean truncated = events.isEmpty() || events.getLast().sequence().orElse(1) > 1;
        var raw =
                JsonObject.builder()
                        .put("job", JobViews.document(record.get()))
                        .put(
                                "summary",
                                JsonObject.builder()
                                        .putAll(views.summary().raw())
                                        .put("event_count", views.events())
                                        .put("recent_event_count", events.size())
                                        .build())
                        .put(
                                "agents",
                                JsonArray.of(views.agents().stream().map(AgentView::raw).toList()))
                        .put(
                                "sandboxes",
                                JsonArray.of(
                                        views.sandboxes().stream().map(SandboxView::raw).toList()))
                        .put(
                                "recent_events",
                                JsonArray.of(
                                        events.reversed().stream().map(RuntimeEvent::raw).toList()))
                        .put("trace_id", views.summary().raw().at("trace_id"))
                        .put("failure", views.summary().raw().at("failure"))
                        .build();
        return Optional.of(
                new JobDetails(
                        record.get(),
                        views.summary(),
                        views.agents(),
                        views.sandboxes(),
                        events,
                        truncated,
                        raw));
    }

    @Override
    public Optional<JobGraph> graph(JobId id) {
        return store.record(id).map(_ -> jobs.view(id, GraphViews::of));
    }

    @Override
    public ClusterOverview clusterOverview(JobQuery query) {
        return new ClusterOverview(nodes.get(), listJobs(query), Optional.of(metrics()));
    }

    @Override
    public Optional<Explanation> explain(JobId id) {
        return store.record(id)
                .map(_ -> jobs.view(id, job -> Explain.job(job, settings.clock().millis())));
    }

    @Override
    public Optional<Explanation> explain(JobId id, AgentId agent) {
        return store.record(id)
                .flatMap(
                        _ ->
                                jobs.view(
                                        id,
                                        job ->
                                                Explain.agent(
                                                        job, agent, settings.clock().millis())));
    }

    @Override
    public Optional<Explanation> explainStep(JobId id, String stepId) {
        return store.record(id).flatMap(_ -> jobs.view(id, job -> Explain.step(job, stepId)));
    }

    @Override
    public List<Explanation> explainAll(JobId id, int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("limit: " + limit + " (expected: >= 1)");
        }
        return store.record(id)
                .map(_ -> jobs.view(id, job -> Explain.all(job, limit, settings.clock().millis())))
                .orElse(List.of());
    }

    @Override
    public Optional<WorkflowProgress> workflowProgress(JobId id) {
        return store.record(id)
                .map(_ -> jobs.view(id, job -> ProgressViews.of(job, settings.clock().millis())));
    }
}
