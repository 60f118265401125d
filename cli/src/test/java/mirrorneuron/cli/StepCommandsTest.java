package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Manifest;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.Validation;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.follow.PlainSink;
import mirrorneuron.cli.home.Opening;
import mirrorneuron.cli.view.Key;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the command says of jobs of steps, and how people answer them. */
final class StepCommandsTest {

    private final CommandRun mn = new CommandRun();
    private final FakeRuntime.FakeJob job = mn.runtime.job("demo-1", "demo");

    @BeforeEach
    void a_job_of_steps() {
        job.step("draft", "waiting", 1, "a person has to decide");
        job.step("publish", "pending", 0, "it waits for draft");
        job.asks("draft", "Review the draft");
        job.happened("job_running", Optional.empty(), JsonObject.empty());
    }

    private void happens(String type, String step, String name, String value) {
        job.happened(
                type,
                Optional.empty(),
                JsonObject.builder().put("step_id", step).put(name, value).build());
    }

    // Steps

    @Test
    void steps_are_tab_separated_in_a_pipe_and_the_progress_as_json() {
        assertThat(mn.run("job", "steps", "demo-1")).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Step\tStatus\tAttempt\tWhy
                        draft\twaiting\t1\ta person has to decide
                        publish\tpending\t\tit waits for draft
                        """);
        mn.run("job", "steps", "demo-1", "--json");
        var data = ((JsonObject) Json.parse(mn.out())).array("data");
        assertThat(((JsonObject) data.get(1)).string("status_reason"))
                .contains("it waits for draft");
        mn.run("job", "steps", "demo-1", "--quiet");
        assertThat(mn.out()).isEqualTo("draft\npublish\n");
        assertThat(mn.runtime.opened).containsOnly(Opening.Intent.READ);
    }

    @Test
    void a_job_without_steps_says_where_to_look_instead() {
        mn.runtime.job("plain-1", "plain");
        assertThat(mn.run("job", "steps", "plain-1")).isZero();
        assertThat(mn.out()).isEqualTo("No steps\n");
        assertThat(mn.err()).isEqualTo("! Hint: messages drive this job: mn job agents plain-1\n");
    }

    @Test
    void explain_takes_a_step_and_prefers_it_to_an_agent_of_its_name() {
        job.agents =
                List.of(
                        FakeRuntime.agent(
                                "publish", "executor", mirrorneuron.api.AgentStatus.IDLE, 0, 0));
        job.explanation = Optional.of(FakeRuntime.explanation("idle", "Nothing to do.", ""));
        mn.run("job", "explain", "demo-1", "publish");
        assertThat(mn.out()).startsWith("Subject: step publish\nState: pending\n");
        mn.run("job", "explain", "demo-1", "publish", "--agent");
        assertThat(mn.out()).contains("Why: Nothing to do.");
        assertThat(mn.run("job", "explain", "demo-1", "drfat")).isEqualTo(2);
        assertThat(mn.err())
                .contains("has no step and no agent 'drfat'; did you mean draft?")
                .contains("mn job steps demo-1");
    }

    // People

    @Test
    void requests_are_bare_json_in_a_pipe_and_lines_when_plain_is_named() {
        assertThat(mn.run("job", "human", "demo-1")).isZero();
        var request = (JsonObject) ((JsonArray) Json.parse(mn.out())).get(0);
        assertThat(request.string("request_id")).contains("draft:gate:1");
        mn.run("job", "human", "demo-1", "-o", "plain");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Request\tStep\tStatus\tTitle\tDecision\tUntil
                        draft:gate:1\tdraft\twaiting\tReview the draft\tapprove, revise or reject\t2026-03-01T13:00:00.000Z
                        """);
        assertThat(mn.err())
                .contains("mn job human demo-1 --respond draft:gate:1 --decision approve");
        assertThat(mn.runtime.opened).containsOnly(Opening.Intent.READ);
    }

    @Test
    void an_answer_is_confirmed_and_repeating_it_is_harmless() {
        var words =
                new String[] {
                    "job",
                    "human",
                    "demo-1",
                    "--respond",
                    "draft:gate:1",
                    "--decision",
                    "revise",
                    "--notes",
                    "shorter"
                };
        assertThat(mn.run(words)).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ✓ Human response successful.
                        Status: answered
                        Job ID: demo-1
                        Step: draft
                        Request: draft:gate:1
                        Decision: revise
                        Next: mn job monitor demo-1
                        """);
        assertThat(mn.runtime.calls)
                .containsExactly(
                        "respond demo-1 draft:gate:1 revise cli cli:draft:gate:1:revise shorter");
        job.status = JobStatus.COMPLETED;
        assertThat(mn.run(words)).isZero();
        assertThat(mn.out()).startsWith("✓ Human response confirmed.\n");
        assertThat(mn.runtime.calls).hasSize(1);
        assertThat(mn.run("job", "human", "demo-1", "--pending", "-o", "plain")).isZero();
        assertThat(mn.out()).isEqualTo("Nothing waits for a person\n");
    }

    @Test
    void a_step_stands_for_its_request_and_reviewer_and_id_may_be_named() {
        mn.run(
                "job",
                "human",
                "demo-1",
                "--respond",
                "draft",
                "--decision",
                "approve",
                "--reviewer",
                "ada",
                "--id",
                "d-7");
        assertThat(mn.runtime.calls).containsExactly("respond demo-1 draft:gate:1 approve ada d-7");
    }

    @Test
    void a_decision_that_is_not_allowed_names_those_that_are() {
        assertThat(mn.run("job", "human", "demo-1", "--respond", "draft", "--decision", "aprove"))
                .isEqualTo(2);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_USAGE_ERROR) Request draft:gate:1 allows approve, revise, reject, but not 'aprove'; did you mean approve?
                        ! Hint: mn job human demo-1 --respond draft:gate:1 --decision approve
                        """);
        assertThat(mn.runtime.calls).isEmpty();
    }

    @Test
    void half_an_answer_and_unknown_requests_are_usage_errors() {
        assertThat(mn.run("job", "human", "demo-1", "--respond", "draft")).isEqualTo(2);
        assertThat(mn.err()).contains("--respond needs --decision WORD");
        assertThat(mn.run("job", "human", "demo-1", "--decision", "approve")).isEqualTo(2);
        assertThat(mn.err()).contains("--decision needs --respond REQUEST");
        assertThat(mn.run("job", "human", "demo-1", "--respond", "darft", "--decision", "approve"))
                .isEqualTo(2);
        assertThat(mn.err()).contains("has no request 'darft'");
    }

    @Test
    void another_answer_to_an_answered_request_is_refused() {
        mn.run("job", "human", "demo-1", "--respond", "draft", "--decision", "approve");
        assertThat(mn.run("job", "human", "demo-1", "--respond", "draft", "--decision", "reject"))
                .isEqualTo(1);
        assertThat(mn.err()).contains("it waits for no decision there");
    }

    // Following

    private void waitsForAPerson() {
        job.explanation =
                Optional.of(
                        new Explanation(
                                "job demo-1",
                                "running",
                                "waiting_for_person",
                                "A person has to decide before the workflow goes on.",
                                List.of(),
                                Optional.of(FakeRuntime.BEGIN.plusSeconds(3_600)),
                                "mn job human demo-1"));
    }

    @Test
    void a_job_that_waits_for_a_person_is_left_in_a_pipe_with_the_command_that_answers() {
        waitsForAPerson();
        assertThat(mn.run("job", "monitor", "demo-1")).isZero();
        assertThat(mn.err())
                .containsPattern(
                        "\\? draft waits for a person: Review the draft \\(approve, revise or reject within\\n"
                                + "  59 m \\d\\d s\\)\\n"
                                + "  mn job human demo-1 --respond draft:gate:1 --decision approve\\n"
                                + "→ the job is left for later; it keeps its place: mn job monitor demo-1\\n");
    }

    @Test
    void a_person_may_answer_where_the_job_is_followed() {
        waitsForAPerson();
        var keys = new ArrayList<>(Collections.nCopies(3, Key.NONE));
        keys.addAll(List.of((int) 'a', (int) 'v'));
        var screen = new FakeScreen(80, 24, keys);
        mn.screen = screen;
        mn.terminals = Surroundings.Terminals.ALL;
        mn.environment.put("TERM", "xterm");
        for (int i = 0; i < 60; i++) {
            job.script.add(() -> {});
        }
        job.script.add(() -> job.completed(Json.parse("1")));

        assertThat(mn.run("job", "monitor", "demo-1")).isZero();
        assertThat(mn.runtime.calls)
                .containsExactly("respond demo-1 draft:gate:1 revise cli cli:draft:gate:1:revise");
        assertThat(screen.frames.stream().flatMap(List::stream))
                .anyMatch(line -> line.contains("draft waits for a person: Review the draft"))
                .anyMatch(line -> line.contains("[a] approve  [v] revise  [r]"));
    }

    @Test
    void a_pipe_gets_a_line_for_each_step_that_starts_and_ends() {
        job.requests.clear();
        job.script.add(
                () -> {
                    happens("workflow_step_started", "draft", "x", "y");
                    happens("workflow_step_attempt_started", "draft", "attempt_id", "y");
                    happens("workflow_step_skipped", "other", "reason", "branch not selected");
                    happens("workflow_step_started", "score[7]", "x", "y");
                    job.step("draft", "completed", 1, "it completed");
                    job.step("publish", "completed", 1, "it completed");
                    job.completed(Json.parse("1"));
                });
        mn.run("blueprint", "run", "--folder", ".");
        assertThat(mn.err())
                .endsWith(
                        """
                        → 12:00:01.000 job_running
                        → 12:00:02.000 workflow_step_started draft
                        → 12:00:04.000 workflow_step_skipped other branch not selected
                        → 12:00:06.000 job_completed
                        → 9.0 s  2 of 2 steps, 100 %
                        """);
    }

    @Test
    void a_big_graph_is_told_a_few_lines_a_second() {
        var lines = new ArrayList<String>();
        var sink = new PlainSink(lines::add, () -> FakeRuntime.BEGIN);
        for (int i = 0; i < 500; i++) {
            sink.event(
                    RuntimeEvent.of(
                            job.id,
                            i + 1,
                            FakeRuntime.BEGIN.plusSeconds(i / 250),
                            "workflow_step_completed",
                            Optional.empty(),
                            JsonObject.builder().put("step_id", "step_" + i).build(),
                            true));
        }
        assertThat(lines).hasSize(60 + 2 * 3);
    }

    @Test
    void a_failure_that_the_workflow_takes_stays_visible_at_the_end() {
        job.requests.clear();
        job.step(
                "draft",
                "partial",
                2,
                "it failed and the workflow goes on: no printer",
                JsonObject.of("failure", Json.parse("{\"details\":{\"message\":\"no printer\"}}")));
        job.script.add(() -> job.completed(Json.parse("1")));
        mn.run("blueprint", "run", "--folder", ".");
        assertThat(mn.err())
                .endsWith("! Warning: step draft failed and the workflow went on: no printer\n");
        assertThat(mn.out()).contains("Status: completed");
    }

    @Test
    void the_inputs_of_a_workflow_are_handed_on_as_they_are() {
        var workflow = (JsonObject) Json.parse("{\"workflow\":{\"steps\":[]}}");
        mn.runtime.validation =
                Optional.of(
                        new Validation.Valid(
                                new Bundle(
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        new Manifest(
                                                "demo",
                                                "demo",
                                                "1.0",
                                                "batch",
                                                List.of(AgentId.of("draft")),
                                                List.of(AgentId.of("draft")),
                                                workflow),
                                        "abc"),
                                List.of()));
        job.script.add(() -> job.completed(Json.parse("1")));
        mn.run("blueprint", "run", "--folder", ".", "--input", "{\"topic\":\"tea\"}");
        assertThat(mn.runtime.submitted.inputs()).isEqualTo(Json.parse("{\"topic\":\"tea\"}"));
    }

    @Test
    void status_lists_the_steps_before_the_agents() {
        mn.run("job", "status", "demo-1", "-o", "plain");
        assertThat(mn.out())
                .contains("Steps: 0 of 2 steps, 1 waiting for a person")
                .contains("draft\twaiting\t1\ta person has to decide\n");
    }
}
