package mirrorneuron.engine.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.TreeMap;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.graph.Vertex;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.run.RunIds;
import org.jspecify.annotations.Nullable;

/**
 * The state of one job: a fold over its events. One owner holds it and nobody else sees it, so its
 * parts are plain and mutable; {@link JobEngine#apply} is the only code that changes them.
 */
public final class Job {

    static final String PAUSED_FOR_REVIEW = "paused_for_review";
    static final String RESTORED = "restored_from_backup";

    final JobId id;
    final Graph graph;
    final String fingerprint;
    final Submission submission;

    JobStatus status = JobStatus.PENDING;
    String node = "";
    final long submittedAt;
    long updatedAt;
    long startedAt;
    long endedAt;

    /**
     * {@code type(agent)} of the newest event as a snapshot recorded it; {@link #lastFact} is newer
     * when there is one.
     */
    String lastEventRecorded = "";

    @Nullable JobEvent lastFact;

    /** Made when first asked for; it follows from what the job was submitted with. */
    private @Nullable String traceId;

    /** What became of each node's group, in the order in which they ended, of a sysbatch job. */
    final LinkedHashMap<String, Target> targets = new LinkedHashMap<>();

    /** Attempts handed out so far; makes their ids. */
    long attempts;

    /** Sequence number of the last recorded event. */
    long sequence;

    /** Deliveries so far; orders messages of one key. */
    long arrivals;

    /** Number of the next initial input to deliver, counted over all entrypoints in order. */
    int nextSeed;

    int deadLetters;
    int openDeadLetters;

    /** How often each dead letter was replayed, by its index; those that never were are absent. */
    final TreeMap<Integer, Integer> replays = new TreeMap<>();

    /** Messages in mailboxes, held, delayed or being handled. */
    int pending;

    /** Agents whose mailbox is not at normal pressure. */
    int pressured;

    /** Sent messages that wait for room. */
    int heldTotal;

    /** Agents with a command or handler running now, and agents waiting for slots. */
    int running;

    int leasing;

    /** Agents whose message in hand asked for slots in vain. */
    int starved;

    long pausedAt;
    long pausedMsTotal;
    long graceUntil;
    boolean pauseNow;
    String statusReason = "";
    String recoveryStatus = "";

    /** Where the job was brought from; empty when it has always been here. */
    JsonObject provenance = JsonObject.empty();

    Optional<JsonValue> result = Optional.empty();
    Optional<Failure> failure = Optional.empty();

    final Activities activities = new Activities();

    /** What agents have sent each other. */
    final Traffic traffic = new Traffic();

    /** Digest and expiry of ids that outside senders chose. */
    final LinkedHashMap<String, Receipt> receipts = new LinkedHashMap<>();

    /** Sent messages that may not be handled before their time, soonest first. */
    final PriorityQueue<Delayed> delayed = new PriorityQueue<>();

    /** Whether some aggregator waits for everything upstream of it to end. */
    final boolean waitsForSources;

    /** The agents of the graph by the position of their vertex, then those that were added. */
    private final List<AgentState> agents;

    /** Agents of steps that were added while the job runs, by their ids. */
    private final Map<AgentId, AgentState> instances = new HashMap<>(0);

    private final @Nullable Ledger ledger;
    private @Nullable Seeds seeds;

    // Derived from the state above and never stored: what could be looked at next.
    final Deque<AgentState> ready = new ArrayDeque<>();
    final Deque<AgentState> roomMade = new ArrayDeque<>();
    final Deque<AgentState> pressureChanged = new ArrayDeque<>();
    final PriorityQueue<Timer> timers = new PriorityQueue<>();

    /**
     * What came with the submission. {@code inputs} replace the manifest's for the entrypoints they
     * name.
     */
    public record Submission(
            JsonObject inputs,
            JsonObject configOverrides,
            JsonObject metadata,
            List<String> warnings) {
        public Submission {
            warnings = List.copyOf(warnings);
        }

        public static Submission none() {
            return new Submission(
                    JsonObject.empty(), JsonObject.empty(), JsonObject.empty(), List.of());
        }
    }

