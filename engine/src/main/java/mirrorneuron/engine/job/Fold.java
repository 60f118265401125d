package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.AgentState.Held;
import mirrorneuron.engine.job.AgentState.Inflight;
import mirrorneuron.engine.job.AgentState.Phase;
import mirrorneuron.engine.job.AgentState.Pressure;
import mirrorneuron.engine.job.JobEvent.Change;
import mirrorneuron.engine.job.JobEvent.Output;
import mirrorneuron.engine.job.JobEvent.RouteNote;
import mirrorneuron.engine.manifest.Backpressure;
import mirrorneuron.engine.manifest.Behaviour;
import org.jspecify.annotations.Nullable;

/**
 * What facts mean. Total and silent: the same code runs once when live and again at every replay.
 */
final class Fold {

    /** How a job that was restored under ids of its own calls that. */
    private static final String CLONE = "clone";

    private Fold() {}

    static void apply(Job job, JobEvent event) {
        switch (event) {
            case JobEvent.Submitted _ -> {}
            case JobEvent.Started started -> {
                job.status = JobStatus.RUNNING;
                job.node = started.node();
                job.startedAt = started.atMs();
            }
            case JobEvent.Seeded seeded -> {
                job.nextSeed++;
                job.pending++;
                enqueue(job, job.agent(seeded.to()), seeded.message(), seeded.atMs());
            }
            case JobEvent.Accepted accepted -> accepted(job, accepted);
            case JobEvent.AgentStarted started -> job.agent(started.agent()).started = true;
            case JobEvent.Dispatched dispatched -> {
                var agent = job.agent(dispatched.agent());
                agent.didSomething(dispatched.atMs());
                job.attempts++;
                setInflight(
                        job,
                        agent,
                        begin(job, agent, dispatched.atMs())
                                .handling(dispatched.attemptId(), dispatched.atMs()));
            }
            case JobEvent.LeaseRequested requested -> {
                var agent = job.agent(requested.agent());
                job.attempts++;
                setInflight(
                        job,
                        agent,
                        begin(job, agent, requested.atMs())
                                .lease(requested.attemptId(), requested.atMs()));
            }
            case JobEvent.AttemptStarted started -> {
                var agent = job.agent(started.agent());
                agent.didSomething(started.atMs());
                setInflight(job, agent, inflight(agent).running(started.leaseId(), started.atMs()));
                StepFold.running(job, agent, started.atMs());
            }
            case JobEvent.LeaseRejected rejected -> {
                var agent = job.agent(rejected.agent());
                var inflight = inflight(agent);
                retryLater(job, agent, inflight.entry(), rejected.atMs(), rejected.retryAtMs());
                setStarved(job, agent, true);
            }
            case JobEvent.Progressed progressed -> progressed(job, progressed);
            case JobEvent.Handled handled -> handled(job, handled);
            case JobEvent.SourcesEnded ended -> {
                var agent = job.agent(ended.agent());
                // It stays so after a reset too: with nothing new there is nothing to send again.
                agent.emitted = true;
                newBatch(agent);
                send(job, agent, ended.outputs(), ended.routes(), ended.atMs());
            }
            case JobEvent.AttemptFailed failed -> attemptFailed(job, failed);
            case JobEvent.DeliveryRetried retried -> {
                var agent = job.agent(retried.agent());
                agent.lastError = Optional.of(retried.reason());
                retryLater(
                        job,
                        agent,
                        inflight(agent).entry().redelivered(),
                        retried.atMs(),
                        retried.retryAtMs());
            }
            case JobEvent.Returned returned -> {
                var agent = job.agent(returned.agent());
                giveBack(job, agent, inflight(agent).entry());
                StepFold.interrupted(job, agent);
            }
            case JobEvent.DeadLettered dead -> deadLettered(job, dead);
            case JobEvent.Replayed replayed -> {
                if (replayed.replayCount() == 1) {
                    job.openDeadLetters--;
                }
                job.replays.put(replayed.index(), replayed.replayCount());
                job.pending++;
                enqueue(job, job.agent(replayed.to()), replayed.message(), replayed.atMs());
            }
            case JobEvent.Released released -> released(job, released);
            case JobEvent.Woken woken -> {
                var due = job.delayed.remove();
                if (!due.message().messageId().equals(woken.message().messageId())) {
                    throw new IllegalStateException(
                            "woken: "
                                    + woken.message().messageId()
                                    + " (expected: "
                                    + due.message().messageId()
                                    + ")");
                }
                enqueue(job, job.agent(woken.to()), woken.message(), woken.atMs());
            }
            case JobEvent.PressureChanged changed -> {
                var agent = job.agent(changed.agent());
                job.pressured +=
                        (changed.pressure() == Pressure.NORMAL ? 0 : 1)
                                - (agent.pressure == Pressure.NORMAL ? 0 : 1);
                agent.pressure = changed.pressure();
                agent.inputRejected &= changed.pressure() != Pressure.NORMAL;
            }
            case JobEvent.Told told ->
                    Notices.key(told.note()).ifPresent(job.agent(told.agent())::tell);
            case JobEvent.Noted noted -> noted.agent().ifPresent(id -> noted(job, id, noted));
            case JobEvent.AgentCompleted completed -> {
                if (job.graph.manifest().jobType().equals("sysbatch")) {
                    job.targets.putIfAbsent(
                            completed.node(),
                            new Job.Target(completed.agent(), completed.output()));
                }
            }
            case JobEvent.StreamGap _ -> {}
            case JobEvent.RestartScheduled scheduled -> {
                var agent = job.agent(scheduled.agent());
                agent.restarted(
                        scheduled.atMs(), agent.vertex.spec().restart().interval().toMillis());
                agent.restartAt = scheduled.dueAtMs();
                agent.restartReason = scheduled.reason();
                job.timers.add(new Job.Timer(scheduled.dueAtMs(), agent));
            }
            case JobEvent.Restarted restarted -> {
                var agent = job.agent(restarted.agent());
                agent.restartAt = 0;
                job.wake(agent);
            }
            case JobEvent.CompletionDeferred deferred ->
                    job.ledger().deferred =
                            Optional.of(new Ledger.Deferred(deferred.agent(), deferred.output()));
            case JobEvent.Pausing pausing -> {
                job.status = JobStatus.PAUSING;
                job.statusReason = pausing.reason();
                job.pauseNow = pausing.now();
                job.graceUntil = pausing.graceUntilMs();
                if (pausing.review()) {
                    job.recoveryStatus = Job.PAUSED_FOR_REVIEW;
                }
            }
            case JobEvent.Paused paused -> pause(job, paused.atMs(), paused.reason());
            case JobEvent.Resumed resumed -> resumed(job, resumed);
            case JobEvent.Cancelling cancelling -> {
                job.status = JobStatus.CANCELLING;
                job.statusReason = cancelling.reason();
            }
            case JobEvent.Cancelled cancelled -> {
                job.statusReason = cancelled.reason();
                end(job, JobStatus.CANCELLED, cancelled.atMs());
                job.result =
                        Optional.of(JsonObject.of("reason", new JsonString(cancelled.reason())));
            }
            case JobEvent.Completed completed -> {
                end(job, JobStatus.COMPLETED, completed.atMs());
                boolean byTarget = job.graph.manifest().jobType().equals("sysbatch");
                job.result =
                        Optional.of(
                                byTarget && completed.output() instanceof JsonObject
                                        ? completed.output()
                                        : JsonObject.builder()
                                                .putOrNull(
                                                        "agent_id",
                                                        completed.agent().map(AgentId::value))
                                                .put("output", completed.output())
                                                .build());
            }
            case JobEvent.Failed failed -> {
                end(job, JobStatus.FAILED, failed.atMs());
                job.failure = Optional.of(failed.failure());
                job.statusReason = failed.failure().desc();
                job.result =
                        Optional.of(
                                JsonObject.builder()
                                        .putOrNull("agent_id", failed.agent().map(AgentId::value))
                                        .put("error", failed.failure().desc())
                                        .build());
            }
            case JobEvent.Recovered recovered -> {
                job.node = recovered.node();
                requeue(job, recovered.requeued());
                if (job.hasSteps()) {
                    StepFold.recovered(job, recovered.atMs());
                }
            }
            case JobEvent.PausedForReview review -> {
                job.node = review.node();
                requeue(job, review.agents());
                job.recoveryStatus = Job.PAUSED_FOR_REVIEW;
                pause(job, review.atMs(), review.reason());
            }
            case JobEvent.Restored restored -> restored(job, restored);
            case StepEvent step -> StepFold.apply(job, step);
        }
        job.updatedAt = event.atMs();
        job.lastFact = event;
        job.activities.note(job, event);
        job.sequence += EventViews.count(event);
    }

