package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.agent.Action;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.engine.job.AgentState.Phase;
import mirrorneuron.engine.job.AgentState.Pressure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands in any order: the invariants hold after each of them, and when the outside answers
 * everything at last, nothing is left over, whatever came before. The seed in a failure's message
 * tells the same story again.
 */
class AnyOrderTest extends JobSpec {

    private static final int SEEDS = 25;
    private static final int COMMANDS = 60;
    private static final int ANSWERS_MAX = 4_000;

    /** Small mailboxes, a cycle, and every kind of agent. */
    private static final String LOOP =
            """
            a: module {'backpressure': {'max_queue_depth': 2}}
            b: module {'backpressure': {'max_queue_depth': 2, 'low_watermark': 0}}
            x: executor {'max_attempts': 2, 'idempotent': true}
            r: router {'backpressure': {'max_queue_depth': 1}}
            c: aggregator {'complete_after': 3, 'reset_after_emit': true, 'output_message_type': 'all'}
            a -> b: x
            a -> r: y
            r -> x: y
            x -> c: *
            b -> a: z
            c -> b: all
            entrypoints: a, x
            """;

    /** Failures with a message of their own, deferred restarts, and sources that end. */
    private static final String SOURCES =
            """
            a: module
            x: executor {'max_attempts': 2, 'failure_message_type': 'f', 'backpressure': {'max_queue_depth': 2}}
            s: sensor
            c: aggregator {'complete_after': 'all_sources', 'reset_after_emit': true, 'output_message_type': 'all'}
            d: aggregator {'complete_after': 2, 'dedupe_by': 'n', 'output_message_type': 'q'}
            a -> x: x
            x -> s: executor_result
            x -> c: f
            s -> c: *
            a -> d: y
            entrypoints: a, x
            policies: {'restart': {'attempts': 5, 'delay_ms': 100, 'mode': 'delay', 'interval_ms': 5000}}
            """;

    /** A service that pauses itself when an agent has failed too often. */
    private static final String SERVICE =
            """
            a: module {'backpressure': {'max_queue_depth': 1}}
            b: router {'backpressure': {'max_queue_depth': 1}, 'emit_type': 'x'}
            x: executor {'startup_delay_ms': 3000, 'backpressure': {'max_queue_depth': 1}}
            a -> b: *
            b -> a: x {'conditions': {'expr': '${payload.n} > 2'}}
            a -> x: y
            x -> a: *
            type: service
            policies: {'restart': {'attempts': 1, 'mode': 'fail', 'delay_ms': 50}}
            """;

    /** Steps that choose and multiply, a gate that nobody may answer in time, and a sink. */
    private static final String WORKFLOW =
            """
            p: executor {'output_message_type': 'x', 'idempotent': true}
            l: module
            r: router {'emit_type': 'y'}
            g: executor {'output_message_type': 'z', 'idempotent': true}
            s: aggregator {'complete_on_message': true, 'terminal_sink': true, 'complete_run': true}
            p -> l: x
            p -> r: x
            l -> g: *
            r -> g: y
            g -> s: z
            entrypoints: p, l
            step plan: p {'control': {'timeout_seconds': 4, 'retry': {'max_attempts': 3, 'backoff_seconds': 1}, 'failure_policy': 'continue_partial'}}
            step left: l {'control': {'required': false, 'approval': {'timeout_seconds': 2, 'default_action': 'approve'}}}
            step right: r
            step gather: g {'trigger_rule': 'all_done', 'control': {'retry': {'max_attempts': 2}}}
            plan => left
            plan => right
            left => gather
            right => gather
            workflow: {'execution': {'strategy': 'parallel', 'max_parallel_steps': 2}}
            """;

    private Random random = new Random(0);

    @ParameterizedTest
    @ValueSource(strings = {LOOP, SOURCES, SERVICE, WORKFLOW})
    void nothing_is_lost_doubled_or_stuck(String text) {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                random = new Random(seed);
                now = T0;
                given(text);
                for (int i = 0; i < COMMANDS && !job.status().terminal(); i++) {
                    anything();
                }
                answerEverything();
                thenNothingIsLeft();
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }

