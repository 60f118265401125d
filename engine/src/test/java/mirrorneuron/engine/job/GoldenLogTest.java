package mirrorneuron.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Message;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.agent.Action;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.job.GoldenLogs.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The logs of every release still give the jobs that they gave then.
 *
 * <p>A failure here means that a fact has changed its meaning, or is read in another way than it
 * was written. Make a new kind of fact beside the old one instead; the files stay as they are. A
 * release adds its own folder: run this class with {@code -Dgolden.record=<release>} once.
 */
class GoldenLogTest extends JobSpec {

    static List<Golden> logs() throws IOException {
        return GoldenLogs.all();
    }

    @ParameterizedTest
    @MethodSource("logs")
    void a_released_log_gives_the_job_that_it_gave(Golden golden) {
        var replayed = Invariants.replay(golden.lines(), JobText.graph(golden.manifest()));
        assertThat(new String(SnapshotCodec.write(replayed), UTF_8)).isEqualTo(golden.snapshot());
    }

    @ParameterizedTest
    @MethodSource("logs")
    void its_lines_are_numbered_as_they_were(Golden golden) {
        var facts = EventCodec.readForViews(golden.lines());
        var replayed = Invariants.replay(golden.lines(), JobText.graph(golden.manifest()));
        Invariants.sequenceHasNoGap(replayed, facts);
    }

    @Test
    void every_kind_of_fact_and_of_change_occurs_in_a_released_log() throws IOException {
        var seen = new TreeSet<String>();
        for (var golden : GoldenLogs.all()) {
            for (var fact : EventCodec.readForViews(golden.lines())) {
                seen.add(fact.event().getClass().getSimpleName());
                if (fact.event() instanceof JobEvent.Handled handled) {
                    seen.add(handled.change().getClass().getSimpleName());
                }
            }
        }
        var all = new TreeSet<String>();
        Stream.of(JobEvent.class, StepEvent.class)
                .flatMap(facts -> Arrays.stream(facts.getPermittedSubclasses()))
                .filter(kind -> !kind.isInterface())
                .forEach(kind -> all.add(kind.getSimpleName()));
        Arrays.stream(JobEvent.Change.class.getPermittedSubclasses())
                .forEach(kind -> all.add(kind.getSimpleName()));
        assertThat(seen).containsExactlyElementsOf(all);
    }

    /** Not a check but the pen: decisions may change with a release, what was recorded may not. */
    @Test
    @EnabledIfSystemProperty(named = "golden.record", matches = "[0-9.]+")
    void record() throws IOException {
        var release = System.getProperty("golden.record");
        GoldenLogs.write(release, told(release));
        assertThat(GoldenLogs.all()).extracting(Golden::release).contains(release);
    }

    // The stories, by name.

    private List<Golden> told(String release) {
        var logs = new ArrayList<Golden>();
        now = T0;
        logs.add(story(release, "builtins", BUILTINS, this::builtins));
        now = T0;
        logs.add(story(release, "commands", COMMANDS, this::commands));
        now = T0;
        logs.add(story(release, "control", CONTROL, this::control));
        now = T0;
        logs.add(story(release, "modules", MODULES, this::modules));
        now = T0;
        logs.add(story(release, "services", SERVICES, this::services));
        now = T0;
        logs.add(story(release, "targets", TARGETS, this::targets));
        now = T0;
        logs.add(story(release, "workflow", WORKFLOW, this::workflow));
        now = T0;
        logs.add(story(release, "rounds", DynamicGraphTest.ROUNDS, this::rounds));
        now = T0;
        logs.add(story(release, "flow", StepFlowTest.FLOW.formatted("'fed'"), this::flow));
        now = T0;
        logs.add(story(release, "study", ChildWorkflowTest.STUDY, this::study));
        return logs;
    }

    private Golden story(String release, String name, String manifest, Runnable story) {
        submitted(
                manifest,
                new Job.Submission(
                        JsonObject.empty(),
                        JsonObject.empty(),
                        JsonObject.of("owner", new JsonString("golden")),
                        List.of("a warning")));
        story.run();
        return new Golden(
                release,
                name,
                manifest,
                new String(log(), UTF_8),
                new String(SnapshotCodec.write(job), UTF_8));
    }

    private static final String BUILTINS =
            """
            r: router {'emit_type': 'x'}
            s: sensor {'output_message_type': 'seen'}
            c: aggregator {'complete_after': 2, 'dedupe_by': 'agent_id', 'output_message_type': 'all'}
            d: aggregator {'complete_after': 'all_sources'}
            r -> s: x
            r -> c: x {'conditions': {'expr': '${payload.n} > 0'}}
            s -> d: seen
            inputs: {'r': [{'n': 0}, {'n': 1, 'agent_id': 'v'}]}
            """;

