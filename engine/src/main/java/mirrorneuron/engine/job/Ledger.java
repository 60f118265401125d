package mirrorneuron.engine.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.graph.Vertex;
import mirrorneuron.engine.job.GraphPatch.Operation;
import mirrorneuron.engine.job.StepState.Link;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.message.MessageIds;
import mirrorneuron.engine.routing.Conditions;
import mirrorneuron.engine.routing.Scope;
import mirrorneuron.engine.workflow.ChildWorkflowSpec;
import mirrorneuron.engine.workflow.DynamicSpec;
import mirrorneuron.engine.workflow.DynamicSpec.Strategy;
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

    /** Steps that are not over, and steps with an open attempt. */
    int open;

    int active;

    /** The workflow's variables. */
    JsonObject variables;

    /** What the run's end was asked for with while steps were open. */
    Optional<Deferred> deferred = Optional.empty();

    // Derived, never stored: what is to be looked at next.
    final Deque<StepState> toJudge = new ArrayDeque<>();
    final Deque<StepState> silent = new ArrayDeque<>();
    private final Deque<StepState> waitingForRoom = new ArrayDeque<>();
    private final TreeSet<StepState> armed =
            new TreeSet<>(
                    Comparator.<StepState>comparingLong(step -> step.armedAt)
                            .thenComparingInt(step -> step.order));

    record Deferred(AgentId agent, JsonValue output) {}

    Ledger(
            WorkflowSpec spec,
            JsonObject inputs,
            List<AgentState> agents,
            Function<AgentId, AgentState> agent) {
        this.spec = spec;
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
                    case Behaviour.Router _ -> false;
                };
    }

    /** Takes a step that was added later in, with an agent of its own made from a declared one. */
    private void join(Job job, StepState step, Vertex declared) {
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

    private void link(Link link) {
        links.put(link.id(), link);
        link.from().out.add(link);
        link.to().in.add(link);
        link.to().parents++;
        if (link.from().ended() || link.origin() == StepState.Origin.RELEASED) {
            count(link);
        }
    }

    private void unlink(Link link) {
        links.remove(link.id());
        link.from().out.remove(link);
        link.to().in.remove(link);
        recount(link.to());
        judgeLater(link.to());
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

    // Limits

    /** Whether another attempt of this step may be open now. */
    boolean room(StepState step) {
        return (spec.maxParallelSteps().isEmpty() || active < spec.maxParallelSteps().getAsInt())
                && (step.instance == null || !step.instance.scatter().full());
    }

    /** Puts the step in the queue of what it lacks. */
    void waitForRoom(Job job, StepState step) {
        if (step.queuedForRoom) {
            return;
        }
        step.queuedForRoom = true;
        if (step.instance != null && step.instance.scatter().full()) {
            step.instance.scatter().waiting.add(step);
            // The room it was called for is still there, for somebody else.
            callNext(job, waitingForRoom);
        } else {
            waitingForRoom.add(step);
        }
    }

    void attemptOpened(StepState step) {
        active++;
        if (step.instance != null) {
            step.instance.scatter().active++;
        }
    }

    void attemptClosed(Job job, StepState step) {
        active--;
        if (step.instance != null) {
            step.instance.scatter().active--;
        }
        leaveRoom(job, step);
    }

    /**
     * Lets the first of those that waited for room look again: the step has given its room back, or
     * was called and does not use it. Whoever is called in vain waits again.
     */
    void leaveRoom(Job job, StepState step) {
        if (step.instance != null) {
            callNext(job, step.instance.scatter().waiting);
        }
        callNext(job, waitingForRoom);
    }

    private void callNext(Job job, Deque<StepState> queue) {
        while (true) {
            var next = queue.poll();
            if (next == null) {
                return;
            }
            next.queuedForRoom = false;
            // One that has found room by itself or cannot use it now must not swallow the call.
            if (wantsRoom(next)) {
                judgeLater(next);
                wake(job, next);
                return;
            }
        }
    }

    private static boolean wantsRoom(StepState step) {
        return switch (step.status) {
            case PENDING, BLOCKED ->
                    step.verdict() == Verdict.SATISFIED
                            && step.agents.stream().anyMatch(AgentState::ready);
            case RETRY_WAIT -> true;
            case READY, QUEUED, RUNNING, WAITING, COMPLETED, PARTIAL, SKIPPED, FAILED -> false;
        };
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
            case COMPLETED -> holds(link) ? Outcome.DONE : Outcome.SKIPPED;
            case PARTIAL -> holds(link) ? Outcome.PARTIAL : Outcome.SKIPPED;
            case SKIPPED -> Outcome.SKIPPED;
            default -> null;
        };
    }

    private static boolean holds(Link link) {
        return link.condition()
                .map(
                        condition ->
                                Conditions.holds(
                                        condition,
                                        Scope.of(
                                                Message.of("step_output", link.from().output),
                                                link.from().output,
                                                link.from().output)))
                .orElse(true);
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

    // Scatter

    /** Makes the instances of a scatter, and agents for them. */
    void scatter(Job job, StepEvent.Scattered event) {
        var source = step(event.step());
        var scatter = new StepState.Scatter(event.concurrencyMax());
        int index = 0;
        for (var item : event.items()) {
            var target = step(event.targets().get(index % event.targets().size()));
            instance(
                    job,
                    source,
                    target,
                    new StepState.Instance(source.id, target.id, index, item, scatter));
            index++;
        }
    }

    StepState instance(Job job, StepState source, StepState target, StepState.Instance instance) {
        var id = target.id + "[" + instance.mapIndex() + "]";
        var step = new StepState(target.spec, id, orders++, instance, null, null);
        join(job, step, target.entry().vertex);
        link(
                new Link(
                        source.id + "->" + id,
                        source,
                        step,
                        Set.of(Outcome.DONE),
                        Optional.empty(),
                        StepState.Origin.WRITTEN));
        for (var link : target.out) {
            link(
                    new Link(
                            link.id() + ":" + id,
                            step,
                            link.to(),
                            link.accepts(),
                            link.condition(),
                            // A copy of an edge that a patch made is stored like that edge.
                            link.origin()));
        }
        return step;
    }

    // Patches

    /** Applies a patch that was found to fit. */
    void patch(Job job, GraphPatch patch, long newRevision) {
        var dynamic = spec.dynamic().orElseThrow();
        var region =
                dynamic.regions().stream()
                        .filter(candidate -> candidate.id().equals(patch.region()))
                        .findFirst()
                        .orElseThrow();
        var controller = steps.get(region.controller());
        revision = newRevision;
        patches.put(patch.id(), MessageIds.digest(patch.toJson()));
        for (var operation : patch.operations()) {
            switch (operation) {
                case Operation.AddStep add ->
                        addStep(
                                job,
                                add.id(),
                                new StepState.Added(
                                        region.id(),
                                        add.template(),
                                        add.label(),
                                        newRevision,
                                        controller.rounds + 1,
                                        add.input()));
                case Operation.RemoveStep remove -> remove(job, step(remove.id()));
                case Operation.AddEdge add -> connect(add, region);
                case Operation.RemoveEdge remove -> {
                    var link = Objects.requireNonNull(links.get(remove.id()));
                    if (!link.added()) {
                        removedEdges.add(link.id());
                    }
                    unlink(link);
                }
            }
        }
        controller.patched |= region.strategy() == Strategy.CHECKPOINT_FANOUT;
    }

    StepState addStep(Job job, String id, StepState.Added added) {
        var template =
                Objects.requireNonNull(
                        spec.dynamic().orElseThrow().templates().get(added.template()));
        var step = new StepState(template.step(), id, orders++, null, added, null);
        join(job, step, job.agent(template.agent()).vertex);
        judgeLater(step);
        return step;
    }

    private void connect(Operation.AddEdge add, DynamicSpec.Region region) {
        var from = step(add.from());
        boolean released =
                region.strategy() == Strategy.CHECKPOINT_FANOUT
                        && from == steps.get(region.controller());
        connect(
                add.id(),
                from,
                step(add.to()),
                add.accepts(),
                released ? StepState.Origin.RELEASED : StepState.Origin.ADDED);
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

    private void remove(Job job, StepState step) {
        List.copyOf(step.in).forEach(this::unlink);
        List.copyOf(step.out).forEach(this::unlink);
        steps.remove(step);
        byId.remove(step.id);
        step.queuedToJudge |= toJudge.remove(step);
        job.removeInstance(step.entry());
        open--;
    }

    /** Forgets steps of rounds that are long over. */
    void retire(Job job, List<String> ids) {
        for (var id : ids) {
            var step = step(id);
            List.copyOf(step.in).forEach(this::unlink);
            List.copyOf(step.out).forEach(this::unlink);
            steps.remove(step);
            byId.remove(id);
            job.removeInstance(step.entry());
        }
    }

    // Child workflows

    /** The plan by which the step unfolds into others; empty for one that its agents do. */
    Optional<ChildWorkflowSpec> unfolds(StepState step) {
        return step.instance == null && step.added == null && step.child == null
                ? Optional.ofNullable(spec.children().get(step.id))
                : Optional.empty();
    }

    /** The step that plans the parent's next round. */
    void addPlanner(Job job, StepState parent) {
        parent.childRound++;
        var spec = unfolds(parent).orElseThrow();
        addChild(
                job,
                parent.id + ":p" + parent.childRound,
                new StepState.Child(
                        parent.id, spec.planner(), parent.childRound, true, JsonNull.NULL));
    }

    /** The steps of a round, each after those that it needs. */
    void addRound(Job job, StepState parent, List<ChildPlan.Step> planned) {
        var prefix = parent.id + ":r" + parent.childRound + ":";
        for (var step : planned) {
            addChild(
                    job,
                    prefix + step.id(),
                    new StepState.Child(
                            parent.id, step.template(), parent.childRound, false, step.input()));
        }
        for (var step : planned) {
            for (var need : new LinkedHashSet<>(step.needs())) {
                connect(
                        prefix + need + "->" + prefix + step.id(),
                        step(prefix + need),
                        step(prefix + step.id()),
                        Set.of(Outcome.DONE),
                        StepState.Origin.ADDED);
            }
        }
    }

    StepState addChild(Job job, String id, StepState.Child child) {
        var parent = step(child.parent());
        var template =
                Objects.requireNonNull(
                        unfolds(parent).orElseThrow().templates().get(child.template()));
        var step = new StepState(template.step(), id, orders++, null, null, child);
        join(job, step, job.agent(template.agent()).vertex);
        parent.openChildren++;
        judgeLater(step);
        return step;
    }

    /** The steps of the parent's rounds, planners among them, oldest first. */
    List<StepState> childrenOf(StepState parent) {
        return steps.stream()
                .filter(step -> step.child != null && step.child.parent().equals(parent.id))
                .toList();
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

    // Time

    /** Sets the step's alarm to the next moment at which something of it may be due. */
    void arm(StepState step) {
        long at =
                switch (step.status) {
                    case RUNNING -> earliest(step.deadlineAt, step.heartbeatAt);
                    case RETRY_WAIT -> step.retryAt;
                    case WAITING -> step.gate == null ? 0 : step.gate.timeoutAt();
                    default -> 0;
                };
        if (at == step.armedAt) {
            return;
        }
        if (step.armedAt > 0) {
            armed.remove(step);
        }
        step.armedAt = at;
        if (at > 0) {
            armed.add(step);
        }
    }

    private static long earliest(long a, long b) {
        return a == 0 ? b : b == 0 ? a : Math.min(a, b);
    }

    OptionalLong nextAlarm() {
        return armed.isEmpty() ? OptionalLong.empty() : OptionalLong.of(armed.first().armedAt);
    }

    /** The step whose alarm has rung, earliest first. */
    @Nullable StepState due(long nowMs) {
        return armed.isEmpty() || armed.first().armedAt > nowMs ? null : armed.first();
    }

    /** An attempt that is due but has no room waits for that and not for the time. */
    void disarm(StepState step) {
        armed.remove(step);
        step.armedAt = 0;
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
        active = 0;
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
                attemptOpened(step);
            }
            arm(step);
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
