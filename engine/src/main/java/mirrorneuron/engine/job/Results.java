package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.AgentState.Inflight;
import mirrorneuron.engine.job.AgentState.Phase;
import mirrorneuron.engine.job.Decision.Accepted;
import mirrorneuron.engine.job.JobEvent.Change;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.manifest.RuntimeManifest;
import mirrorneuron.engine.worker.StructuredResult.Note;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.engine.worker.WorkerOutcome.Cause;
import mirrorneuron.engine.workflow.StepStatus;
import org.jspecify.annotations.Nullable;

/**
 * What the results of commands mean for the job, and what they share with those of Java code. Only
 * the attempt in hand counts; every other is stale.
 */
final class Results {

    static final int PREVIEW_CHARS_MAX = 2_048;

    /** What the log of a run shows of a command's output; an agent remembers a preview of it. */
    private static final int TOLD_CHARS_MAX = 64 * 1_024;

    /** Exit status that says "try again", from sysexits.h: EX_TEMPFAIL. */
    private static final int EXIT_TRY_AGAIN = 75;

    private static final JsonObject EXECUTOR_HEADERS =
            JsonObject.builder()
                    .put("schema_ref", "com.mirrorneuron.executor.result")
                    .put("schema_version", "1.0.0")
                    .build();

    private Results() {}

    /** The agent that holds this attempt in this phase; null when the attempt is stale. */
    static @Nullable AgentState owner(Job job, AgentId id, String attemptId, Phase phase) {
        var agent = job.find(id);
        return agent != null
                        && agent.inflight != null
                        && agent.inflight.phase() == phase
                        && agent.inflight.attemptId().equals(attemptId)
                ? agent
                : null;
    }

    static Decision progress(Job job, JobCommand.WorkerProgress command, long nowMs) {
        var agent = owner(job, command.agent(), command.attemptId(), Phase.RUNNING);
        if (agent == null || job.status().terminal() || job.status() == JobStatus.CANCELLING) {
            return JobEngine.stale(command.attemptId());
        }
        var inflight = Objects.requireNonNull(agent.inflight);
        int line = inflight.progress() + 1;
        var increment = command.increment();
        var cause = inflight.entry().message();
        var sending =
                new Sending(
                        job,
                        agent,
                        cause,
                        increment.nextState().orElse(Sending.stateOf(agent)),
                        nowMs);
        // A repeated attempt prints its first lines again; what they asked for is in the log
        // already.
        boolean repeated = line <= inflight.entry().applied();
        var heard = Heard.of(agent, increment.events());
        var events = new ArrayList<JobEvent>();
        if (!repeated) {
            int index = 0;
            for (var wish : increment.emissions()) {
                sending.emit("line " + line + "." + index++, wish);
            }
            gaps(job, sending, nowMs, events);
        }
        events.add(
                new JobEvent.Progressed(
                        nowMs,
                        agent.id(),
                        command.attemptId(),
                        line,
                        repeated ? Optional.empty() : increment.nextState(),
                        sending.outputs,
                        sending.routes,
                        repeated ? List.of() : heard.notes(),
                        // A repeated attempt has to say again what counts at its end.
                        new JobEvent.Later(
                                heard.reports(),
                                agent.step == null ? Optional.empty() : increment.completeStep(),
                                increment.completeRun())));
        deadLetterUnroutable(job, sending, nowMs, events);
        if (!repeated) {
            Notices.record(agent, heard.notices(), nowMs, events);
        }
        return new Accepted(events, List.of());
    }

    /**
     * The events that a command reports, by who reads them. What a step's command asks of people is
     * read by two: people hear of it, and the ledger opens a gate when the step has an output.
     *
     * @param notes which only readers of the log see
     */
    private record Heard(List<Note> notes, List<Note> reports, List<Note> notices) {

        static Heard of(AgentState agent, List<Note> events) {
            var notes = new ArrayList<Note>(0);
            var reports = new ArrayList<Note>(0);
            var notices = new ArrayList<Note>(0);
            for (var event : events) {
                boolean read = agent.step != null && StepReports.isLedgerType(event.type());
                if (read) {
                    reports.add(event);
                }
                if (Notices.isOne(event)) {
                    notices.add(event);
                } else if (!read) {
                    notes.add(own(event));
                }
            }
            return new Heard(notes, reports, notices);
        }
    }

