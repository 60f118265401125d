package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Failure;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.Action;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Decision.Accepted;
import mirrorneuron.engine.job.JobEvent.Change.Gathered;
import mirrorneuron.engine.job.JobEvent.Change.Gathered.Outcome;
import mirrorneuron.engine.manifest.AgentType;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.manifest.BodyShape;
import mirrorneuron.engine.manifest.StepNames;

/**
 * The agents that begin, join and end the flow inside a step. Each does its work once per attempt.
 *
 * <p>The ledger stays the judge of the step itself: it decides when an attempt opens, and an agent
 * of the step sees no message before. What these agents add is the order of work inside it.
 *
 * @see "runtime contract, section 3.8"
 */
final class FlowAgents {

    private static final String REJECTED = "handler_rejected";

    private FlowAgents() {}

    static Accepted source(
            Job job, AgentState agent, Behaviour.StepSource source, Message message, long nowMs) {
        var kept = gathering(agent, message);
        var name = upstream(job, message, source.requiredUpstreams());
        if (isPast(agent, message) || kept.done || kept.bodies.containsKey(name)) {
            var outcome = kept.done ? Outcome.ALREADY_DONE : Outcome.DUPLICATE;
            return ignored(job, agent, message, kept, outcome, name, nowMs);
        }
        int count = kept.count + (source.requiredUpstreams().contains(name) ? 1 : 0);
        boolean enough = count >= source.requiredUpstreams().size();
        if (!enough && !isLastInSight(agent)) {
            return waiting(job, agent, message, kept, name, count, nowMs);
        }
        var bodies = new LinkedHashMap<>(kept.bodies);
        bodies.put(name, Gathering.plain(message.body()));
        if (!enough && !silentOnesGave(agent, source, bodies)) {
            return waiting(job, agent, message, kept, name, count, nowMs);
        }
        var sending = sending(job, agent, message, nowMs);
        var given = given(source, bodies);
        JsonValue first = JsonNull.NULL;
        int index = 0;
        for (var dispatch : source.dispatches()) {
            var body =
                    FlowFields.body(
                            dispatch.shape(),
                            given,
                            new FlowFields.Roots(job.runInputs(), bodies, JsonNull.NULL));
            var problem = problem(dispatch.shape(), body);
            if (problem.isPresent()) {
                return rejected(job, agent, message, problem.get(), nowMs);
            }
            first = index == 0 ? body : first;
            var key = Integer.toString(index++);
            var sent = described(agent, message, kept.attemptId, bodies, body);
            dispatch.to()
                    .ifPresentOrElse(
                            to ->
                                    sending.emitTo(
                                            key,
                                            to,
                                            dispatch.messageType(),
                                            sent,
                                            Action.Options.none()),
                            () ->
                                    sending.emit(
                                            key,
                                            dispatch.messageType(),
                                            sent,
                                            Action.Options.none()));
        }
        var change =
                new Gathered(
                        AgentType.STEP_SOURCE,
                        Outcome.DONE,
                        kept.attemptId,
                        List.copyOf(bodies.keySet()),
                        source.requiredUpstreams().size());
        return done(job, agent, message, change, sending, Completion.isLast(agent), first, nowMs);
    }

    static Accepted join(
            Job job, AgentState agent, Behaviour.StepJoin join, Message message, long nowMs) {
        var kept = gathering(agent, message);
        var name = sender(job, message);
        boolean expected =
                join.expectedSources().isEmpty() || join.expectedSources().contains(name);
        if (!expected || isPast(agent, message) || kept.done || kept.bodies.containsKey(name)) {
            return ignored(job, agent, message, kept, Outcome.DUPLICATE, name, nowMs);
        }
        if (join.failure().isPresent()) {
            return rejected(job, agent, message, join.failure().get(), nowMs);
        }
        int count = kept.count + 1;
        if (!join.first() && count < join.expectedSources().size()) {
            return waiting(job, agent, message, kept, name, count, nowMs);
        }
        var bodies = new LinkedHashMap<>(kept.bodies);
        bodies.put(name, Gathering.plain(message.body()));
        var output = joined(join, bodies);
        var sending = sending(job, agent, message, nowMs);
        sending.emit(
                "0",
                join.outputMessageType(),
                withMetadata(output, Gathering.metadata(message)),
                Action.Options.none());
        var change =
                new Gathered(
                        AgentType.STEP_JOIN,
                        Outcome.DONE,
                        kept.attemptId,
                        List.copyOf(bodies.keySet()),
                        count);
        return done(job, agent, message, change, sending, Completion.isLast(agent), output, nowMs);
    }