    private static void accepted(Job job, JobEvent.Accepted accepted) {
        if (!accepted.digest().isEmpty()) {
            // Oldest first, so the expired ones are found without looking at the rest.
            var oldest = job.receipts.values().iterator();
            while (oldest.hasNext() && oldest.next().expiresAt() < accepted.atMs()) {
                oldest.remove();
            }
            long ttl =
                    Math.min(
                            accepted.message().ttlMs().orElse(JobEngine.TTL_DEFAULT_MS),
                            JobEngine.TTL_MAX_MS);
            job.receipts.put(
                    accepted.to() + "/" + accepted.message().messageId(),
                    new Job.Receipt(accepted.digest(), accepted.atMs() + ttl));
        }
        job.pending++;
        enqueue(job, job.agent(accepted.to()), accepted.message(), accepted.atMs());
    }

    /**
     * The message that an attempt is about: the one in hand, when it is tried again, else the next
     * of the mailbox.
     */
    private static Inflight begin(Job job, AgentState agent, long atMs) {
        var inflight = agent.inflight;
        if (inflight != null) {
            return inflight;
        }
        var entry = agent.mailbox.take();
        tookOne(job, agent);
        return Inflight.begun(entry, Phase.RETRY, "", "", atMs, 0);
    }

    private static void noted(Job job, AgentId id, JobEvent.Noted noted) {
        var agent = job.find(id);
        if (agent != null && noted.type().equals(JobEngine.INPUT_REJECTED)) {
            // Not the agent's doing: others have sent in vain.
            agent.inputRejected = true;
        } else if (agent != null) {
            heard(agent, noted.payload(), noted.atMs());
        }
    }

