package mirrorneuron.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.message.Reference;
import org.junit.jupiter.api.Test;

/** Outputs that the log only names: who has to look into one does so before it is put away. */
class LargeOutputTest extends JobSpec {

    private static final int MAX = 64 * 1_024;

    private static final String PAIR =
            """
            a: executor {'output_message_type': null}
            b: executor {'output_message_type': null}
            step first: a %s
            step second: b %s
            first => second %s
            """;

    /** An object with these members whose JSON text has this many bytes. */
    private static JsonObject sized(String members, int bytes) {
        var start = object(members);
        int rest = bytes - start.with("pad", json("''")).toString().length();
        return start.with("pad", Json.parse('"' + "x".repeat(rest) + '"'));
    }

    private static JsonObject large(String members) {
        return sized(members, MAX + 1);
    }

    private static JsonObject reference(JsonValue value) {
        return Reference.to(value.toString().getBytes(UTF_8)).toJson();
    }

    private void give(String agent, JsonValue output) {
        complete(agent, output.toString());
    }

    @Test
    void an_output_of_64_KiB_is_recorded_and_a_larger_one_referred_to() {
        given(PAIR.formatted("", "", ""));
        var small = sized("{}", MAX);
        give("a", small);
        assertThat(step("first").output).isEqualTo(small);
        assertThat(kept()).isEmpty();

        var large = sized("{}", MAX + 1);
        give("b", large);
        assertThat(output()).isEqualTo(reference(large));
        assertThat(output().toString())
                .matches(
                        "\\{\"artifact_id\":\"blob_([0-9a-f]{64})\",\"sha256\":\"\\1\",\"size\":65537}");
        assertThat(kept()).containsExactly(large.toString());
        assertThat(step("second").output).isEqualTo(reference(large));
    }

    @Test
    void what_is_measured_are_bytes_and_not_characters() {
        given(PAIR.formatted("", "", ""));
        give("a", Json.parse('"' + "é".repeat(MAX / 2 - 1) + '"'));
        assertThat(kept()).isEmpty();
        give("b", Json.parse('"' + "é".repeat(MAX / 2 - 1) + "x\""));
        assertThat(kept()).hasSize(1);
    }

    @Test
    void the_next_step_is_told_where_the_output_is() {
        given(PAIR.formatted("", "", ""));
        var large = large("{}");
        give("a", large);
        crashAndReadSnapshot();
        recover();
        grant("b");
        var told = reference(large).toString();
        assertThat(inHand("b").body().toString()).contains(told);
        assertThat(effect(Effect.StartWorker.class).workflow().array("parents").toString())
                .contains(told);
    }

    @Test
    void a_condition_on_an_edge_sees_the_whole_output() {
        given(PAIR.formatted("", "", "{'condition': '${output.score} > 5'}"));
        give("a", large("{'score': 6}"));
        thenSteps("first completed", "second queued");

        given(PAIR.formatted("", "", "{'condition': '${output.score} > 5'}"));
        give("a", large("{'score': 5}"));
        thenSteps("first completed", "second skipped");
        crash();
        thenSteps("first completed", "second skipped");
    }

    @Test
    void variables_get_their_part_of_the_output_and_large_parts_as_references() {
        given(
                PAIR.formatted(
                                "{'out': {'count': '$state.count', 'pages': '$state.pages'}}",
                                "{'in': {'count': '$state.count', 'pages': '$state.pages'}}",
                                "")
                        + "workflow: {'state': {'count': 0, 'pages': {}}}\n");
        var pages = large("{}");
        give("a", object("{'count': 3}").with("pages", pages));
        assertThat(job.ledger().variables.at("count")).isEqualTo(json("3"));
        assertThat(job.ledger().variables.at("pages")).isEqualTo(reference(pages));
        assertThat(kept()).hasSize(2).contains(pages.toString());

        crash();
        recover();
        grant("b");
        assertThat(effect(Effect.StartWorker.class).workflow().object("in"))
                .isEqualTo(object("{'count': 3}").with("pages", reference(pages)));
    }

    @Test
    void a_gate_reads_the_output_when_it_opens() {
        given(
                PAIR.formatted(
                                "{'control': {'approval': {}}, 'out': {'count': '$state.count'}}",
                                "",
                                "{'condition': '${output.score} > 5'}")
                        + "workflow: {'state': {'count': 0}}\n");
        var large = large("{'score': 6, 'count': 3}");
        give("a", large);
        assertThat(HumanViews.requests(job).getFirst().output()).isEqualTo(reference(large));
        crashAndReadSnapshot();
        recover();
        decide("first", "d-1", "approve", "");
        assertThat(step("first").output).isEqualTo(reference(large));
        assertThat(job.ledger().variables.at("count")).isEqualTo(json("3"));
        thenSteps("first completed", "second queued");
    }

    @Test
    void a_large_plan_is_read_before_it_is_put_away() {
        given(ChildWorkflowTest.STUDY);
        complete("ask", "{'topic': 'bees'}");
        var plan =
                object(ChildWorkflowTest.execute(1, "{'id': 'a', 'template': 'read'}"))
                        .with("notes", large("{}").at("pad"));
        give("study:p1", plan);
        assertThat(step("study:p1").output).isEqualTo(reference(plan));
        var page = large("{}");
        give("study:r1:a", page);
        assertThat(inHand("study:p2").body().toString()).contains(reference(page).toString());

        var whole = large("{'facts': 1}");
        give(
                "study:p2",
                JsonObject.of("child_plan", object("{'decision': 'stop'}").with("output", whole)));
        assertThat(step("study").output).isEqualTo(reference(whole));
        thenSteps(
                "ask completed",
                "study completed",
                "tell queued",
                "study:p1 completed",
                "study:r1:a completed",
                "study:p2 completed");
    }

    @Test
    void a_gather_gets_references_in_the_order_of_the_items() {
        given(
                """
                plan: executor {'output_message_type': null}
                score: executor {'output_message_type': null}
                gather: executor {'output_message_type': null}
                step plan: plan
                step score: score
                step gather: gather
                plan => score
                score => gather
                """);
        grant("plan");
        succeed(
                "plan",
                "{'events': [{'type': 'workflow_step_branch', 'payload': {'branches': ['score']}},"
                        + " {'type': 'workflow_step_scatter', 'payload': {'target': 'score', 'items': [1, 2]}}],"
                        + " 'complete_step': "
                        + large("{}")
                        + "}");
        give("score[1]", large("{'i': 1}"));
        give("score[0]", large("{'i': 0}"));
        assertThat(((JsonObject) inHand("gather").body()).array("items").values())
                .containsExactly(reference(large("{'i': 0}")), reference(large("{'i': 1}")));
        complete("gather", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void a_controller_in_rounds_gives_references_too() {
        given(DynamicGraphTest.ROUNDS);
        grant("plan");
        var round = object(DynamicGraphTest.round(1, 0, 1));
        var output = large("{}");
        succeed("plan", round.with("complete_step", output).toString());
        assertThat(step("plan").output).isEqualTo(reference(output));
        thenAmongOthers("workflow_graph_patch_applied", "workflow_controller_checkpointed");
    }
}
