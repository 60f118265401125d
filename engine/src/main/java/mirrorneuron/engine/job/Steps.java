package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.codec.MessageDefaults;
import mirrorneuron.api.codec.MessageFormat;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.AgentState.Phase;
import mirrorneuron.engine.job.Decision.Accepted;
import mirrorneuron.engine.job.JobEvent.Change;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.message.MessageIds;
import mirrorneuron.engine.workflow.StepStatus;
import org.jspecify.annotations.Nullable;

/**
 * What a job does next by itself: one small step at a time, until nothing is left to do without the
 * outside. A step reads the job and takes from its derived queues; what it decides is applied by
 * the caller like any other fact.
 */
final class Steps {

    private static final JsonObject AGGREGATE_HEADERS =
            JsonObject.builder()
                    .put("schema_ref", "com.mirrorneuron.aggregator.result")
                    .put("schema_version", "1.0.0")
                    .build();

    private Steps() {}

    /** The next step, or null when the job waits for the outside, for a time, or has ended. */
    static @Nullable Accepted next(Job job, Seeds seeds, long nowMs) {
        return switch (job.status()) {
            case RUNNING -> running(job, seeds, nowMs);
            case PAUSING -> pausing(job, nowMs);
            // Messages still come in, and the mailboxes still have their marks.
            case PAUSED -> pressure(job, nowMs);
            case CANCELLING ->
                    job.running == 0
                            ? Accepted.of(
                                    new JobEvent.Cancelled(nowMs, job.statusReason),
                                    new Effect.JobEnded(JobStatus.CANCELLED))
                            : null;
            case PENDING, QUEUED, COMPLETED, FAILED, CANCELLED, UNKNOWN, VALIDATED, SCHEDULED ->
                    null;
        };
    }

    private static @Nullable Accepted pausing(Job job, long nowMs) {
        var step = pressure(job, nowMs);
        if (step != null || job.running > 0) {
            return step;
        }
        var events = blocked(job, nowMs);
        events.add(new JobEvent.Paused(nowMs, job.statusReason));
        return new Accepted(events, List.of());
    }

    /** The steps whose attempts a pause holds up. They stay open, and none is used up. */
    static List<JobEvent> blocked(Job job, long nowMs) {
        var events = new ArrayList<JobEvent>(1);
        if (job.hasSteps()) {
            for (var step : job.ledger().steps()) {
                if (step.status == StepStatus.RUNNING) {
                    events.add(new StepEvent.Blocked(nowMs, step.id, "job paused"));
                }
            }
        }
        return events;
    }

    private static @Nullable Accepted running(Job job, Seeds seeds, long nowMs) {
        Accepted step = pressure(job, nowMs);
        if (step == null) {
            step = due(job, nowMs);
        }
        if (step == null && job.hasSteps()) {
            step = Judging.next(job, nowMs);
        }
        if (step == null) {
            step = release(job, nowMs);
        }
        if (step == null) {
            step = seed(job, seeds, nowMs);
        }
        while (step == null) {
            var agent = job.ready.poll();
            if (agent == null) {
                return standstill(job, seeds, nowMs);
            }
            agent.queuedAsReady = false;
            if (agent.ready()) {
                step = agent.step == null ? take(job, agent, nowMs) : admit(job, agent, nowMs);
            }
        }
        return step;
    }

    /** The next message of a step's agent, if the ledger lets it. */
    private static @Nullable Accepted admit(Job job, AgentState agent, long nowMs) {
        var entry = Objects.requireNonNull(agent.mailbox.peek());
        return switch (Admission.of(job, agent, entry.message(), nowMs)) {
            case Admission.Take _ -> take(job, agent, nowMs);
            case Admission.Wait _ -> null;
            case Admission.First(var facts) -> facts;
        };
    }

    private static @Nullable Accepted pressure(Job job, long nowMs) {
        while (true) {
            var agent = job.pressureChanged.poll();
            if (agent == null) {
                return null;
            }
            var pressure = Fold.pressureOf(agent);
            if (pressure != agent.pressure) {
                return Accepted.of(
                        new JobEvent.PressureChanged(
                                nowMs,
                                agent.id(),
                                pressure,
                                agent.depth(),
                                Optional.of(agent.vertex.spec().backpressure())));
            }
        }
    }