    /** A worker has said something of itself. */
    static void heard(AgentState agent, JsonObject payload, long atMs) {
        agent.didSomething(atMs);
        agent.report = agent.report.heard(payload);
    }

    private static void progressed(Job job, JobEvent.Progressed progressed) {
        var agent = job.agent(progressed.agent());
        agent.didSomething(progressed.atMs());
        agent.report = agent.report.heard(progressed.notes());
        setInflight(job, agent, inflight(agent).progressed(progressed.lines(), progressed.later()));
        progressed.state().ifPresent(state -> agent.state = state);
        send(job, agent, progressed.outputs(), progressed.routes(), progressed.atMs());
    }

    private static void handled(Job job, JobEvent.Handled handled) {
        var agent = job.agent(handled.agent());
        var message = finish(job, agent, handled.messageId());
        agent.processed++;
        agent.didSomething(handled.atMs());
        agent.report = agent.report.heard(handled.notes());
        switch (handled.change()) {
            case Change.Forwarded _ -> agent.counted++;
            case Change.Observed observed -> agent.counted = observed.count();
            case Change.Collected collected -> {
                // Something new for an aggregator that sends a batch each time its sources end.
                agent.emitted = false;
                collect(agent, message.body(), collected.key());
            }
            case Change.Aggregated aggregated -> {
                collect(agent, message.body(), aggregated.key());
                agent.emitted = !newBatch(agent);
            }
            case Change.Gathered gathered -> gather(agent, message, gathered);
            case Change.DuplicateIgnored _ -> {}
            case Change.Late late -> agent.lateMessages = late.count();
            case Change.HandledByModule module -> {
                agent.state = module.state();
                agent.lastError = Optional.empty();
            }
            case Change.Ran ran -> {
                ran.state().ifPresent(state -> agent.state = state);
                var result = Results.remembered(ran.result());
                agent.lastResult =
                        ran.fallback() ? Results.withCause(result, agent.lastResult) : result;
                agent.counted++;
                if (!ran.fallback()) {
                    agent.lastError = Optional.empty();
                }
            }
        }
        send(job, agent, handled.outputs(), handled.routes(), handled.atMs());
        job.wake(agent);
    }