    static Decision finished(Job job, JobCommand.WorkerFinished command, long nowMs) {
        var agent = owner(job, command.agent(), command.attemptId(), Phase.RUNNING);
        if (agent == null || job.status().terminal()) {
            return late(job, command, nowMs);
        }
        if (job.status() == JobStatus.CANCELLING) {
            return new Accepted(
                    List.of(
                            released(agent, nowMs),
                            new JobEvent.Returned(
                                    nowMs,
                                    agent.id(),
                                    Objects.requireNonNull(agent.inflight)
                                            .entry()
                                            .message()
                                            .messageId(),
                                    "job cancelled")),
                    List.of());
        }
        return switch (command.outcome()) {
            case WorkerOutcome.Succeeded succeeded -> succeeded(job, agent, succeeded, nowMs);
            case WorkerOutcome.Failed failed -> {
                var events = new ArrayList<JobEvent>();
                Notices.record(agent, failed.notices(), nowMs, events);
                var effects = new ArrayList<Effect>();
                failed(job, agent, failed, nowMs, events, effects);
                yield new Accepted(events, effects);
            }
        };
    }

    /** An attempt that was given up before has ended: what it told people was said nevertheless. */
    private static Decision late(Job job, JobCommand.WorkerFinished command, long nowMs) {
        var agent = job.find(command.agent());
        var events = new ArrayList<JobEvent>(0);
        if (agent != null
                && !job.status().terminal()
                && command.outcome() instanceof WorkerOutcome.Failed failed) {
            Notices.record(agent, failed.notices(), nowMs, events);
        }
        return events.isEmpty()
                ? JobEngine.stale(command.attemptId())
                : new Accepted(events, List.of());
    }

    /**
     * The order of what a successful command asked for: the run itself, its events, completions,
     * the default output, then its messages. So whatever a successor gets comes after the
     * completion that allows it.
     */
    private static Decision succeeded(
            Job job, AgentState agent, WorkerOutcome.Succeeded outcome, long nowMs) {
        var inflight = Objects.requireNonNull(agent.inflight);
        var executor = (Behaviour.Executor) agent.vertex.behaviour();
        var cause = inflight.entry().message();
        var nextState = outcome.result().flatMap(result -> result.nextState());
        var sending =
                new Sending(job, agent, cause, nextState.orElse(Sending.stateOf(agent)), nowMs);
        var payload = defaultPayload(job, agent, executor, inflight, outcome);
        executor.outputMessageType()
                .ifPresent(type -> sending.output(type, executor, EXECUTOR_HEADERS, payload));
        var heard =
                Heard.of(agent, outcome.result().map(result -> result.events()).orElse(List.of()));
        var notes = new ArrayList<>(heard.notes());
        outcome.result()
                .ifPresent(
                        result -> {
                            int index = 1;
                            for (var wish : result.emissions()) {
                                sending.emit(Integer.toString(index++), wish);
                            }
                            for (var warning : result.warnings()) {
                                notes.add(
                                        new Note(
                                                "executor_output_warning",
                                                JsonObject.of("warning", new JsonString(warning))));
                            }
                        });
        var ran =
                new Change.Ran(
                        nextState,
                        lastResult(
                                executor,
                                inflight,
                                outcome.sandboxName(),
                                0,
                                outcome.stdout(),
                                outcome.stderr(),
                                outcome.stepResult()
                                        .map(step -> step.object("metrics"))
                                        .orElse(JsonObject.empty())),
                        inflight.attempt(),
                        false);
        var completion =
                outcome.result()
                        .flatMap(result -> result.completeRun())
                        .or(() -> inflight.later().completeRun())
                        .map(value -> value.equals(JsonBool.TRUE) ? payload : value);
        if (agent.step != null) {
            var reports = new ArrayList<>(inflight.later().reports());
            reports.addAll(heard.reports());
            // The first answer wins: what was answered while the command ran is not asked again.
            var answered = Notices.answered(heard.notices());
            reports.removeIf(note -> Notices.asks(note, answered));
            var said =
                    new StepResults.Said(
                            reports,
                            stepOutput(agent, outcome, payload),
                            completion.isPresent(),
                            // The gate says itself what it waits for.
                            heard.notices().stream()
                                    .filter(note -> !reports.contains(note))
                                    .toList());
            return StepResults.handled(job, agent, cause, ran, sending, notes, said, nowMs);
        }
        var events = new ArrayList<JobEvent>();
        gaps(job, sending, nowMs, events);
        events.add(
                new JobEvent.Handled(
                        nowMs,
                        agent.id(),
                        cause.messageId(),
                        ran,
                        sending.outputs,
                        sending.routes,
                        notes));
        deadLetterUnroutable(job, sending, nowMs, events);
        Notices.record(agent, heard.notices(), nowMs, events);
        var effects = new ArrayList<Effect>();
        if (completion.isEmpty() && executor.completesRun()) {
            completion = Optional.of(payload);
        }
        completion.ifPresent(output -> completeRun(job, agent, output, nowMs, events, effects));
        return new Accepted(events, effects);
    }

