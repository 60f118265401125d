package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.Action;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.graph.Vertex;
import mirrorneuron.engine.job.JobEvent.Output;
import mirrorneuron.engine.job.JobEvent.RouteNote;
import mirrorneuron.engine.job.JobEvent.RouteNote.Verdict;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.manifest.EdgeSpec;
import mirrorneuron.engine.manifest.EdgeSpec.RoutingMode;
import mirrorneuron.engine.message.MessageIds;
import mirrorneuron.engine.routing.Condition;
import mirrorneuron.engine.routing.Conditions;
import mirrorneuron.engine.routing.Scope;
import mirrorneuron.engine.worker.Emission;
import org.jspecify.annotations.Nullable;

/**
 * What one handled message sends: which edges it takes, what the messages inherit, and whether
 * their mailboxes have room. It reads the job and changes nothing; the outputs go into one event.
 */
final class Sending {

    private final Job job;
    private final AgentState sender;
    private final Message cause;
    private final JsonValue state;
    private final long nowMs;
    private final Instant now;

    final List<Output> outputs = new ArrayList<>(1);
    final List<RouteNote> routes = new ArrayList<>(0);

    /** Messages to agents that do not exist. */
    final List<Message> unroutable = new ArrayList<>(0);

    // Deliveries decided in this event but not yet applied, by target; made only for the second
    // output.
    private @Nullable Map<AgentState, Integer> more;
    private @Nullable AgentState firstTarget;
    private @Nullable Set<AgentState> heldTargets;
    private @Nullable Set<String> unroutedHere;

    // Whatever is sent names the message being handled as its cause, unless a worker names another.
    private String causedBy;

    /**
     * @param state the sender's state as conditions see it, after the message
     */
    Sending(Job job, AgentState sender, Message cause, JsonValue state, long nowMs) {
        this.job = job;
        this.sender = sender;
        this.cause = cause;
        this.state = state;
        this.nowMs = nowMs;
        this.now = Instant.ofEpochMilli(nowMs);
        this.causedBy = cause.messageId();
    }

    /** Passes the message itself on along the edges, under this type. */
    void forward(String type) {
        route(type, "0", cause.withType(type), Action.Options.none());
    }

    /** Sends a new message along the edges: class {@code event}, everything else inherited. */
    void emit(String key, String type, JsonValue body, JsonObject headers) {
        route(type, key, cause.child(type, "event", headers, body), Action.Options.none());
    }

    /** Sends what a command printed along the edges, in the form that its manifest names. */
    void output(String type, Behaviour.Executor executor, JsonObject headers, JsonValue body) {
        var message =
                cause.child(type, "event", headers, body)
                        .overriding(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(executor.contentType()),
                                Optional.of(executor.contentEncoding()),
                                Optional.empty(),
                                Optional.empty());
        route(type, "0", message, Action.Options.none());
    }

    void emit(String key, String type, JsonValue body, Action.Options options) {
        route(type, key, inherit(type, body, options), options);
    }

    void emitTo(String key, AgentId to, String type, JsonValue body, Action.Options options) {
        direct(key, to, inherit(type, body, options), options);
    }

    /** Sends what a worker wished for; absent members are inherited. */
    void emit(String key, Emission wish) {
        var type = wish.type().orElse(cause.type());
        var message =
                cause.child(
                                type,
                                wish.messageClass().orElse(cause.messageClass()),
                                merged(wish.headers()),
                                wish.body().orElse(cause.body()))
                        .overriding(
                                wish.correlationId(),
                                Optional.empty(),
                                wish.contentType(),
                                wish.contentEncoding(),
                                wish.artifacts(),
                                wish.stream());
        causedBy = wish.causationId().orElse(cause.messageId());
        if (wish.to().isPresent()) {
            direct(key, wish.to().get(), message, Action.Options.none());
        } else {
            route(type, key, message, Action.Options.none());
        }
        causedBy = cause.messageId();
    }

    private Message inherit(String type, JsonValue body, Action.Options options) {
        var message = cause.child(type, cause.messageClass(), merged(options.headers()), body);
        if (options.stream().isPresent()) {
            message = message.withStream(options.stream().get());
        }
        if (options.priority().isPresent()) {
            message = message.withPriority(options.priority().getAsInt());
        }
        return options.ttlMs().isPresent()
                ? message.withTtlMs(options.ttlMs().getAsLong())
                : message;
    }

    private JsonObject merged(JsonObject headers) {
        if (headers.isEmpty()) {
            return cause.headers();
        }
        return cause.headers().isEmpty()
                ? headers
                : JsonObject.builder().putAll(cause.headers()).putAll(headers).build();
    }

    private void route(String type, String key, Message message, Action.Options options) {
        var candidates = sender.vertex.candidates(type);
        if (candidates.isEmpty()) {
            noteUnrouted(type, key);
            return;
        }
        boolean taken =
                candidates.size() == 1 && plain(candidates.getFirst())
                        ? take(candidates.getFirst(), key, message, options)
                        : choose(candidates, type, key, message, options);
        if (!taken) {
            routes.add(new RouteNote("", type, Verdict.NONE_MATCHED, ""));
        }
    }