    private static void collect(AgentState agent, JsonValue body, String key) {
        agent.counted++;
        agent.collect(body, key.isEmpty() ? null : key);
    }

    private static void gather(AgentState agent, Message message, Change.Gathered gathered) {
        var kept = Gathering.of(agent, gathered.attemptId());
        agent.gathering = kept;
        switch (gathered.outcome()) {
            case WAITING -> {
                kept.bodies.put(gathered.sources().getFirst(), Gathering.plain(message.body()));
                kept.count = gathered.count();
            }
            case DONE -> {
                agent.counted++;
                // The bodies are on their way; that they came is all that matters from here on.
                kept.bodies.clear();
                kept.count = gathered.count();
                kept.done = true;
            }
            case ALREADY_DONE, DUPLICATE -> {}
        }
    }

    /** Lets go of what was sent, when the aggregator begins anew after each emission. */
    private static boolean newBatch(AgentState agent) {
        if (agent.vertex.behaviour() instanceof Behaviour.Aggregator aggregator
                && aggregator.resetAfterEmit()) {
            agent.collected = List.of();
            agent.collectedKeys = Set.of();
            return true;
        }
        return false;
    }

    private static void attemptFailed(Job job, JobEvent.AttemptFailed failed) {
        var agent = job.agent(failed.agent());
        agent.lastError = Optional.of(failed.error());
        agent.lastResult = Results.remembered(failed);
        agent.didSomething(failed.atMs());
        retryLater(
                job,
                agent,
                inflight(agent).entry().failedOnce(),
                failed.atMs(),
                failed.retryAtMs());
    }

    private static void deadLettered(Job job, JobEvent.DeadLettered dead) {
        job.deadLetters = dead.index() + 1;
        job.openDeadLetters++;
        var agent = job.find(dead.agent());
        if (agent == null || !dead.message().to().equals(agent.id().value())) {
            // A message that never had a mailbox.
            return;
        }
        if (!dead.error().isEmpty()) {
            agent.lastError = Optional.of(dead.error());
        }
        finish(job, agent, dead.message().messageId());
        job.wake(agent);
        StepFold.deadLettered(job, agent);
    }

    private static void released(Job job, JobEvent.Released released) {
        var target = job.agent(released.to());
        var held = target.waiting().remove();
        job.heldTotal--;
        if (!held.message().messageId().equals(released.message().messageId())) {
            throw new IllegalStateException(
                    "released: "
                            + released.message().messageId()
                            + " (expected: "
                            + held.message().messageId()
                            + ")");
        }
        enqueue(job, target, held.message(), released.atMs());
        var producer = held.producer();
        if (producer != null && --producer.held == 0) {
            job.wake(producer);
        }
    }

    static void send(
            Job job, AgentState sender, List<Output> outputs, List<RouteNote> routes, long atMs) {
        for (var note : routes) {
            if (note.verdict() == RouteNote.Verdict.UNROUTED) {
                sender.sawUnrouted(note.type());
            }
        }
        for (var output : outputs) {
            job.pending++;
            job.traffic.sent(job.graph, output, atMs);
            var message = output.message();
            if (output.dueAtMs() > 0) {
                job.delayed.add(
                        new Job.Delayed(
                                output.dueAtMs(),
                                job.arrivals++,
                                AgentId.of(message.to()),
                                message));
                continue;
            }
            var target = job.agent(AgentId.of(message.to()));
            if (message.stream().isPresent()) {
                // The number counts from the sending, the place in the mailbox from the arrival: a
                // frame may be held in between.
                var stream = streamOf(message);
                var mark = target.streams.get(stream);
                target.sawFrame(
                        stream,
                        message.stream().get().seq(),
                        mark == null ? Long.MIN_VALUE : mark.key(),
                        false);
            }
            if (output.held()) {
                target.waiting().add(new Held(sender, message));
                sender.held++;
                job.heldTotal++;
            } else {
                enqueue(job, target, message, atMs);
            }
        }
    }

