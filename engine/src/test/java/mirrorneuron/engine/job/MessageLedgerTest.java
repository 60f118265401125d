package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.manifest.ManifestLoader;
import org.junit.jupiter.api.Test;

/** The ledger of the properties finds what it is there to find: each test plants one bug. */
class MessageLedgerTest {

    private static final AgentId A = AgentId.of("a");

    private final Job job = job();
    private final MessageLedger ledger = new MessageLedger();

    @Test
    void a_message_that_is_handled_twice() {
        ledger.before(job, accepted("m1"));
        ledger.before(job, handled("m1"));
        ledger.before(job, handled("m1"));

        assertThat(ledger.violations()).containsExactly("message a/m1 was done twice");
    }

    @Test
    void a_message_that_is_handled_and_dead_lettered() {
        ledger.before(job, accepted("m1"));
        ledger.before(job, handled("m1"));
        ledger.before(job, new JobEvent.DeadLettered(1, A, message("m1"), 0, "expired", "", 1));

        assertThat(ledger.violations()).containsExactly("message a/m1 was done twice");
    }

    @Test
    void a_message_that_is_lost() {
        ledger.before(job, accepted("m1"));

        ledger.balance(job);

        assertThat(ledger.violations()).containsExactly("message a/m1 is lost");
    }

    @Test
    void a_message_that_is_done_and_still_waits() {
        ledger.before(job, accepted("m1"));
        JobEngine.apply(job, accepted("m1"));
        ledger.before(job, handled("m1"));

        ledger.balance(job);

        assertThat(ledger.violations()).containsExactly("message a/m1 is done and still waits");
    }

    @Test
    void a_mailbox_that_is_fuller_than_it_may_be() {
        JobEngine.apply(job, accepted("m1"));

        ledger.before(job, new JobEvent.Seeded(1, A, message("m2")));

        assertThat(ledger.violations())
                .containsExactly("mailbox of a: 1 messages and one more (expected: < 1)");
    }

    @Test
    void a_status_that_does_not_follow() {
        JobEngine.apply(job, new JobEvent.Completed(1, Optional.empty(), JsonNull.NULL));

        ledger.after(JobStatus.CANCELLED, job, new JobEvent.Started(1, "node", List.of()));

        assertThat(ledger.violations()).containsExactly("Started: CANCELLED became COMPLETED");
    }

    private static JobEvent accepted(String id) {
        return new JobEvent.Accepted(1, A, message(id), "");
    }

    private static JobEvent handled(String id) {
        return new JobEvent.Handled(
                1, A, id, new JobEvent.Change.Forwarded(), List.of(), List.of(), List.of());
    }

    private static Message message(String id) {
        return Message.of("red", JsonObject.empty()).withId(id);
    }

    private static Job job() {
        var manifest =
                """
                {"manifest_version": "1.0", "graph_id": "one", "entrypoints": ["a"],
                 "nodes": [{"node_id": "a", "agent_type": "router",
                            "config": {"backpressure": {"max_queue_depth": 1}}}],
                 "edges": []}""";
        var loaded = ManifestLoader.load(Json.parse(manifest), ManifestLimits.DEFAULT);
        var graph = Graph.of(loaded.manifest().orElseThrow());
        return JobEngine.create(
                JobEngine.submitted(
                        JobId.of("one-1"), graph, "fp", Job.Submission.none(), "node", 0),
                graph);
    }
}
