package mirrorneuron.runtime.embedded;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.ClusterOverview;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.Monitor;
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.SandboxView;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.Explain;
import mirrorneuron.engine.job.JobViews;
import mirrorneuron.engine.job.ProgressViews;
import mirrorneuron.runtime.job.JobActor;
import mirrorneuron.runtime.job.LocalJobs;
import mirrorneuron.store.Store;

/** Reads for people: living jobs answer for themselves, ended ones from the store's index. */
final class EmbeddedMonitor implements Monitor {

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
        int limit = query.limit().orElse(Integer.MAX_VALUE);
        var summaries = new ArrayList<JobSummary>();
        var held = new HashSet<JobId>();
        for (var actor : newestLive(limit, query)) {
            held.add(actor.id());
            jobs.summaryOf(actor)
                    .filter(summary -> matches(summary.status(), query))
                    .ifPresent(summaries::add);
        }
        if (!query.liveOnly()) {
            var stored = storedStatuses(query);
            if (!stored.isEmpty()) {
                var room =
                        query.limit().isPresent()
                                ? OptionalInt.of(limit + held.size())
                                : OptionalInt.empty();
                for (var record : store.records(stored, room)) {
                    if (!held.contains(record.jobId()) && live.find(record.jobId()).isEmpty()) {
                        summaries.add(JobViews.summary(record, false));
                    }
                }
            }
        }
        summaries.sort(
                Comparator.comparing(JobSummary::updatedAt)
                        .reversed()
                        .thenComparing(JobSummary::jobId));
        return List.copyOf(summaries.subList(0, Math.min(limit, summaries.size())));
    }

    private List<JobActor> newestLive(int limit, JobQuery query) {
        // The jobs go on while they are sorted, so their times are read once.
        record Dated(long updatedAtMs, JobActor actor) {}
        var actors =
                live.local().stream()
                        .map(actor -> new Dated(actor.updatedAtMs(), actor))
                        .sorted(Comparator.comparingLong(Dated::updatedAtMs).reversed())
                        .map(Dated::actor)
                        .toList();
        // A status filter is applied to the answers, so none may be left out before.
        return query.statuses().isEmpty()
                ? actors.subList(0, Math.min(limit, actors.size()))
                : actors;
    }

    private static boolean matches(JobStatus status, JobQuery query) {
        return (query.statuses().isEmpty() || query.statuses().contains(status))
                && (query.includeTerminal() || !status.terminal());
    }

    private static Set<JobStatus> storedStatuses(JobQuery query) {
        var statuses =
                query.statuses().isEmpty()
                        ? EnumSet.allOf(JobStatus.class)
                        : EnumSet.copyOf(query.statuses());
        if (!query.includeTerminal()) {
            statuses.removeIf(JobStatus::terminal);
        }
        return statuses;
    }

    @Override
    public Optional<JobDetails> jobDetails(JobId id, int eventLimit) {
        if (eventLimit < 1) {
            throw new InvalidRequestException("event limit: " + eventLimit + " (expected: >= 1)");
        }
        var record = jobs.inspect(id);
        if (record.isEmpty()) {
            return Optional.empty();
        }
        record Views(JobSummary summary, List<AgentView> agents, List<SandboxView> sandboxes) {}
        var views =
                jobs.view(
                        id,
                        job ->
                                new Views(
                                        JobViews.summary(job),
                                        JobViews.agents(job),
                                        JobViews.sandboxes(job)));
        var events =
                jobs.events(
                        id,
                        new EventQuery(
                                OptionalLong.empty(), OptionalInt.of(eventLimit), Set.of(), true));
        boolean truncated = !events.isEmpty() && events.getLast().sequence().orElse(1) > 1;
        var raw =
                JsonObject.builder()
                        .put("job", record.get().raw())
                        .put("summary", views.summary().raw())
                        .put(
                                "agents",
                                JsonArray.of(views.agents().stream().map(AgentView::raw).toList()))
                        .put(
                                "sandboxes",
                                JsonArray.of(
                                        views.sandboxes().stream().map(SandboxView::raw).toList()))
                        .put(
                                "recent_events",
                                JsonArray.of(events.stream().map(RuntimeEvent::raw).toList()))
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
    public ClusterOverview clusterOverview(JobQuery query) {
        return new ClusterOverview(nodes.get(), listJobs(query));
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
    public Optional<WorkflowProgress> workflowProgress(JobId id) {
        return store.record(id)
                .map(_ -> jobs.view(id, job -> ProgressViews.of(job, settings.clock().millis())));
    }
}
