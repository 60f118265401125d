package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/** The variables of a workflow, and what an attempt may read of it. */
class StepVariablesTest extends JobSpec {

    private static final String TAX =
            """
            a: executor {'output_message_type': null}
            b: executor {'output_message_type': null}
            step read: a {'in': {'folder': '$state.folder', 'year': '$inputs.year'}, 'out': {'pages': '$state.work.pages'}}
            step sum: b {'in': {'pages': '$state.work.pages', 'nothing': '$state.work.never'}}
            read => sum
            workflow: {'state': {'folder': {'from': '$inputs.folder'}, 'work': {}}}
            """;

    private static JsonObject workflow(Effect.StartWorker start) {
        return start.workflow();
    }

    private void submit(String inputs) {
        submitted(
                TAX,
                new Job.Submission(
                        object(inputs), JsonObject.empty(), JsonObject.empty(), List.of()));
        when(new JobCommand.Start(NODE));
    }

    @Test
    void what_one_step_writes_the_next_one_reads() {
        submit("{'folder': 'w2', 'year': 2026}");
        grant("a");
        var first = workflow(effect(Effect.StartWorker.class));
        assertThat(first.object("in")).isEqualTo(json("{'folder': 'w2', 'year': 2026}"));
        assertThat(first.object("run_inputs")).isEqualTo(json("{'folder': 'w2', 'year': 2026}"));
        // Nothing else was said to the entrypoint, so its message is the run's inputs.
        assertThat(inHand("a").body()).isEqualTo(json("{'folder': 'w2', 'year': 2026}"));

        succeed("a", "{'complete_step': {'outputs': {'pages': [1, 2]}}}");
        crashAndReadSnapshot();
        recover();
        grant("b");
        var second = workflow(effect(Effect.StartWorker.class));
        assertThat(second.object("in")).isEqualTo(json("{'nothing': null, 'pages': [1, 2]}"));
        assertThat(second.array("parents").toString()).contains("\"step_id\":\"read\"");
    }

    @Test
    void an_attempt_that_failed_has_written_nothing() {
        submit("{}");
        grant("a");
        succeed(
                "a",
                "{'events': [{'type': 'workflow_step_failed', 'payload': {'error': 'no'}}], 'complete_step': {'pages': 1}}");
        assertThat(job.ledger().variables.object("work")).isEqualTo(JsonObject.empty());
    }
}