    /** What a command that succeeded gives its step; empty when it says that more will come. */
    private static Optional<JsonValue> stepOutput(
            AgentState agent, WorkerOutcome.Succeeded outcome, JsonValue payload) {
        var said =
                outcome.result()
                        .flatMap(result -> result.completeStep())
                        .or(() -> Objects.requireNonNull(agent.inflight).later().completeStep());
        if (said.isPresent()) {
            return said.map(value -> value.equals(JsonBool.TRUE) ? payload : value);
        }
        return StepResults.completesStep(agent) ? Optional.of(payload) : Optional.empty();
    }

    private static JsonValue defaultPayload(
            Job job,
            AgentState agent,
            Behaviour.Executor executor,
            Inflight inflight,
            WorkerOutcome.Succeeded outcome) {
        if (outcome.stepResult().isPresent()) {
            var step = outcome.stepResult().get();
            return JsonObject.builder()
                    .put("outputs", step.object("outputs"))
                    .put("artifacts", step.array("artifacts"))
                    .put("metrics", step.object("metrics"))
                    .put("status", step.string("status").orElse("completed"))
                    .put("workflow_step_id", step.at("workflow_step_id"))
                    .put("run_id", job.runId())
                    .put("runtime_step_mode", step.at("runtime_step_mode"))
                    .put("agent_id", agent.id().value())
                    .build();
        }
        return JsonObject.builder()
                .put("agent_id", agent.id().value())
                .put(
                        "sandbox",
                        JsonObject.builder()
                                .put("sandbox_name", outcome.sandboxName())
                                .put("remote_dir", executor.sandboxUploadPath())
                                .put("exit_code", 0)
                                .put("runner_exit_code", 0)
                                .put("stdout", outcome.stdout())
                                .put("stderr", outcome.stderr())
                                .put("logs", outcome.stderr())
                                .put("raw_output", outcome.stdout())
                                .put("runner", executor.runner())
                                .put("node_name", job.node)
                                .put("attempts", inflight.attempt())
                                .put("lease", lease(executor, inflight))
                                .build())
                .build();
    }

    /** The slots of a command that was stopped or lost are free again. */
    static JobEvent.Noted released(AgentState agent, long nowMs) {
        var inflight = Objects.requireNonNull(agent.inflight);
        return new JobEvent.Noted(
                nowMs,
                Optional.of(agent.id()),
                "executor_lease_released",
                lease((Behaviour.Executor) agent.vertex.behaviour(), inflight)
                        .with("attempt_id", new JsonString(inflight.attemptId())));
    }

    private static JsonObject lease(Behaviour.Executor executor, Inflight inflight) {
        return JsonObject.builder()
                .put("lease_id", inflight.leaseId())
                .put("pool", executor.pool())
                .put("slots", executor.poolSlots())
                .build();
    }

    private static JsonObject lastResult(
            Behaviour.Executor executor,
            Inflight inflight,
            String sandboxName,
            int exitCode,
            String stdout,
            String stderr,
            JsonObject metrics) {
        var result =
                JsonObject.builder()
                        .put("sandbox_name", sandboxName)
                        .put("exit_code", exitCode)
                        .put("attempts", inflight.attempt())
                        .put("runner", executor.runner())
                        .put("pool", executor.pool())
                        .put("lease", lease(executor, inflight))
                        .put("stdout", cut(stdout, TOLD_CHARS_MAX))
                        .put("stderr", cut(stderr, TOLD_CHARS_MAX));
        return metrics.isEmpty() ? result.build() : result.put("metrics", metrics).build();
    }

    /** What an agent keeps of its last run, which its monitor shows. */
    static JsonObject remembered(JsonObject result) {
        var stdout = result.string("stdout").orElse("");
        var stderr = result.string("stderr").orElse("");
        if (stdout.length() <= PREVIEW_CHARS_MAX
                && stderr.length() <= PREVIEW_CHARS_MAX
                && !result.has("metrics")) {
            return result;
        }
        return result.with("stdout", new JsonString(preview(stdout)))
                .with("stderr", new JsonString(preview(stderr)))
                .without("metrics");
    }