    static Accepted sink(
            Job job, AgentState agent, Behaviour.StepSink sink, Message message, long nowMs) {
        var kept = gathering(agent, message);
        if (isPast(agent, message) || kept.done) {
            return ignored(
                    job, agent, message, kept, Outcome.DUPLICATE, sender(job, message), nowMs);
        }
        var given = Gathering.plain(message.body());
        var output =
                FlowFields.body(
                        sink.shape(),
                        given,
                        new FlowFields.Roots(job.runInputs(), Map.of(), given));
        var problem = problem(sink.shape(), output);
        if (problem.isPresent()) {
            return rejected(job, agent, message, problem.get(), nowMs);
        }
        var sending = sending(job, agent, message, nowMs);
        sending.emit("0", sink.outputMessageType(), output, Action.Options.none());
        var change =
                new Gathered(
                        AgentType.STEP_SINK,
                        Outcome.DONE,
                        kept.attemptId,
                        List.of(sender(job, message)),
                        1);
        return done(job, agent, message, change, sending, agent.step != null, output, nowMs);
    }

    private static boolean isPast(AgentState agent, Message message) {
        return Gathering.isPast(agent, Gathering.attemptOf(agent, message));
    }

    /** What the agent knows of the message's attempt; of the one at hand, when that one is past. */
    private static Gathering gathering(AgentState agent, Message message) {
        var attemptId = Gathering.attemptOf(agent, message);
        var known = agent.gathering;
        return known != null && Gathering.isPast(agent, attemptId)
                ? known
                : Gathering.of(agent, attemptId);
    }

    /**
     * Which upstream a message comes from: the one of those waited for that its sender, the step it
     * left or its metadata names.
     */
    /** Who sent it, by the name that the manifest has for it. */
    private static String sender(Job job, Message message) {
        return job.graph.nodes().isEmpty() || message.from().isBlank()
                ? message.from()
                : job.graph
                        .find(AgentId.of(message.from()))
                        .map(vertex -> job.graph.writtenId(vertex).value())
                        .orElse(message.from());
    }

    private static String upstream(Job job, Message message, SequencedSet<String> waitedFor) {
        var sender = StepNames.ofStep(sender(job, message));
        var left = Stamps.source(message.headers());
        var named = Gathering.metadata(message).string("step_id");
        if (waitedFor.contains(sender)) {
            return sender;
        }
        return left.filter(waitedFor::contains)
                .or(() -> named.filter(waitedFor::contains))
                .or(() -> left)
                .or(() -> named)
                .orElse(sender);
    }

    /** True when a step's agent has this message and no other. */
    private static boolean isLastInSight(AgentState agent) {
        return agent.step != null && agent.depth() == 1 && !agent.hasWaiting();
    }

    /**
     * Steps before this one that have ended without a word deliver what they gave. The ledger has
     * opened the attempt, so nothing more has to come from them; once nothing waits here either,
     * their outputs stand in for their messages.
     */
    private static boolean silentOnesGave(
            AgentState agent, Behaviour.StepSource source, Map<String, JsonValue> bodies) {
        var outputs = new LinkedHashMap<String, JsonValue>();
        for (var link : Objects.requireNonNull(agent.step).in) {
            if (link.from().ended()) {
                outputs.put(link.from().id, link.from().output);
            }
        }
        for (var name : source.requiredUpstreams()) {
            if (!bodies.containsKey(name) && !outputs.containsKey(name)) {
                return false;
            }
        }
        for (var name : source.requiredUpstreams()) {
            bodies.putIfAbsent(name, outputs.getOrDefault(name, JsonNull.NULL));
        }
        return true;
    }

    /** What is sent when a dispatch does not say: one body as it is, several by their sources. */
    private static JsonValue given(Behaviour.StepSource source, Map<String, JsonValue> bodies) {
        if (source.requiredUpstreams().isEmpty()) {
            return List.copyOf(bodies.values()).getLast();
        }
        if (source.requiredUpstreams().size() == 1) {
            return bodies.getOrDefault(source.requiredUpstreams().getFirst(), JsonNull.NULL);
        }
        var byName = JsonObject.builder();
        for (var name : source.requiredUpstreams()) {
            byName.put(name, bodies.getOrDefault(name, JsonNull.NULL));
        }
        return byName.build();
    }

    /** The output of a join, in the order in which the sources are written. */
    private static JsonValue joined(Behaviour.StepJoin join, Map<String, JsonValue> bodies) {
        if (join.first() && join.passthrough()) {
            return List.copyOf(bodies.values()).getLast();
        }
        var output = JsonObject.builder();
        var order = join.expectedSources().isEmpty() ? bodies.keySet() : join.expectedSources();
        for (var name : order) {
            var body = bodies.get(name);
            if (body instanceof JsonObject members && join.passthrough()) {
                output.putAll(members);
            } else if (body != null) {
                output.put(join.outputKeys().getOrDefault(name, name), body);
            }
        }
        return output.build();
    }

    /** The body with what the step's workers may want to know of their attempt. */
    private static JsonValue described(
            AgentState agent,
            Message message,
            String attemptId,
            Map<String, JsonValue> bodies,
            JsonValue body) {
        var step = agent.step == null ? StepNames.ofStep(agent.id().value()) : agent.step.id;
        var about =
                JsonObject.builder()
                        .put("step_id", step)
                        .put("upstream_steps", JsonArray.ofStrings(List.copyOf(bodies.keySet())));
        if (!attemptId.isEmpty()) {
            about.put("attempt_id", attemptId);
        }
        Gathering.metadata(message)
                .get("run_inputs_ref")
                .ifPresent(reference -> about.put("run_inputs_ref", reference));
        return withMetadata(body, about.build());
    }