    /** What has become due: a delayed message, a retry, a restart. */
    private static @Nullable Accepted due(Job job, long nowMs) {
        var later = job.delayed.peek();
        if (later != null && later.dueAt() <= nowMs) {
            return Accepted.of(new JobEvent.Woken(nowMs, later.to(), later.message()));
        }
        while (true) {
            var timer = job.timers.peek();
            if (timer == null || timer.at() > nowMs) {
                return null;
            }
            job.timers.remove();
            var agent = timer.agent();
            if (agent.restartAt > 0 && agent.restartAt <= nowMs) {
                return Accepted.of(new JobEvent.Restarted(nowMs, agent.id()));
            }
            var inflight = agent.inflight;
            if (inflight != null
                    && inflight.phase() == Phase.RETRY
                    && inflight.retryAt() <= nowMs) {
                return hand(job, agent, inflight.entry(), nowMs);
            }
            // An agent that waits for nothing any more, or one whose first command was to start
            // later.
            job.wake(agent);
        }
    }

    private static @Nullable Accepted release(Job job, long nowMs) {
        while (true) {
            var target = job.roomMade.peek();
            if (target == null) {
                return null;
            }
            var held = target.waiting == null ? null : target.waiting.peek();
            if (held != null
                    && target.depth()
                            < Sending.capacity(
                                    job,
                                    held.producer() == null ? null : held.producer().vertex,
                                    target)) {
                return released(target, held, false, nowMs);
            }
            job.roomMade.remove();
        }
    }

    private static Accepted released(
            AgentState target, AgentState.Held held, boolean forced, long nowMs) {
        var event = new JobEvent.Released(nowMs, target.id(), held.message(), forced);
        var producer = held.producer();
        return producer != null
                        && producer.held == 1
                        && producer.inflight != null
                        && producer.inflight.phase() == Phase.RUNNING
                ? Accepted.of(event, new Effect.ProducerMayGoOn(producer.inflight.attemptId()))
                : Accepted.of(event);
    }

    private static @Nullable Accepted seed(Job job, Seeds seeds, long nowMs) {
        if (job.nextSeed >= seeds.size()) {
            return null;
        }
        var target = job.agent(seeds.target(job.nextSeed));
        if (target.hasWaiting() || target.depth() >= Sending.capacity(job, null, target)) {
            return null;
        }
        var id =
                MessageIds.output(
                        job.id().value(), "runtime", target.id().value(), "seed:" + job.nextSeed);
        var at = Instant.ofEpochMilli(nowMs);
        var result =
                MessageFormat.normalise(
                        seeds.input(job.nextSeed),
                        MessageDefaults.seed(id, target.id().value(), id, at));
        var message =
                switch (result) {
                    case MessageFormat.Result.Normalised normalised -> normalised.message();
                    // An input that is not an object is refused at submission, so this is the value
                    // itself as a body.
                    case MessageFormat.Result.Refused _ ->
                            Message.of("init", seeds.input(job.nextSeed))
                                    .addressed(id, target.id().value(), at, id);
                };
        // Inputs are addressed by their place in the manifest, whatever they say of themselves.
        var addressed =
                message.addressed(
                        message.messageId(), target.id().value(), at, message.correlationId());
        var events = new ArrayList<JobEvent>(1);
        gap(target, addressed, nowMs).ifPresent(events::add);
        events.add(new JobEvent.Seeded(nowMs, target.id(), addressed));
        return new Accepted(events, List.of());
    }

    private static @Nullable Accepted take(Job job, AgentState agent, long nowMs) {
        var entry = Objects.requireNonNull(agent.mailbox.peek());
        if (entry.expiresAt() < nowMs) {
            return deadLetter(
                    job, agent, entry.message(), "expired", "", entry.redeliveries() + 1, nowMs);
        }
        if (agent.vertex.behaviour() instanceof Behaviour.Executor executor) {
            var startAt = firstStartAt(job, agent, executor);
            if (startAt.orElse(0) > nowMs) {
                job.timers.add(new Job.Timer(startAt.getAsLong(), agent));
                return null;
            }
            // It waits for slots first; its work begins when it has them.
            return hand(job, agent, entry, nowMs);
        }
        return begun(job, agent, work(job, agent, entry, nowMs), nowMs);
    }

    /** The same, after the fact that the agent has begun to work, unless it had before. */
    static Accepted begun(Job job, AgentState agent, Accepted step, long nowMs) {
        if (agent.started) {
            return step;
        }
        var events = new ArrayList<JobEvent>(step.events().size() + 1);
        events.add(
                new JobEvent.AgentStarted(
                        nowMs, agent.id(), agent.vertex.spec().agentType(), job.node));
        events.addAll(step.events());
        return new Accepted(events, step.effects());
    }