    private void anything() {
        var agent = job.agents().get(random.nextInt(job.agents().size()));
        var id = agent.id().value();
        int dice = random.nextInt(100);
        if (dice < 50 && agent.inflight != null) {
            answerSomehow(id, agent.inflight.phase());
        } else if (dice < 56 && agent.step != null) {
            decideSomehow(agent.step);
        } else if (dice < 70) {
            send(id, anyMessage());
        } else if (dice < 80) {
            advance(random.nextInt(2_000));
        } else if (dice < 82) {
            pauseDraining();
        } else if (dice < 84) {
            pauseNow();
        } else if (dice < 90) {
            resume();
        } else if (dice < 92) {
            crash();
            recover();
        } else if (dice < 94) {
            crashAndReadSnapshot();
            recover();
        } else if (dice < 97 && letterCount() > 0) {
            when(new JobCommand.Replay(letter(random.nextInt(letterCount())), true));
        } else if (dice == 99 && random.nextInt(10) == 0) {
            cancel();
        }
    }

    private void answerSomehow(String agent, Phase phase) {
        switch (phase) {
            case LEASE -> {
                if (random.nextInt(5) == 0) {
                    rejectLease(agent, "executor_pool_queue_full", 100);
                } else {
                    grant(agent);
                }
            }
            case RUNNING -> endSomehow(agent);
            case HANDLING -> handleSomehow(agent);
            case RETRY -> {
                if (job.nextWake().orElse(0) > now) {
                    advanceToWake();
                }
            }
        }
    }

    /** At an open gate, or at none. */
    private void decideSomehow(StepState step) {
        decide(
                step.id,
                "d-" + random.nextInt(20),
                List.of("approve", "revise", "reject").get(random.nextInt(3)),
                "a note");
    }

    private void endStepSomehow(String agent) {
        succeed(
                agent,
                "{'events': [%s], 'complete_step': 1}"
                        .formatted(
                                switch (random.nextInt(5)) {
                                    case 0 ->
                                            "{'type': 'workflow_step_branch', 'payload': {'branches': ['left', 'ghost']}}";
                                    case 1 ->
                                            "{'type': 'workflow_step_scatter', 'payload': {'targets': ['left', 'right'], 'items': [1, 2, 3], 'max_concurrency': 1}}";
                                    case 2 ->
                                            "{'type': 'workflow_step_scatter', 'payload': {'target': 'right', 'items': []}}";
                                    case 3 ->
                                            "{'type': 'workflow_step_skipped', 'payload': {'skip_downstream': true}}";
                                    default -> "";
                                }));
    }

    private void endSomehow(String agent) {
        if (agent(agent).step != null && random.nextBoolean()) {
            endStepSomehow(agent);
            return;
        }
        switch (random.nextInt(10)) {
            case 0, 1 ->
                    print(
                            agent,
                            "{'emit_messages': [{'type': '%s', 'body': {'n': %d}}], 'next_state': 1}"
                                    .formatted(anyType(), random.nextInt(5)));
            case 2 -> fail(agent, 1);
            case 3 -> fail(agent, 75);
            case 4 -> lose(agent);
            case 5 -> stop(agent);
            case 6, 7 -> succeed(agent, "text");
            default ->
                    succeed(
                            agent,
                            "{'emit_messages': [{'type': 'x', 'body': {'n': 1}}, {'type': 'z', 'to': 'a', 'body': {'n': 2}}, {'type': 'z', 'to': 'ghost'}]}");
        }
    }