    private static JsonValue withMetadata(JsonValue body, JsonObject metadata) {
        return body instanceof JsonObject object && !metadata.isEmpty()
                ? object.with(Gathering.METADATA, metadata)
                : body;
    }

    private static Optional<String> problem(BodyShape shape, JsonValue body) {
        if (!(body instanceof JsonObject object)) {
            return shape.object() || !shape.required().isEmpty()
                    ? Optional.of("Expected an object, but found another value")
                    : Optional.empty();
        }
        var absent = shape.required().stream().filter(name -> object.at(name).isNull()).toList();
        return absent.isEmpty()
                ? Optional.empty()
                : Optional.of("Expected " + String.join(", ", absent) + ", but found none");
    }

    private static Sending sending(Job job, AgentState agent, Message message, long nowMs) {
        return new Sending(job, agent, message, Sending.stateOf(agent), nowMs);
    }

    private static AgentType typeOf(AgentState agent) {
        return agent.vertex.spec().agentType();
    }

    private static Accepted waiting(
            Job job,
            AgentState agent,
            Message message,
            Gathering kept,
            String name,
            int count,
            long nowMs) {
        var change =
                new Gathered(typeOf(agent), Outcome.WAITING, kept.attemptId, List.of(name), count);
        return Steps.handled(
                job,
                agent,
                message,
                change,
                sending(job, agent, message, nowMs),
                Optional.empty(),
                nowMs);
    }

    private static Accepted ignored(
            Job job,
            AgentState agent,
            Message message,
            Gathering kept,
            Outcome outcome,
            String name,
            long nowMs) {
        var change =
                new Gathered(typeOf(agent), outcome, kept.attemptId, List.of(name), kept.count);
        return Steps.handled(
                job,
                agent,
                message,
                change,
                sending(job, agent, message, nowMs),
                Optional.empty(),
                nowMs);
    }

    private static Accepted done(
            Job job,
            AgentState agent,
            Message message,
            Gathered change,
            Sending sending,
            boolean endsStep,
            JsonValue output,
            long nowMs) {
        var step =
                Steps.handled(
                        job,
                        agent,
                        message,
                        change,
                        sending,
                        endsStep ? Optional.of(output) : Optional.empty(),
                        nowMs);
        if (agent.step != null || sending.unroutable.isEmpty()) {
            return step;
        }
        var events = new ArrayList<>(step.events());
        Results.deadLetterUnroutable(job, sending, nowMs, events);
        return new Accepted(events, step.effects());
    }

    /** The message is kept as a dead letter; the step's attempt, or the agent, has failed. */
    private static Accepted rejected(
            Job job, AgentState agent, Message message, String why, long nowMs) {
        var letter = Steps.deadLetter(job, agent, message, REJECTED, why, 1, nowMs);
        if (agent.step != null) {
            return letter;
        }
        var events = new ArrayList<>(letter.events());
        var effects = new ArrayList<>(letter.effects());
        var failure =
                Failure.of(
                        "runtime.job.failed",
                        "Agent " + agent.id() + " failed: " + why,
                        JsonObject.builder()
                                .put("message", why)
                                .put("category", "validation")
                                .put("retryable", false)
                                .put("reason_type", "rejected")
                                .put("component", typeOf(agent).wire())
                                .put("agent_id", agent.id().value())
                                .put("node", job.node)
                                .build(),
                        Instant.ofEpochMilli(nowMs),
                        "Look at the dead letter, mend what sent it, and submit again.");
        JobEngine.nodeFailed(job, agent, why, failure, nowMs, events, effects);
        return new Accepted(events, effects);
    }

    // What people see.

    static JsonObject view(AgentState agent) {
        var kept = agent.gathering == null ? new Gathering("") : agent.gathering;
        return JsonObject.builder()
                .put("attempt_id", kept.attemptId)
                .put("sources", JsonArray.ofStrings(List.copyOf(kept.bodies.keySet())))
                .put("count", kept.count)
                .put("done", kept.done)
                .put("completions", agent.counted)
                .build();
    }

    /** True when the agent has something and waits for more. */
    static boolean isWaiting(AgentState agent) {
        return agent.gathering != null && !agent.gathering.done && !missing(agent).isEmpty();
    }

    /** Who has to deliver yet, with commas between; at most five names. */
    static String missing(AgentState agent) {
        var names =
                agent.vertex.behaviour() instanceof Behaviour.StepSource source
                        ? source.requiredUpstreams()
                        : agent.vertex.behaviour() instanceof Behaviour.StepJoin join
                                ? join.expectedSources()
                                : List.<String>of();
        var kept = agent.gathering == null ? Map.of() : agent.gathering.bodies;
        return String.join(
                ", ", names.stream().filter(name -> !kept.containsKey(name)).limit(5).toList());
    }
}