    private static Accepted work(Job job, AgentState agent, Mailbox.Entry entry, long nowMs) {
        return switch (agent.vertex.behaviour()) {
            case Behaviour.Router router -> {
                var sending =
                        new Sending(job, agent, entry.message(), Sending.stateOf(agent), nowMs);
                sending.forward(router.emitType().orElse(entry.message().type()));
                yield handled(job, agent, entry.message(), new Change.Forwarded(), sending, nowMs);
            }
            case Behaviour.Aggregator aggregator ->
                    aggregate(job, agent, aggregator, entry.message(), nowMs);
            case Behaviour.Sensor sensor -> {
                var sending =
                        new Sending(job, agent, entry.message(), Sending.stateOf(agent), nowMs);
                sending.emit(
                        "0",
                        sensor.outputMessageType(),
                        entry.message().body(),
                        JsonObject.empty());
                long count = agent.counted + 1;
                var step =
                        handled(
                                job,
                                agent,
                                entry.message(),
                                new Change.Observed(count),
                                sending,
                                nowMs);
                yield sensor.completesRun() && count >= sensor.completeAfter()
                        ? completing(
                                job,
                                agent,
                                step,
                                JsonObject.builder()
                                        .put("count", count)
                                        .put("last_message", entry.message().body())
                                        .build(),
                                nowMs)
                        : step;
            }
            case Behaviour.Executor _, Behaviour.Module _ -> hand(job, agent, entry, nowMs);
            case Behaviour.StepSource source ->
                    FlowAgents.source(job, agent, source, entry.message(), nowMs);
            case Behaviour.StepJoin join ->
                    FlowAgents.join(job, agent, join, entry.message(), nowMs);
            case Behaviour.StepSink sink ->
                    FlowAgents.sink(job, agent, sink, entry.message(), nowMs);
        };
    }

    /** Gives a message up; for a step's agent that is the end of its attempt. */
    static Accepted deadLetter(
            Job job,
            AgentState agent,
            Message message,
            String reason,
            String error,
            int attempts,
            long nowMs) {
        var events = new ArrayList<JobEvent>(1);
        var effects = new ArrayList<Effect>(0);
        events.add(
                new JobEvent.DeadLettered(
                        nowMs, agent.id(), message, job.deadLetters, reason, error, attempts));
        StepFailures.deadLettered(job, agent, message, reason, error, nowMs, events, effects);
        return new Accepted(events, effects);
    }

    /** When the executor's first command may start; empty when nothing puts it off. */
    static OptionalLong firstStartAt(Job job, AgentState agent, Behaviour.Executor executor) {
        return executor.startupDelayMs() > 0 && agent.processed == 0
                ? OptionalLong.of(job.startedAt + executor.startupDelayMs() + job.pausedMsTotal)
                : OptionalLong.empty();
    }

    /** Gives the message to the outside: a command by way of a lease, Java code at once. */
    private static Accepted hand(Job job, AgentState agent, Mailbox.Entry entry, long nowMs) {
        var message = entry.message();
        if (entry.redeliveries() >= JobEngine.DELIVERIES_MAX) {
            return deadLetter(
                    job,
                    agent,
                    message,
                    "attempts_exhausted",
                    agent.lastError.orElse("the process ended while the message was being handled"),
                    entry.redeliveries(),
                    nowMs);
        }
        var attemptId = agent.id() + "-a" + (job.attempts + 1);
        if (agent.vertex.behaviour() instanceof Behaviour.Executor executor) {
            return Accepted.of(
                    new JobEvent.LeaseRequested(
                            nowMs,
                            agent.id(),
                            message.messageId(),
                            attemptId,
                            executor.pool(),
                            executor.poolSlots()),
                    new Effect.RequestLease(
                            agent.id(),
                            attemptId,
                            executor.pool(),
                            executor.poolSlots(),
                            executor.leaseQueueTimeoutMs(),
                            executor.leaseMaxQueueLength()));
        }
        int attempt = entry.redeliveries() + 1;
        return Accepted.of(
                new JobEvent.Dispatched(nowMs, agent.id(), message.messageId(), attemptId, attempt),
                new Effect.CallModule(
                        agent.id(),
                        agent.vertex,
                        attemptId,
                        message,
                        agent.state,
                        agent.processed + 1,
                        attempt,
                        StepContext.of(job, agent)));
    }