    private void handleSomehow(String agent) {
        switch (random.nextInt(10)) {
            case 0 -> throwing(agent, "oops");
            case 1 ->
                    handle(
                            agent,
                            new AgentResult.Retry(
                                    Duration.ofMillis(100L * random.nextInt(3)), "later"));
            case 2 -> handle(agent, new AgentResult.Reject("no"));
            default -> {
                var result = with("{'n': %d}".formatted(random.nextInt(5)));
                for (int i = random.nextInt(5); i > 0; i--) {
                    emitSomehow(result);
                }
                if (agent(agent).step != null) {
                    result.completeStep(json("{'n': 1}"));
                }
                handle(agent, result.build());
            }
        }
    }

    private void emitSomehow(AgentResult.Builder result) {
        var body = json("{'n': %d}".formatted(random.nextInt(5)));
        switch (random.nextInt(8)) {
            case 0 -> result.emit(anyType(), body, Action.Options.delayed(random.nextInt(2_000)));
            case 1 -> result.emitTo(anyAgent(), anyType(), body);
            case 2 -> result.emit(anyType(), body, Action.Options.frame(anyFrame()));
            case 3 ->
                    result.emit(
                            anyType(),
                            body,
                            new Action.Options(
                                    object("{'h': 1}"),
                                    Optional.of(anyFrame()),
                                    OptionalInt.of(random.nextInt(200)),
                                    OptionalLong.of(random.nextInt(3_000)),
                                    random.nextBoolean()
                                            ? OptionalLong.empty()
                                            : OptionalLong.of(random.nextInt(500))));
            default -> result.emit(anyType(), body);
        }
    }

    private Message anyMessage() {
        var message = Message.of(anyType(), json("{'n': %d}".formatted(random.nextInt(5))));
        return switch (random.nextInt(6)) {
            case 0 -> message.withId("m" + random.nextInt(4));
            case 1 -> message.withTtlMs(random.nextInt(2_000));
            case 2 -> message.withPriority(random.nextInt(200));
            case 3 -> message.withStream(anyFrame());
            default -> message;
        };
    }

    private String anyType() {
        return List.of("x", "y", "z", "q").get(random.nextInt(4));
    }

    private AgentId anyAgent() {
        return job.agents().get(random.nextInt(job.agents().size())).id();
    }

    private StreamFrame anyFrame() {
        return new StreamFrame(
                "s" + random.nextInt(2),
                random.nextInt(6),
                random.nextInt(3) == 0,
                random.nextInt(4) == 0);
    }

    /**
     * The outside answers whatever is asked, and time goes by, until the job wants nothing more.
     */
    private void answerEverything() {
        for (int i = 0; i < ANSWERS_MAX && !job.status().terminal(); i++) {
            var busy = job.agents().stream().filter(JobSpec::isAsking).findFirst();
            if (job.status() == JobStatus.PAUSED) {
                resume();
            } else if (busy.isPresent()) {
                answer(busy.get());
            } else if (job.nextWake().isPresent()) {
                advance(Math.max(0, job.nextWake().getAsLong() - now));
                assertThat(job.nextWake().orElse(Long.MAX_VALUE))
                        .as("the next wake after a wake")
                        .isGreaterThan(now);
            } else {
                return;
            }
        }
    }

    private void answer(AgentState agent) {
        var id = agent.id().value();
        switch (Objects.requireNonNull(agent.inflight).phase()) {
            case LEASE -> grant(id);
            case RUNNING -> succeed(id, "{'events': []}");
            case HANDLING ->
                    handle(
                            id,
                            agent.step == null
                                    ? with("{}").build()
                                    : with("{}").completeStep(json("1")).build());
            case RETRY -> throw new AssertionError(id + " asks for nothing");
        }
    }

    private void thenNothingIsLeft() {
        if (job.status().terminal()) {
            return;
        }
        thenStatus(JobStatus.RUNNING);
        assertThat(job.hasSteps()).as("a workflow goes on for ever: %s", explain()).isFalse();
        for (var agent : job.agents()) {
            assertThat(agent.quiet()).as("agent %s is quiet", agent.id()).isTrue();
            assertThat(agent.pressure).as("pressure of %s", agent.id()).isEqualTo(Pressure.NORMAL);
        }
        assertThat(job.pending).as("pending messages").isZero();
    }
}