    /** The same of a run that failed. */
    static JsonObject remembered(JobEvent.AttemptFailed failed) {
        return JsonObject.builder()
                .put("sandbox_name", failed.sandboxName())
                .put(
                        "exit_code",
                        failed.exitCode() < 0 ? JsonNull.NULL : JsonNumber.of(failed.exitCode()))
                .put("attempts", failed.attempt())
                .put("pool", failed.lease().at("pool"))
                .put("lease", failed.lease())
                .put("cause", failed.cause())
                .put("error", failed.error())
                .put("logs", failed.logs())
                .build();
    }

    /** What stands in for a failed run keeps why it failed. */
    static JsonObject withCause(JsonObject result, JsonObject failed) {
        return failed.has("cause")
                ? result.with("cause", failed.at("cause")).with("error", failed.at("error"))
                : result;
    }

    private static String preview(String text) {
        return cut(text, PREVIEW_CHARS_MAX);
    }

    private static String cut(String text, int charsMax) {
        if (text.length() <= charsMax) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(charsMax - 1)) ? charsMax - 1 : charsMax;
        return text.substring(0, end) + "…";
    }

    private static void failed(
            Job job,
            AgentState agent,
            WorkerOutcome.Failed outcome,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        var inflight = Objects.requireNonNull(agent.inflight);
        if (outcome.cause().infrastructure()) {
            events.add(released(agent, nowMs));
        }
        if (outcome.cause() == Cause.STOPPED) {
            events.add(
                    new JobEvent.Returned(
                            nowMs,
                            agent.id(),
                            inflight.entry().message().messageId(),
                            job.status() == JobStatus.PAUSING ? "job paused" : "worker stopped"));
            return;
        }
        if (outcome.cause().infrastructure()) {
            var again = redeliver(job, agent, outcome.error(), nowMs);
            events.addAll(again.events());
            effects.addAll(again.effects());
            return;
        }
        var executor = (Behaviour.Executor) agent.vertex.behaviour();
        int attempt = inflight.attempt();
        // The ledger decides how often a step is tried.
        boolean again =
                agent.step == null
                        && attempt < executor.maxAttempts()
                        && worthRetry(executor, outcome);
        long delay =
                Math.min(
                        Math.min(executor.retryBackoffMs(), JobEngine.TTL_MAX_MS)
                                << Math.min(attempt - 1, 20),
                        JobEngine.TTL_MAX_MS);
        events.add(
                new JobEvent.AttemptFailed(
                        nowMs,
                        agent.id(),
                        inflight.attemptId(),
                        attempt,
                        executor.maxAttempts(),
                        outcome.cause().name().toLowerCase(Locale.ROOT),
                        outcome.exitCode().orElse(-1),
                        outcome.error(),
                        preview(outcome.stderr().isEmpty() ? outcome.stdout() : outcome.stderr()),
                        outcome.sandboxName(),
                        lease(executor, inflight),
                        again ? nowMs + delay : 0));
        if (agent.step != null) {
            stepFailed(job, agent, executor, inflight, outcome, nowMs, events, effects);
        } else if (!again) {
            givenUp(job, agent, executor, inflight, outcome, nowMs, events, effects);
        }
    }

    /** A fallback, where there is one, stands in for the result once no attempt is left. */
    private static void stepFailed(
            Job job,
            AgentState agent,
            Behaviour.Executor executor,
            Inflight inflight,
            WorkerOutcome.Failed outcome,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        var step = Objects.requireNonNull(agent.step);
        var cause = outcome.cause().name().toLowerCase(Locale.ROOT);
        boolean retryable = worthRetry(executor, outcome);
        boolean last = !StepFailures.triesAgain(step, cause, retryable);
        if (last && executor.failureMessageType().isPresent()) {
            givenUp(job, agent, executor, inflight, outcome, nowMs, events, effects);
            events.add(
                    StepResults.ended(
                            step,
                            StepStatus.COMPLETED,
                            Ledger.OUTCOME_SUCCESS,
                            JsonObject.builder()
                                    .put("error", outcome.error())
                                    .put("fallback_used", true)
                                    .build(),
                            "its fallback was used",
                            nowMs));
            return;
        }
        var error =
                outcome.stderr().isBlank()
                        ? outcome.error()
                        : outcome.error() + "\n" + preview(outcome.stderr().strip());
        StepFailures.failed(
                job,
                Objects.requireNonNull(agent.step),
                agent,
                cause,
                error,
                outcome.exitCode(),
                retryable,
                nowMs,
                events,
                effects);
    }

    private static boolean worthRetry(Behaviour.Executor executor, WorkerOutcome.Failed outcome) {
        OptionalInt code = outcome.exitCode();
        return executor.retryOn().isEmpty()
                || code.isEmpty()
                || code.getAsInt() == EXIT_TRY_AGAIN
                || executor.retryOn().contains(code.getAsInt());
    }

    private static void givenUp(
            Job job,
            AgentState agent,
            Behaviour.Executor executor,
            Inflight inflight,
            WorkerOutcome.Failed outcome,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        var cause = inflight.entry().message();
        if (executor.failureMessageType().isPresent()) {
            var sending = new Sending(job, agent, cause, Sending.stateOf(agent), nowMs);
            sending.emit(
                    "0",
                    executor.failureMessageType().get(),
                    JsonObject.builder()
                            .put("agent_id", agent.id().value())
                            .put(
                                    "outputs",
                                    JsonObject.builder()
                                            .put("error", outcome.error())
                                            .put("fallback_used", true)
                                            .put("failed_agent_id", agent.id().value())
                                            .build())
                            .put("artifacts", JsonArray.empty())
                            .put("status", "failed")
                            .build(),
                    EXECUTOR_HEADERS);
            events.add(
                    new JobEvent.Handled(
                            nowMs,
                            agent.id(),
                            cause.messageId(),
                            new Change.Ran(
                                    Optional.empty(),
                                    lastResult(
                                            executor,
                                            inflight,
                                            outcome.sandboxName(),
                                            outcome.exitCode().orElse(-1),
                                            outcome.stdout(),
                                            outcome.stderr(),
                                            JsonObject.empty()),
                                    inflight.attempt(),
                                    true),
                            sending.outputs,
                            sending.routes,
                            List.of(
                                    new Note(
                                            "executor_fallback_dispatched",
                                            JsonObject.builder()
                                                    .put("attempt", inflight.attempt())
                                                    .put("error", outcome.error())
                                                    .build()))));
            return;
        }
        events.add(
                new JobEvent.DeadLettered(
                        nowMs,
                        agent.id(),
                        cause,
                        job.deadLetters,
                        "handler_rejected",
                        outcome.error(),
                        inflight.attempt()));
        var why = outcome.cause().name().toLowerCase(Locale.ROOT);
        var details =
                JsonObject.builder()
                        .put("message", outcome.error() + "\n" + preview(outcome.stderr()))
                        .put("category", Cause.category(why))
                        .put("retryable", false)
                        .put("reason_type", why)
                        .put("component", "executor")
                        .put("agent_id", agent.id().value())
                        .put("attempt", inflight.attempt())
                        .put("max_attempts", executor.maxAttempts())
                        .put("node", job.node);
        outcome.exitCode().ifPresent(status -> details.put("exit_code", status));
        var failure =
                Failure.of(
                        "runtime.job.failed",
                        "Agent " + agent.id() + " failed: " + outcome.error(),
                        details.build(),
                        Instant.ofEpochMilli(nowMs),
                        "Read the worker's stderr in the details, mend the command, and submit again.");
        JobEngine.nodeFailed(job, agent, outcome.error(), failure, nowMs, events, effects);
    }

    /** Hands the message out again later, or gives it up when that was tried often enough. */
    static Accepted redeliver(Job job, AgentState agent, String reason, long nowMs) {
        var inflight = Objects.requireNonNull(agent.inflight);
        var message = inflight.entry().message();
        int deliveries = inflight.entry().redeliveries() + 1;
        if (deliveries >= JobEngine.DELIVERIES_MAX) {
            return Steps.deadLetter(
                    job, agent, message, "attempts_exhausted", reason, deliveries, nowMs);
        }
        return Accepted.of(
                new JobEvent.DeliveryRetried(
                        nowMs,
                        agent.id(),
                        message.messageId(),
                        deliveries + 1,
                        nowMs + JobEngine.redeliveryDelayMs(message.messageId(), deliveries - 1),
                        reason));
    }

    /** An agent's event; what readers would take for the job's own life is wrapped. */
    static Note own(Note note) {
        return note.type().startsWith("job_")
                ? new Note(
                        "agent_event",
                        JsonObject.builder()
                                .put("type", note.type())
                                .put("payload", note.payload())
                                .build())
                : note;
    }

    /** Ends a run that has an end; a service goes on. */
    static void completeRun(
            Job job,
            AgentState agent,
            JsonValue output,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        if (job.hasSteps() && !ledgerAllows(job, agent, output, nowMs, events)) {
            return;
        }
        var node = job.graph.node(agent.vertex).orElse(job.node);
        switch (job.graph.manifest().jobType()) {
            case "service" ->
                    events.add(
                            new JobEvent.AgentCompleted(
                                    nowMs,
                                    agent.id(),
                                    "service_agent_completed",
                                    job.node,
                                    output));
            case "system" ->
                    events.add(
                            new JobEvent.AgentCompleted(
                                    nowMs, agent.id(), "system_target_completed", node, output));
            case "sysbatch" -> {
                events.add(
                        new JobEvent.AgentCompleted(
                                nowMs, agent.id(), "sysbatch_target_completed", node, output));
                var done = new LinkedHashMap<>(job.targets);
                done.putIfAbsent(node, new Job.Target(agent.id(), output));
                if (done.keySet().containsAll(job.graph.nodes())) {
                    ended(job, agent, targetResults(job, done), nowMs, events, effects);
                }
            }
            default -> ended(job, agent, output, nowMs, events, effects);
        }
    }

    /** What a job is that ended on every node, its agents under the manifest's names. */
    private static JsonObject targetResults(Job job, Map<String, Job.Target> done) {
        var agents = new LinkedHashSet<String>();
        var targets = new ArrayList<String>();
        var results = JsonObject.builder();
        done.forEach(
                (node, target) -> {
                    var written = job.graph.writtenId(job.agent(target.agent()).vertex);
                    var id = RuntimeManifest.onNode(written, node).value();
                    agents.add(written.value());
                    targets.add(id);
                    results.put(id, target.output());
                });
        return JsonObject.builder()
                .put("completed_agents", JsonArray.ofStrings(List.copyOf(agents)))
                .put("completed_targets", JsonArray.ofStrings(targets))
                .put("target_results", results.build())
                .build();
    }

    private static void ended(
            Job job,
            AgentState agent,
            JsonValue output,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        events.add(new JobEvent.Completed(nowMs, Optional.of(agent.id()), output));
        effects.addAll(JobEngine.stopAllBut(job, agent));
        effects.add(new Effect.JobEnded(JobStatus.COMPLETED));
    }

    /**
     * Whether the run may end now: only the terminal sink may end it, and only when every step is
     * over. What it gave before that is kept.
     */
    private static boolean ledgerAllows(
            Job job, AgentState agent, JsonValue output, long nowMs, List<JobEvent> events) {
        var ledger = job.ledger();
        if (!Ledger.isSink(agent)) {
            events.add(
                    new JobEvent.Noted(
                            nowMs,
                            Optional.of(agent.id()),
                            "workflow_completion_ignored",
                            JsonObject.of("agent_id", new JsonString(agent.id().value()))));
            return false;
        }
        if (ledger.open > 0) {
            events.add(new JobEvent.CompletionDeferred(nowMs, agent.id(), output, ledger.open));
            return false;
        }
        return true;
    }

    /** The gaps that the frames being sent reveal, several frames of one stream included. */
    static void gaps(Job job, Sending sending, long nowMs, List<JobEvent> events) {
        Map<String, Long> sent = null;
        for (var output : sending.outputs) {
            var message = output.message();
            if (message.stream().isEmpty()) {
                continue;
            }
            sent = sent == null ? new HashMap<>() : sent;
            var frame = message.stream().get();
            var target = job.agent(AgentId.of(message.to()));
            var stream = Fold.streamOf(message);
            var mark = target.streams.get(stream);
            var before = sent.put(message.to() + "\n" + stream, frame.seq());
            if (before != null
                    ? frame.seq() > before + 1 && !frame.open()
                    : Steps.isGap(mark, frame)) {
                long expected = (before != null ? before : Objects.requireNonNull(mark).seq()) + 1;
                events.add(
                        new JobEvent.StreamGap(
                                nowMs, target.id(), frame.streamId(), expected, frame.seq()));
            }
        }
    }

    static void deadLetterUnroutable(Job job, Sending sending, long nowMs, List<JobEvent> events) {
        int index = job.deadLetters;
        for (var message : sending.unroutable) {
            events.add(
                    new JobEvent.DeadLettered(
                            nowMs,
                            AgentId.of(message.to()),
                            message,
                            index++,
                            "unroutable_target",
                            "the job has no agent " + message.to(),
                            1));
        }
    }
}