    private static Accepted aggregate(
            Job job,
            AgentState agent,
            Behaviour.Aggregator aggregator,
            Message message,
            long nowMs) {
        var sending = new Sending(job, agent, message, Sending.stateOf(agent), nowMs);
        var key = dedupeKey(aggregator.dedupeBy(), message);
        if (!key.isEmpty() && agent.collectedKeys.contains(key)) {
            return handled(job, agent, message, new Change.DuplicateIgnored(key), sending, nowMs);
        }
        boolean once = aggregator.completeAfter().isPresent() || aggregator.allSources();
        boolean over = agent.emitted && !aggregator.resetAfterEmit();
        if (over && once && !aggregator.completeOnMessage()) {
            return handled(
                    job, agent, message, new Change.Late(agent.lateMessages + 1), sending, nowMs);
        }
        int count = agent.collected.size() + 1;
        boolean emits =
                aggregator.completeOnMessage()
                        || aggregator.completeAfter().isPresent()
                                && count >= aggregator.completeAfter().getAsInt();
        if (!emits) {
            return handled(job, agent, message, new Change.Collected(count, key), sending, nowMs);
        }
        var bodies = new ArrayList<JsonValue>(count);
        bodies.addAll(agent.collected);
        bodies.add(message.body());
        var aggregate = aggregateOf(bodies);
        aggregator
                .outputMessageType()
                .ifPresent(type -> sending.emit("0", type, aggregate, AGGREGATE_HEADERS));
        var step = handled(job, agent, message, new Change.Aggregated(count, key), sending, nowMs);
        return aggregator.completesRun() ? completing(job, agent, step, aggregate, nowMs) : step;
    }

    static JsonObject aggregateOf(List<JsonValue> bodies) {
        return JsonObject.builder()
                .put("messages", JsonArray.of(bodies))
                .put("count", bodies.size())
                .put("last_message", bodies.isEmpty() ? JsonNull.NULL : bodies.getLast())
                .build();
    }

    /** Empty when the delivery layer's own deduplication by message id is all that is asked for. */
    private static String dedupeKey(String dedupeBy, Message message) {
        return switch (dedupeBy) {
            case "message_id" -> "";
            case "correlation_id" -> message.correlationId();
            default -> {
                JsonValue value = message.body();
                for (var part : dedupeBy.split("\\.")) {
                    value = value instanceof JsonObject object ? object.at(part) : JsonNull.NULL;
                }
                yield value.isNull()
                        ? ""
                        : value instanceof JsonString text ? text.value() : value.toString();
            }
        };
    }

    private static Accepted handled(
            Job job,
            AgentState agent,
            Message message,
            Change change,
            Sending sending,
            long nowMs) {
        var completion =
                agent.step == null
                        ? Optional.<JsonValue>empty()
                        : Completion.of(agent, change, message);
        return handled(job, agent, message, change, sending, completion, nowMs);
    }

    /**
     * The message is done.
     *
     * @param completion the output of the agent's step, if that ends with it
     */
    static Accepted handled(
            Job job,
            AgentState agent,
            Message message,
            Change change,
            Sending sending,
            Optional<JsonValue> completion,
            long nowMs) {
        if (agent.step != null) {
            return StepResults.handled(
                    job,
                    agent,
                    message,
                    change,
                    sending,
                    List.of(),
                    new StepResults.Said(List.of(), completion, false, List.of()),
                    nowMs);
        }
        var event =
                new JobEvent.Handled(
                        nowMs,
                        agent.id(),
                        message.messageId(),
                        change,
                        sending.outputs,
                        sending.routes,
                        List.of());
        if (message.stream().isEmpty()) {
            return Accepted.of(event);
        }
        var events = new ArrayList<JobEvent>(2);
        Results.gaps(job, sending, nowMs, events);
        events.add(event);
        return new Accepted(events, List.of());
    }

    private static Accepted completing(
            Job job, AgentState agent, Accepted step, JsonValue output, long nowMs) {
        var events = new ArrayList<>(step.events());
        var effects = new ArrayList<>(step.effects());
        Results.completeRun(job, agent, output, nowMs, events, effects);
        return new Accepted(events, effects);
    }