    private void builtins() {
        pauseBeforeTheEnd();
        send("r", Message.of("y", json("{'n': 2, 'agent_id': 'v'}")).withId("order-1"));
        send("r", "y", "{'n': 3, 'agent_id': 'w'}");
        send("c", "x", "{'agent_id': 'z'}");
        resume();
    }

    /** Starts without letting the job come to rest, so that it cannot end before it is paused. */
    private void pauseBeforeTheEnd() {
        whenTogether(new JobCommand.Start(NODE), new JobCommand.Pause("golden", false, 30_000));
    }

    private static final String COMMANDS =
            """
            x: executor {'max_attempts': 2, 'retry_backoff_ms': 100, 'idempotent': true}
            f: executor {'failure_message_type': 'failed'}
            u: executor
            b: module
            x -> b: *
            f -> b: failed
            entrypoints: x, f, u
            policies: {'restart': {'attempts': 2, 'delay_ms': 1000, 'interval_ms': 60000}}
            """;

    private void commands() {
        when(new JobCommand.Start(NODE));
        rejectLease("x", "executor_pool_queue_full", 300);
        advanceToWake();
        grant("x");
        when(new JobCommand.WorkerBeacon(AgentId.of("x"), attempt("x"), object("{'n': 1}")));
        print(
                "x",
                "{'emit_messages': [{'type': 'line', 'body': {'n': 1}}], 'next_state': {'k': 1}}");
        fail("x", 75);
        advanceToWake();
        grant("x");
        lose("x");
        advanceToWake();
        grant("x");
        succeed("x", "{'events': [{'type': 'note', 'payload': {}}], 'next_state': {'k': 2}}");
        grant("f");
        fail("f", 1);
        grant("u");
        fail("u", 1);
        advanceToWake();
        handle("b", with("{'seen': 1}").build());
        crash();
        now += 10;
        recover();
        send("u", "go", "{}");
        grant("u");
        crash();
        recover();
        resume();
        grant("u");
        now += 10;
        cancel();
        stop("u");
        throwing("b", "interrupted");
    }

    private static final String CONTROL =
            """
            x: executor
            b: module
            x -> b: *
            policies: {'restart': {'attempts': 0}}
            """;

    private void control() {
        when(new JobCommand.Start(NODE));
        pauseDraining();
        now += 1_000;
        resume();
        grant("x");
        pauseNow();
        stop("x");
        now += 1_000;
        when(
                new JobCommand.Restore(
                        "node-2", now - 500, object("{'mode': 'clone', 'source_job_id': 'g-0'}")));
        resume();
        grant("x");
        fail("x", 3);
    }

    private static final String MODULES =
            """
            a: module
            b: module {'backpressure': {'max_queue_depth': 2, 'high_watermark': 2, 'low_watermark': 0}}
            a -> b: x
            """;

    private void modules() {
        when(new JobCommand.Start(NODE));
        handle("a", new AgentResult.Retry(Duration.ofSeconds(1), "not yet"));
        advanceToWake();
        handle(
                "a",
                with("{'n': 1}")
                        .emit("x", json("1"), frame(1))
                        .emit("x", json("2"), frame(4))
                        .emit("x", json("3"))
                        .emit("x", json("4"))
                        .emitTo(AgentId.of("a"), "tick", json("{}"), Action.Options.delayed(500))
                        .emitTo(AgentId.of("ghost"), "x", json("{}"))
                        .event("told", object("{'k': [1, 2.5, null, true]}"))
                        .build());
        handle("b", new AgentResult.Reject("no"));
        handle("b", with("{}").build());
        replay(1);
        handle("b", with("{}").build());
        advanceToWake();
        handle("b", with("{}").build());
        handle("a", with("{'n': 2}").completeRun(json("{'sum': 10}")).build());
    }

    private static Action.Options frame(long seq) {
        return Action.Options.frame(new StreamFrame("s", seq, seq == 1, false));
    }

    private static final String SERVICES =
            """
            m: module
            type: service
            """;

    private void services() {
        when(new JobCommand.Start(NODE));
        handle("m", with("{'n': 1}").completeRun(json("'first'")).build());
        send("m", "go", "{}");
    }

    /** A group of agents on the node, which ends the job as its only target. */
    private static final String TARGETS =
            """
            m: module
            c: aggregator {'complete_on_message': true, 'terminal_sink': true, 'complete_run': true}
            m -> c: done
            policies: {'job_type': 'sysbatch'}
            """;