    static void enqueue(Job job, AgentState target, Message message, long atMs) {
        long key = Mailbox.key(message, atMs);
        if (message.stream().isPresent()) {
            var frame = message.stream().get();
            var stream = streamOf(message);
            var mark = target.streams.get(stream);
            // A frame of lower priority number must not overtake the frames before it.
            key = mark == null ? key : Math.max(key, mark.key());
            long seq = mark == null ? frame.seq() : Math.max(mark.seq(), frame.seq());
            target.sawFrame(stream, seq, key, frame.close());
        }
        target.mailbox.add(new Mailbox.Entry(message, key, job.arrivals++, atMs, 0, 0, 0));
        checkPressure(job, target);
        job.wake(target);
    }

    static String streamOf(Message message) {
        return message.from() + "\n" + message.stream().map(frame -> frame.streamId()).orElse("");
    }

    /** Ends the handling of a message, wherever it is, and returns it. */
    static Message finish(Job job, AgentState agent, String messageId) {
        job.pending--;
        var inflight = agent.inflight;
        Message message;
        if (inflight != null) {
            message = inflight.entry().message();
            setInflight(job, agent, null);
        } else {
            message = agent.mailbox.take().message();
            tookOne(job, agent);
        }
        if (!message.messageId().equals(messageId)) {
            throw new IllegalStateException(
                    "handled: "
                            + messageId
                            + " by "
                            + agent.id()
                            + " (expected: "
                            + message.messageId()
                            + ")");
        }
        return message;
    }

    /** Lets go of what the agent has in hand. */
    static void drop(Job job, AgentState agent) {
        job.pending--;
        setInflight(job, agent, null);
    }

    /** Room was made in the agent's mailbox. */
    static void tookOne(Job job, AgentState agent) {
        checkPressure(job, agent);
        if (agent.hasWaiting()) {
            job.roomMade.add(agent);
        }
    }

    private static void retryLater(
            Job job, AgentState agent, Mailbox.Entry entry, long atMs, long retryAtMs) {
        setInflight(job, agent, inflight(agent).retry(entry, atMs, retryAtMs));
        if (retryAtMs > 0) {
            job.timers.add(new Job.Timer(retryAtMs, agent));
        }
    }

    private static void giveBack(Job job, AgentState agent, Mailbox.Entry entry) {
        setInflight(job, agent, null);
        agent.mailbox.add(entry);
        checkPressure(job, agent);
        job.wake(agent);
    }

    private static void requeue(Job job, List<AgentId> ids) {
        for (var id : ids) {
            var agent = job.agent(id);
            var inflight = inflight(agent);
            giveBack(
                    job,
                    agent,
                    inflight.phase() == Phase.LEASE
                            ? inflight.entry()
                            : inflight.entry().redelivered());
            StepFold.interrupted(job, agent);
        }
    }

    private static void pause(Job job, long atMs, String reason) {
        job.status = JobStatus.PAUSED;
        job.statusReason = reason;
        job.pausedAt = atMs;
        job.graceUntil = 0;
    }

    /** No message grew old and no id was forgotten while the job lay in an archive. */
    private static void restored(Job job, JobEvent.Restored restored) {
        job.node = restored.node();
        job.recoveryStatus = Job.RESTORED;
        job.statusReason = "restored from a backup";
        job.provenance = restored.provenance();
        long away = Math.max(0, restored.atMs() - restored.takenAtMs());
        boolean another = restored.provenance().string("mode").filter(CLONE::equals).isPresent();
        for (var agent : job.agents()) {
            if (another) {
                // Both are named after the job that held them, and this one never did.
                agent.lastResult = agent.lastResult.without("lease").without("sandbox_name");
            }
            for (var entry : agent.mailbox.drain()) {
                agent.mailbox.add(entry.younger(away));
            }
            var inflight = agent.inflight;
            if (inflight != null) {
                agent.inflight = inflight.of(inflight.entry().younger(away));
            }
        }
        job.receipts.replaceAll(
                (_, receipt) -> new Job.Receipt(receipt.digest(), receipt.expiresAt() + away));
    }