    /**
     * Looks at a job in which nobody can take a message. An aggregator that waits for its sources
     * may find that they have ended. And a circle of full mailboxes, each agent waiting for room at
     * the next, is opened by letting one message in beyond the mark: room that no agent can make is
     * room that would never come.
     *
     * <p>Slots can close such a circle too: a command that cannot print on keeps its slots, and the
     * agent that would make room for it waits for just these. Once that one has asked for slots in
     * vain, it takes what is sent to it for as long as a command is kept waiting.
     */
    private static @Nullable Accepted standstill(Job job, Seeds seeds, long nowMs) {
        if (job.heldTotal > 0
                && job.starved > 0
                && job.agents().stream().anyMatch(Steps::blocked)) {
            for (var agent : job.agents()) {
                if (agent.starved && agent.hasWaiting()) {
                    return released(agent, agent.waiting().element(), true, nowMs);
                }
            }
        }
        if (job.heldTotal > 0 && !job.busyOutside() && job.nextWake().isEmpty()) {
            for (var agent : job.agents()) {
                if (agent.hasWaiting()) {
                    return released(agent, agent.waiting().element(), true, nowMs);
                }
            }
        }
        var ended = sourcesEnded(job, seeds, nowMs);
        return ended == null && job.hasSteps() ? Judging.atRest(job, seeds, nowMs) : ended;
    }

    /** True when a command runs that may not print on before others have made room. */
    private static boolean blocked(AgentState agent) {
        return agent.held > 0 && agent.inflight != null && agent.inflight.phase() == Phase.RUNNING;
    }

    private static @Nullable Accepted sourcesEnded(Job job, Seeds seeds, long nowMs) {
        // Inputs that wait for room may be a source's.
        if (!job.waitsForSources || job.nextSeed < seeds.size()) {
            return null;
        }
        for (var agent : job.agents()) {
            if (!(agent.vertex.behaviour() instanceof Behaviour.Aggregator aggregator)
                    || !aggregator.allSources()
                    || agent.emitted
                    || !agent.quiet()
                    || !sourcesQuiet(job, agent)) {
                continue;
            }
            var cause =
                    Message.of("sources_ended", JsonObject.empty())
                            .addressed(
                                    MessageIds.output(
                                            job.id().value(),
                                            "runtime",
                                            agent.id().value(),
                                            "ended:" + agent.counted),
                                    agent.id().value(),
                                    Instant.ofEpochMilli(nowMs),
                                    job.id().value());
            var sending = new Sending(job, agent, cause, Sending.stateOf(agent), nowMs);
            var aggregate = aggregateOf(agent.collected);
            aggregator
                    .outputMessageType()
                    .ifPresent(type -> sending.emit("0", type, aggregate, AGGREGATE_HEADERS));
            var step =
                    Accepted.of(
                            new JobEvent.SourcesEnded(
                                    nowMs,
                                    agent.id(),
                                    agent.collected.size(),
                                    sending.outputs,
                                    sending.routes));
            return begun(
                    job,
                    agent,
                    aggregator.completesRun()
                            ? completing(job, agent, step, aggregate, nowMs)
                            : step,
                    nowMs);
        }
        return null;
    }

    private static boolean sourcesQuiet(Job job, AgentState agent) {
        var sources = job.graph.upstream(agent.vertex);
        for (int i = sources.nextSetBit(0); i >= 0; i = sources.nextSetBit(i + 1)) {
            if (!job.agents().get(i).quiet()) {
                return false;
            }
        }
        return job.delayed.stream()
                .map(later -> job.agent(later.to()))
                .noneMatch(to -> to == agent || sources.get(to.vertex.index()));
    }

    /** The gap a stream frame reveals: its number is not the one after the last seen. */
    static Optional<JobEvent> gap(AgentState target, Message message, long nowMs) {
        if (message.stream().isEmpty()) {
            return Optional.empty();
        }
        var frame = message.stream().get();
        var mark = target.streams.get(Fold.streamOf(message));
        return isGap(mark, frame)
                ? Optional.of(
                        new JobEvent.StreamGap(
                                nowMs,
                                target.id(),
                                frame.streamId(),
                                Objects.requireNonNull(mark).seq() + 1,
                                frame.seq()))
                : Optional.empty();
    }

    static boolean isGap(AgentState.@Nullable StreamMark mark, StreamFrame frame) {
        return mark != null && !frame.open() && frame.seq() > mark.seq() + 1;
    }
}