    private static boolean plain(EdgeSpec edge) {
        return edge.mode() != RoutingMode.FIRST_MATCH
                && edge.condition() instanceof Condition.Always;
    }

    /**
     * A first-match edge makes the whole choice a first-match one, across all candidates, unless
     * the manifest scopes it to edges of its own mode.
     */
    private boolean choose(
            List<EdgeSpec> candidates,
            String type,
            String key,
            Message message,
            Action.Options options) {
        boolean anyFirst =
                candidates.stream().anyMatch(edge -> edge.mode() == RoutingMode.FIRST_MATCH);
        boolean edgeScoped = job.graph.manifest().policies().edgeScopedFirstMatch();
        var scope = scope(message);
        boolean taken = false;
        boolean firstTaken = false;
        for (var edge : candidates) {
            boolean competes = anyFirst && (!edgeScoped || edge.mode() == RoutingMode.FIRST_MATCH);
            if (competes && firstTaken) {
                continue;
            }
            boolean holds = Conditions.holds(edge.condition(), scope);
            if (anyFirst || !plain(edge)) {
                routes.add(
                        new RouteNote(
                                edge.id(),
                                type,
                                holds ? Verdict.MATCHED : Verdict.NOT_MATCHED,
                                ""));
            }
            if (holds) {
                taken |= take(edge, key, message, options);
                firstTaken |= competes;
            }
        }
        return taken;
    }

    /** Conditions see what is sent, by whom; to whom is what they decide. */
    private Scope scope(Message message) {
        var leaving = message.outgoing("", sender.id().value(), "", now, causedBy);
        var seen =
                sender.vertex.behaviour() instanceof Behaviour.Router
                        ? JsonObject.builder().put("forwarded", sender.counted + 1).build()
                        : state;
        return Scope.of(leaving, seen, seen);
    }

    private boolean take(EdgeSpec edge, String key, Message message, Action.Options options) {
        var target = job.agent(edge.to());
        add(target, message, key + ":" + edge.id(), edge.id(), options);
        return true;
    }

    private void direct(String key, AgentId to, Message message, Action.Options options) {
        var target = job.find(to, sender);
        if (target == null) {
            unroutable.add(
                    message.outgoing(
                            MessageIds.output(
                                    cause.messageId(), sender.id().value(), to.value(), key),
                            sender.id().value(),
                            to.value(),
                            now,
                            causedBy));
            return;
        }
        add(target, message, key, "", options);
    }

    private void add(
            AgentState target, Message message, String key, String edgeId, Action.Options options) {
        var from = sender.id().value();
        var to = target.id().value();
        var sent =
                message.outgoing(
                        MessageIds.output(cause.messageId(), from, to, key),
                        from,
                        to,
                        now,
                        causedBy);
        if (job.hasSteps()) {
            sent = Stamps.sent(job, sender, target, cause, sent);
        }
        long dueAt = options.delayMs().isPresent() ? later(options.delayMs().getAsLong()) : 0;
        boolean held = dueAt == 0 && !room(target);
        outputs.add(new Output(sent, edgeId, held, dueAt));
    }

    private long later(long delayMs) {
        return delayMs > Long.MAX_VALUE - nowMs ? Long.MAX_VALUE : Math.max(nowMs, nowMs + delayMs);
    }

    /**
     * Counts this delivery and says whether the target's mailbox has room for it; order within a
     * pair of agents is kept.
     */
    private boolean room(AgentState target) {
        if (target.hasWaiting() || heldTargets != null && heldTargets.contains(target)) {
            return false;
        }
        int extra = 0;
        if (firstTarget == null) {
            firstTarget = target;
        } else {
            if (more == null) {
                more = new HashMap<>();
                more.put(firstTarget, 1);
            }
            extra = more.getOrDefault(target, 0);
            more.put(target, extra + 1);
        }
        if (target.depth() + extra < capacity(job, sender.vertex, target)) {
            return true;
        }
        if (heldTargets == null) {
            heldTargets = new HashSet<>();
        }
        heldTargets.add(target);
        return false;
    }

    /**
     * Messages the target's mailbox takes from this sender. Edges of a cycle get twice the room, so
     * that a full loop can turn.
     */
    static int capacity(Job job, @Nullable Vertex sender, AgentState target) {
        int max = target.vertex.spec().backpressure().maxQueueDepth();
        return sender != null && job.graph.sameCycle(sender, target.vertex) ? max * 2 : max;
    }

    private void noteUnrouted(String type, String key) {
        if (sender.unrouted.contains(type)) {
            return;
        }
        if (unroutedHere == null) {
            unroutedHere = new HashSet<>();
        }
        if (unroutedHere.add(type)) {
            // Nobody is to get it, so nothing but the place of its sending tells it from others.
            var id = MessageIds.output(cause.messageId(), sender.id().value(), "", key);
            routes.add(new RouteNote("", type, Verdict.UNROUTED, id));
        }
    }

    /** What conditions see when an agent has no state. */
    static JsonValue stateOf(AgentState agent) {
        return Optional.ofNullable(agent.state).orElse(JsonNull.NULL);
    }
}