    /** Everything that waits for a time waits as much longer as the pause took. */
    private static void resumed(Job job, JobEvent.Resumed resumed) {
        long shift = resumed.pausedMs();
        job.status = JobStatus.RUNNING;
        job.statusReason = "";
        job.recoveryStatus = "";
        job.pausedMsTotal += shift;
        job.pausedAt = 0;
        job.timers.clear();
        for (var agent : job.agents()) {
            if (agent.inflight != null && agent.inflight.phase() == Phase.RETRY) {
                agent.inflight = agent.inflight.retryAt(agent.inflight.retryAt() + shift);
                job.timers.add(new Job.Timer(agent.inflight.retryAt(), agent));
            }
            if (agent.restartAt > 0) {
                agent.restartAt += shift;
                job.timers.add(new Job.Timer(agent.restartAt, agent));
            }
            job.wake(agent);
        }
        var later = new ArrayList<>(job.delayed);
        job.delayed.clear();
        for (var delayed : later) {
            job.delayed.add(
                    new Job.Delayed(
                            delayed.dueAt() + shift,
                            delayed.arrival(),
                            delayed.to(),
                            delayed.message()));
        }
        if (job.hasSteps()) {
            StepFold.resumed(job, shift);
        }
    }

    private static void end(Job job, JobStatus status, long atMs) {
        job.status = status;
        job.endedAt = atMs;
        job.ready.clear();
        job.roomMade.clear();
        job.timers.clear();
        job.delayed.clear();
        // What they gave stands in the result.
        job.targets.clear();
        for (var agent : job.agents()) {
            setInflight(job, agent, null);
            agent.restartAt = 0;
        }
    }

    static void checkPressure(Job job, AgentState agent) {
        if (pressureOf(agent) != agent.pressure) {
            job.pressureChanged.add(agent);
        }
    }

    /**
     * Pressure rises at the marks and falls only when the mailbox is nearly empty, so that it does
     * not flicker.
     */
    static Pressure pressureOf(AgentState agent) {
        Backpressure limits = agent.vertex.spec().backpressure();
        int depth = agent.depth();
        if (depth == 0) {
            // Three quarters of a very small mailbox are nothing, and nothing is no pressure.
            return Pressure.NORMAL;
        }
        if (depth >= limits.maxQueueDepth()) {
            return Pressure.SATURATED;
        }
        if (depth >= limits.highWatermark()) {
            return Pressure.PRESSURED;
        }
        return depth <= limits.lowWatermark() || agent.pressure == Pressure.NORMAL
                ? Pressure.NORMAL
                : Pressure.PRESSURED;
    }

    private static Inflight inflight(AgentState agent) {
        var inflight = agent.inflight;
        if (inflight == null) {
            throw new IllegalStateException(
                    "agent " + agent.id() + ": nothing in hand (expected: a message)");
        }
        return inflight;
    }

    private static void setInflight(Job job, AgentState agent, @Nullable Inflight next) {
        count(job, agent.inflight, -1);
        agent.inflight = next;
        count(job, next, 1);
        if (next == null || next.phase() == Phase.RUNNING) {
            setStarved(job, agent, false);
        }
    }

    private static void setStarved(Job job, AgentState agent, boolean starved) {
        job.starved += (starved ? 1 : 0) - (agent.starved ? 1 : 0);
        agent.starved = starved;
    }

    private static void count(Job job, @Nullable Inflight inflight, int by) {
        if (inflight == null) {
            return;
        }
        switch (inflight.phase()) {
            case RUNNING, HANDLING -> job.running += by;
            case LEASE -> job.leasing += by;
            case RETRY -> {}
        }
    }
}