    private void targets() {
        when(new JobCommand.Start(NODE));
        send("m", "go", "{}");
        handle(
                "m@node-1",
                with("{'n': 1}")
                        .emitTo(AgentId.of("m"), "again", json("{}"), Action.Options.none())
                        .build());
        crash();
        recover();
        handle("m@node-1", with("{'n': 2}").emit("done", json("{'n': 2}")).build());
    }

    /** A choice, a scatter, a gate, a second attempt, and a sink that speaks too early. */
    private static final String WORKFLOW =
            """
            plan: executor {'output_message_type': 'planned'}
            rival: executor {'output_message_type': null}
            score: executor {'output_message_type': 'scored', 'idempotent': true}
            gather: executor {'output_message_type': null}
            review: module
            publish: executor {'output_message_type': null}
            sink: aggregator {'complete_on_message': true, 'terminal_sink': true, 'complete_run': true}
            plan -> rival: planned
            plan -> review: planned
            plan -> gather: planned
            plan -> sink: planned
            score -> gather: scored
            review -> publish: reviewed
            step plan: plan {'control': {'timeout_seconds': 30, 'retry': {'max_attempts': 2, 'backoff_seconds': 1}}, 'out': {'text': '$state.text'}}
            step rival: rival
            step score: score
            step gather: gather
            step review: review {'control': {'approval': {'title': 'Review', 'timeout_seconds': 3600, 'default_action': 'approve'}}}
            step publish: publish
            plan => rival
            plan => score
            plan => review {'condition': '${output.n} > 0'}
            score => gather {'condition': '${output} > 10', 'accepts': ['done', 'skipped']}
            review => publish
            workflow: {'state': {'text': ''}}
            """;

    private void workflow() {
        when(new JobCommand.Start(NODE));
        grant("plan");
        now += 5_000;
        when(new JobCommand.WorkerBeacon(AgentId.of("plan"), attempt("plan"), object("{'n': 1}")));
        print(
                "plan",
                "{'events': [{'type': 'human_notice', 'payload': {'notice_id': 'n1', 'message': 'look'}}]}");
        advance(25_000);
        advanceToWake();
        grant("plan");
        print(
                "plan",
                "{'events': [{'type': 'workflow_step_branch', 'payload': {'branches': ['score', 'review']}}]}");
        succeed(
                "plan",
                "{'events': [{'type': 'workflow_step_scatter', 'payload': {'target': 'score', 'items': [{'c': 1}, {'c': 2}], 'max_concurrency': 1}}],"
                        + " 'complete_step': {'text': 'planned', 'n': 1}}");
        send("review", "hint", "{'n': 2}");
        crash();
        now += 10;
        recover();
        complete("score[0]", "10");
        complete("score[1]", "20");
        handle("review", with("{'seen': 1}").build());
        handle("review", with("{'seen': 2}").completeStep(json("{'text': 'one'}")).build());
        decide("review", "d-1", "revise", "shorter");
        handle("review", with("{'seen': 3}").build());
        handle(
                "review",
                with("{'seen': 4}")
                        .emit("reviewed", json("{'text': 'two'}"))
                        .completeStep(json("{'text': 'two'}"))
                        .build());
        pauseNow();
        now += 60_000;
        resume();
        advance(3_600_000);
        complete("gather", "{'sum': 30}");
        complete("publish", "true");
    }

    private void rounds() {
        when(new JobCommand.Start(NODE));
        grant("plan");
        succeed("plan", DynamicGraphTest.round(1, 0, 2));
        complete("look-1-0", "10");
        complete("look-1-1", "11");
        grant("plan");
        succeed("plan", DynamicGraphTest.round(2, 1, 1));
        complete("look-2-0", "20");
        complete("plan", "{'rounds': 2}");
        complete("tell", "1");
    }

    /** A source, a join and a sink, with a message too many for each and a second attempt. */
    private void flow() {
        when(new JobCommand.Start(NODE));
        grant("a");
        succeed("a", "{'complete_step': true}");
        complete("b", "2");
        send("s__start", "fed", "{'late': true}");
        send("s__join", "part", "{'unasked': true}");
        handle("right", with("{}").emit("part", json("{'n': 4}")).build());
        crash();
        now += 10;
        recover();
        resume();
        grant("left");
        fail("left", 1);
        advanceToWake();
        grant("left");
        succeed("left", "3");
        handle("right", with("{}").emit("part", json("{'n': 5}")).build());
    }

    private void study() {
        when(new JobCommand.Start(NODE));
        complete("ask", "{'topic': 'bees'}");
        complete("study:p1", ChildWorkflowTest.execute(1, "{'id': 'a', 'template': 'read'}"));
        complete("study:r1:a", "1");
        complete("study:p2", "{'child_plan': {'decision': 'stop', 'output': {'facts': 1}}}");
        complete("tell", "1");
    }
}