    /** The agent that ended its node's group, and what it gave. */
    record Target(AgentId agent, JsonValue output) {}

    record Receipt(String digest, long expiresAt) {}

    record Delayed(long dueAt, long arrival, AgentId to, Message message)
            implements Comparable<Delayed> {
        @Override
        public int compareTo(Delayed other) {
            return dueAt != other.dueAt
                    ? Long.compare(dueAt, other.dueAt)
                    : Long.compare(arrival, other.arrival);
        }
    }

    /**
     * A moment at which an agent may have something to do. It is checked when it comes, so a stale
     * one does no harm.
     */
    record Timer(long at, AgentState agent) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return Long.compare(at, other.at);
        }
    }

    Job(JobId id, Graph graph, String fingerprint, Submission submission, long submittedAt) {
        this.id = id;
        this.graph = graph;
        this.fingerprint = fingerprint;
        this.submission = submission;
        this.submittedAt = submittedAt;
        this.updatedAt = submittedAt;
        var states = new ArrayList<AgentState>(graph.vertices().size());
        for (var vertex : graph.vertices()) {
            states.add(new AgentState(vertex));
        }
        this.agents = states;
        var workflow = graph.manifest().workflow();
        this.ledger =
                workflow.isEmpty()
                        ? null
                        : new Ledger(workflow, inputs(graph, submission), states, this::agent);
        this.waitsForSources =
                states.stream()
                        .anyMatch(
                                agent ->
                                        agent.vertex.behaviour()
                                                        instanceof Behaviour.Aggregator aggregator
                                                && aggregator.allSources());
    }

    /** What the submission says beside messages for entrypoints: the inputs of the run. */
    private static JsonObject inputs(Graph graph, Submission submission) {
        var inputs = submission.inputs();
        for (var entrypoint : graph.manifest().entrypoints()) {
            inputs = inputs.without(graph.writtenId(graph.vertex(entrypoint)).value());
        }
        return inputs;
    }

    public JobId id() {
        return id;
    }

    /** The id of the job's run, which names its folder. */
    public String runId() {
        return RunIds.of(id, submission.metadata(), graph.manifest().raw());
    }

    /** The blueprint that it is a run of; empty when nobody says. */
    public Optional<String> blueprintId() {
        return RunIds.blueprint(submission.metadata(), graph.manifest().raw());
    }

    /** The trace that its events belong to. */
    String traceId() {
        var known = traceId;
        if (known == null) {
            known = RunIds.traceOf(id, submission.metadata());
            traceId = known;
        }
        return known;
    }

    /** What people call the job: the submission's name for it, else the manifest's. */
    public String name() {
        return submission
                .metadata()
                .string("job_name")
                .filter(text -> !text.isBlank())
                .orElse(graph.manifest().jobName());
    }

    /** The inputs of the run, over their defaults where the workflow has any. */
    JsonObject runInputs() {
        return ledger == null ? inputs(graph, submission) : Variables.inputs(ledger.variables);
    }

    /** True when steps drive the job and not messages alone. */
    public boolean hasSteps() {
        return ledger != null;
    }

    /**
     * @throws IllegalStateException when messages alone drive the job
     */
    Ledger ledger() {
        if (ledger == null) {
            throw new IllegalStateException("job " + id + ": no steps (expected: a workflow)");
        }
        return ledger;
    }

    public Graph graph() {
        return graph;
    }

    /** True when a person should look at the job before it is resumed. */
    boolean requiresReview() {
        return recoveryStatus.equals(PAUSED_FOR_REVIEW) || recoveryStatus.equals(RESTORED);
    }

    public JobStatus status() {
        return status;
    }

    /** Sequence number of the last recorded event. */
    public long sequence() {
        return sequence;
    }

    public JsonObject configOverrides() {
        return submission.configOverrides();
    }

    /** True while a command or handler of this job runs, or a message waits for slots. */
    public boolean busyOutside() {
        return running > 0 || leasing > 0;
    }

    /**
     * When the job must be looked at again although nothing comes in; empty when it need not be.
     * Epoch milliseconds.
     */
    public OptionalLong nextWake() {
        if (status.terminal() || status == JobStatus.PAUSED) {
            return OptionalLong.empty();
        }
        long next = Long.MAX_VALUE;
        if (status == JobStatus.PAUSING && graceUntil > 0) {
            next = graceUntil;
        }
        if (status == JobStatus.RUNNING) {
            var timer = timers.peek();
            if (timer != null) {
                next = Math.min(next, timer.at());
            }
            var later = delayed.peek();
            if (later != null) {
                next = Math.min(next, later.dueAt());
            }
            if (ledger != null) {
                next = Math.min(next, ledger.alarms.next().orElse(Long.MAX_VALUE));
            }
        }
        return next == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(next);
    }

    List<AgentState> agents() {
        return agents;
    }

    AgentState agent(AgentId id) {
        var instance = instances.isEmpty() ? null : instances.get(id);
        return instance == null ? agents.get(graph.vertex(id).index()) : instance;
    }

    AgentState agent(Vertex vertex) {
        return agents.get(vertex.index());
    }

    void addInstance(AgentState agent) {
        agents.add(agent);
        instances.put(agent.id(), agent);
    }

    /** The agent's step is gone; nothing of it may be left. */
    void removeInstance(AgentState agent) {
        agents.remove(agent);
        instances.remove(agent.id());
    }

    @Nullable AgentState find(AgentId id) {
        var instance = instances.isEmpty() ? null : instances.get(id);
        if (instance != null) {
            return instance;
        }
        return graph.find(id).map(this::agent).orElse(null);
    }

    /** Whom an agent means by this name; null when there is nobody. */
    @Nullable AgentState find(AgentId id, AgentState from) {
        var found = find(id);
        return found == null ? graph.find(id, from.vertex).map(this::agent).orElse(null) : found;
    }

    /** {@code type(agent)} of the newest event, or {@code type} when it concerns no agent. */
    public String lastEvent() {
        return lastFact == null ? lastEventRecorded : EventViews.label(lastFact);
    }

    /** Notes that the agent may have become able to take a message. */
    void wake(AgentState agent) {
        if (!agent.queuedAsReady && agent.ready()) {
            agent.queuedAsReady = true;
            ready.add(agent);
        }
    }

    /** The initial inputs; read from the definition, so not part of the state. */
    Seeds seeds() {
        var known = seeds;
        if (known == null) {
            known = new Seeds(graph, submission.inputs(), ledger);
            seeds = known;
        }
        return known;
    }

    /** Derives everything that is not stored, after a snapshot was read. */
    void derive() {
        running = 0;
        leasing = 0;
        starved = 0;
        pressured = 0;
        heldTotal = 0;
        pending = delayed.size();
        for (var agent : agents) {
            int waiting = agent.waiting == null ? 0 : agent.waiting.size();
            heldTotal += waiting;
            pending += agent.mailbox.size() + waiting;
            Fold.checkPressure(this, agent);
            if (agent.pressure != AgentState.Pressure.NORMAL) {
                pressured++;
            }
            var inflight = agent.inflight;
            if (inflight != null) {
                pending++;
                switch (inflight.phase()) {
                    case RUNNING, HANDLING -> running++;
                    case LEASE -> leasing++;
                    case RETRY -> timers.add(new Timer(inflight.retryAt(), agent));
                }
            }
            if (agent.starved) {
                starved++;
            }
            if (agent.restartAt > 0) {
                timers.add(new Timer(agent.restartAt, agent));
            }
            if (agent.hasWaiting()) {
                roomMade.add(agent);
            }
            wake(agent);
        }
        if (ledger != null) {
            ledger.derive();
        }
    }
}
