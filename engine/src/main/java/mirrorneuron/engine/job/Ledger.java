package mirrorneuron.engine.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.graph.Vertex;
import mirrorneuron.engine.job.StepState.Link;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.workflow.Outcome;
import mirrorneuron.engine.workflow.StepStatus;
import mirrorneuron.engine.workflow.TriggerRule.Verdict;
import mirrorneuron.engine.workflow.WorkflowSpec;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a job: which are over, which may run, and what each waits for. Part of the job's
 * state, and like the rest of it changed by {@link JobEngine#apply} alone.
 *
 * <p>How a step's parents stand is counted along as they end, so the end of a step costs as much as
 * it has children, however large the graph is.
 */
final class Ledger {

    static final String OUTCOME_SUCCESS = "success";
    static final String OUTCOME_PARTIAL = "partial";
    static final String OUTCOME_FAILED = "failed";
    static final String OUTCOME_SKIPPED = "skipped";

    /** The step was replaced by its instances. */
    static final String OUTCOME_MAPPED = "mapped";

    /** The same, and there was nothing to make instances of. */
    static final String OUTCOME_MAPPED_EMPTY = "mapped_empty";

    final WorkflowSpec spec;
    private final List<StepState> steps = new ArrayList<>();
    private final Map<String, StepState> byId = new HashMap<>();
    private final Map<String, Link> links = new LinkedHashMap<>();

    /** Steps of the manifest keep its positions; those that come later count on. */
    private int orders;

    /** Counts the patches that were applied; a patch names the revision that it builds on. */
    long revision;

    /** Digests of the patches that were applied, by their ids, oldest first. */
    final Map<String, String> patches = new LinkedHashMap<>();

    /** Ids of written edges that a patch has removed. */
    final Set<String> removedEdges = new LinkedHashSet<>();

    /**
     * Whether some agent ends the run by a message; if none does, the end of the last step does.
     */
    final boolean hasSink;

    /** Steps that are not over. */
    int open;

    final Room room;

    /** The workflow's variables. */
    JsonObject variables;

    /** What the run's end was asked for with while steps were open. */
    Optional<Deferred> deferred = Optional.empty();

    // Derived, never stored: what is to be looked at next.
    final Deque<StepState> toJudge = new ArrayDeque<>();
    final Deque<StepState> silent = new ArrayDeque<>();
    final Alarms alarms = new Alarms();

    record Deferred(AgentId agent, JsonValue output) {}

    Ledger(
            WorkflowSpec spec,
            JsonObject inputs,
            List<AgentState> agents,
            Function<AgentId, AgentState> agent) {
        this.spec = spec;
        this.room = new Room(this, spec.maxParallelSteps());
        this.variables = Variables.initial(spec, inputs);
        for (var step : spec.steps()) {
            var state = new StepState(step, step.id(), step.index(), null, null, null);
            for (var id : step.agents()) {
                var own = agent.apply(id);
                own.step = state;
                state.agents.add(own);
            }
            add(state);
        }
        this.orders = steps.size();
        for (var edge : spec.edges()) {
            link(
                    new Link(
                            edge.id(),
                            steps.get(edge.from()),
                            steps.get(edge.to()),
                            edge.accepts(),
                            edge.condition(),
                            StepState.Origin.WRITTEN));
        }
        this.hasSink = agents.stream().anyMatch(Ledger::isSink);
        for (var step : steps) {
            judgeLater(step);
        }
    }

    /** True when the agent ends the run, and no step does. */
    static boolean isSink(AgentState agent) {
        return agent.step == null
                && switch (agent.vertex.behaviour()) {
                    case Behaviour.Aggregator aggregator -> aggregator.completesRun();
                    case Behaviour.Sensor sensor -> sensor.completesRun();
                    case Behaviour.Executor executor -> executor.completesRun();
                    case Behaviour.Module _ ->
                            agent.vertex.spec().config().bool("terminal_sink").orElse(false);
                    case Behaviour.Router _,
                            Behaviour.StepSource _,
                            Behaviour.StepJoin _,
                            Behaviour.StepSink _ ->
                            false;
                };
    }

    /** Takes a step that was added later in, with an agent of its own made from a declared one. */
    void join(Job job, StepState step, Vertex declared) {
        var agent = new AgentState(declared, AgentId.of(step.id));
        agent.step = step;
        step.agents.add(agent);
        job.addInstance(agent);
        add(step);
    }

    private void add(StepState step) {
        steps.add(step);
        byId.put(step.id, step);
        open++;
    }

    void link(Link link) {
        links.put(link.id(), link);
        link.from().out.add(link);
        link.to().in.add(link);
        link.to().parents++;
        if (link.from().ended() || link.origin() == StepState.Origin.RELEASED) {
            count(link);
        }
    }

    void unlink(Link link) {
        links.remove(link.id());
        link.from().out.remove(link);
        link.to().in.remove(link);
        recount(link.to());
        judgeLater(link.to());
    }

    void connect(
            String id,
            StepState from,
            StepState to,
            Set<Outcome> accepts,
            StepState.Origin origin) {
        link(new Link(id, from, to, accepts, Optional.empty(), origin));
        judgeLater(to);
    }

    /** Takes a written edge away, as the patch did that a snapshot remembers. */
    void removeWritten(String id) {
        removedEdges.add(id);
        unlink(Objects.requireNonNull(links.get(id)));
    }

    /** Takes a step that never started out of the graph. */
    void remove(Job job, StepState step) {
        forget(job, step);
        step.queuedToJudge |= toJudge.remove(step);
        open--;
    }

    /** Forgets steps of rounds that are long over. */
    void retire(Job job, List<String> ids) {
        ids.forEach(id -> forget(job, step(id)));
    }

    private void forget(Job job, StepState step) {
        List.copyOf(step.in).forEach(this::unlink);
        List.copyOf(step.out).forEach(this::unlink);
        steps.remove(step);
        byId.remove(step.id);
        job.removeInstance(step.entry());
    }

    /** The place of the next step that is added. */
    int nextOrder() {
        return orders++;
    }

    @Nullable Link link(String id) {
        return links.get(id);
    }

    /** True when the graph is not the written one any more. */
    boolean isChanged() {
        return revision > 0 || orders > spec.steps().size();
    }

    Iterable<Link> links() {
        return links.values();
    }

    List<StepState> steps() {
        return steps;
    }

    @Nullable StepState find(String id) {
        return byId.get(id);
    }

    StepState step(String id) {
        var step = byId.get(id);
        if (step == null) {
            throw new IllegalStateException("step: " + id + " (expected: a step of the job)");
        }
        return step;
    }

    // What follows from a step's end

    /** The step is over: its children see it, and are to be judged. */
    void ended(StepState step) {
        open--;
        for (var link : step.out) {
            if (link.origin() != StepState.Origin.RELEASED) {
                count(link);
            }
            judgeLater(link.to());
        }
        if (step.added != null) {
            judgeLater(controller(step.added.region()));
        }
        if (step.child != null) {
            var parent = step(step.child.parent());
            parent.openChildren--;
            judgeLater(parent);
        }
    }

    private static void count(Link link) {
        var from = link.from();
        var to = link.to();
        if (link.origin() == StepState.Origin.RELEASED) {
            to.parentsEnded++;
            to.parentsAccepted++;
            to.parentsSucceeded++;
            return;
        }
        if (from.outcome.equals(OUTCOME_MAPPED)) {
            to.parents--;
            to.mapped = true;
            return;
        }
        to.mapped |= from.outcome.equals(OUTCOME_MAPPED_EMPTY);
        to.parentsEnded++;
        var seen = seen(link);
        boolean accepted = seen != null && link.accepts().contains(seen);
        if (accepted || from.outcome.equals(OUTCOME_MAPPED_EMPTY)) {
            to.parentsAccepted++;
        }
        if (seen == Outcome.DONE) {
            to.parentsSucceeded++;
        }
        if (from.status == StepStatus.FAILED || from.outcome.equals(OUTCOME_FAILED)) {
            to.parentsFailed++;
        }
        if (from.cascades || from.status == StepStatus.COMPLETED && seen == Outcome.SKIPPED) {
            to.parentsCascading++;
        }
    }

    /** How the parent ended, as the child sees it; null when it failed. */
    private static @Nullable Outcome seen(Link link) {
        var from = link.from();
        return switch (from.status) {
            case COMPLETED -> from.closed.contains(link.id()) ? Outcome.SKIPPED : Outcome.DONE;
            case PARTIAL -> from.closed.contains(link.id()) ? Outcome.SKIPPED : Outcome.PARTIAL;
            case SKIPPED -> Outcome.SKIPPED;
            default -> null;
        };
    }

    void judgeLater(StepState step) {
        if (!step.queuedToJudge) {
            step.queuedToJudge = true;
            toJudge.add(step);
        }
    }

    /** The step may run and has got nothing; it is looked at when the job is at rest. */
    void expectData(StepState step) {
        if (!step.queuedAsSilent) {
            step.queuedAsSilent = true;
            silent.add(step);
        }
    }

    static void wake(Job job, StepState step) {
        for (var agent : step.agents) {
            job.wake(agent);
        }
    }

    /** Whether the runtime's own message starts the step, whatever data may come. */
    static boolean needsTrigger(StepState step) {
        if (step.instance != null || step.added != null || step.child != null) {
            return true;
        }
        return switch (step.spec.rule()) {
            case ONE_FAILED -> step.parents > 0;
            case ALL_DONE -> step.mapped || step.parentsFailed > 0;
            case ONE_DONE -> step.mapped || step.parents > 0 && step.parentsSucceeded == 0;
            case ALL_SUCCESS, ONE_SUCCESS, NONE_FAILED_MIN_ONE_SUCCESS, QUORUM_SUCCESS ->
                    step.mapped;
        };
    }

    /** The controller of a region. */
    StepState controller(String regionId) {
        for (var region : spec.dynamic().orElseThrow().regions()) {
            if (region.id().equals(regionId)) {
                return steps.get(region.controller());
            }
        }
        throw new IllegalStateException("region: " + regionId + " (expected: one of the workflow)");
    }

    /** Steps that patches have added and that this one controls, oldest first. */
    List<StepState> addedBy(StepState controller) {
        return steps.stream()
                .filter(step -> step.added != null && controller(step.added.region()) == controller)
                .toList();
    }

    // Views

    /** The step's status as people see it. */
    StepStatus shown(Job job, StepState step) {
        return switch (step.status) {
            case PENDING, BLOCKED -> {
                boolean message = step.hasMessage();
                if (step.verdict() == Verdict.SATISFIED && !step.cutOff()) {
                    yield message ? StepStatus.QUEUED : StepStatus.READY;
                }
                yield message ? StepStatus.BLOCKED : StepStatus.PENDING;
            }
            case RUNNING -> {
                if (job.status() == JobStatus.PAUSED) {
                    yield StepStatus.BLOCKED;
                }
                yield waitsForLease(step) ? StepStatus.QUEUED : StepStatus.RUNNING;
            }
            default -> step.status;
        };
    }

    private static boolean waitsForLease(StepState step) {
        if (step.agents.size() != 1) {
            return false;
        }
        var inflight = step.entry().inflight;
        return inflight != null && inflight.phase() == AgentState.Phase.LEASE;
    }

    /** Counts anew what is derived from the steps, after a snapshot was read. */
    void derive() {
        open = 0;
        room.active = 0;
        deriveParents();
        for (var step : steps) {
            step.armedAt = 0;
            if (step.ended()) {
                continue;
            }
            open++;
            judgeLater(step);
            if (step.child != null) {
                step(step.child.parent()).openChildren++;
            }
            if (step.status == StepStatus.RUNNING && !step.unfolded) {
                room.opened(step);
            }
            alarms.arm(step);
        }
    }

    private void deriveParents() {
        for (var step : steps) {
            recount(step);
            step.openChildren = 0;
            if (step.instance != null) {
                step.instance.scatter().active = 0;
            }
        }
    }

    private static void recount(StepState step) {
        step.parents = step.in.size();
        step.parentsEnded = 0;
        step.parentsAccepted = 0;
        step.parentsSucceeded = 0;
        step.parentsFailed = 0;
        step.parentsCascading = 0;
        step.mapped = false;
        for (var link : step.in) {
            if (link.from().ended() || link.origin() == StepState.Origin.RELEASED) {
                count(link);
            }
        }
    }

    /** The step whose output is the result when no agent ends the run. */
    Optional<StepState> sinkStep() {
        return spec.sink().isPresent()
                ? Optional.of(Objects.requireNonNull(steps.get(spec.sink().getAsInt())))
                : Optional.empty();
    }
}
