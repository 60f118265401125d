package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/**
 * A job that was read from a backup is paused, says so, and goes on as if it had never been away.
 */
class RestoreTest extends JobSpec {

    private static final long MONTH = Duration.ofDays(30).toMillis();

    private static final JsonObject PROVENANCE =
            object("{'mode': 'clone', 'source_job_id': 'g-0', 'source_run_id': 'r-0'}");

    /** The job is paused, saved, and comes back a month later. */
    private void awayForAMonth() {
        pauseDraining();
        thenStatus(JobStatus.PAUSED);
        long taken = now;
        crashAndReadSnapshot();
        now += MONTH;
        when(new JobCommand.Restore("node-2", taken, PROVENANCE));
    }

    private static Message named(String id) {
        return Message.of("x", json("1"))
                .addressed(id, "a", Instant.ofEpochMilli(T0), id)
                .withTtlMs(60_000);
    }

    @Test
    void it_stays_paused_and_asks_for_a_look() {
        given("a: module");
        handle("a", with("{'n': 1}").build());
        awayForAMonth();
        then("job_restored_from_backup");
        thenStatus(JobStatus.PAUSED);
        assertThat(payload("job_restored_from_backup"))
                .isEqualTo(
                        object(
                                "{'node': 'node-2', 'mode': 'clone', 'source_job_id': 'g-0',"
                                        + " 'source_run_id': 'r-0'}"));
        assertThat(job.nextWake()).isEmpty();
        assertThat(Explain.job(job, now).cause()).isEqualTo("restored_from_backup");
        var record = JobViews.record(job, JsonObject.empty());
        assertThat(record.string("recovery_status")).contains("restored_from_backup");
        assertThat(record.bool("recovery_requires_review")).contains(true);
        assertThat(record.object("restore_provenance")).isEqualTo(PROVENANCE);
    }

    @Test
    void a_clone_has_no_lease_and_no_sandbox_of_the_job_it_was_made_of() {
        given("x: executor");
        grant("x");
        succeed("x", "");
        awayForAMonth();
        var agent = JobViews.agents(job).getFirst();
        assertThat(agent.lease()).isEmpty();
        assertThat(agent.sandboxName()).isEmpty();
        assertThat(JobViews.sandboxes(job)).isEmpty();
        assertThat(JobViews.summary(job).sandboxNames()).isEmpty();
        var last = JobViews.snapshots(job).getFirst().currentState().object("last_result");
        assertThat(last.names()).contains("exit_code").doesNotContain("lease", "sandbox_name");
    }

    @Test
    void a_job_that_continues_keeps_what_it_had() {
        given("x: executor");
        grant("x");
        succeed("x", "");
        pauseDraining();
        when(new JobCommand.Restore("node-2", now, object("{'mode': 'continue'}")));
        assertThat(JobViews.agents(job).getFirst().sandboxName()).contains("host-local-1");
    }

    @Test
    void where_it_came_from_outlives_the_resume() {
        givenQuiet("a: module");
        awayForAMonth();
        resume();
        var record = JobViews.record(job, JsonObject.empty());
        assertThat(record.at("recovery_status").isNull()).isTrue();
        assertThat(record.object("restore_provenance")).isEqualTo(PROVENANCE);
    }

    @Test
    void a_message_does_not_grow_old_in_an_archive() {
        givenQuiet("a: module\nb: module");
        send("a", named("m-1"));
        handle("a", new AgentResult.Retry(Duration.ofSeconds(1), "later"));
        send("a", named("m-2"));
        awayForAMonth();
        resume();
        advanceToWake();
        handle("a", with("{}").build());
        handle("a", with("{}").build());
        assertThat(job.deadLetters).isZero();
        assertThat(agent("a").processed).isEqualTo(2);
    }

    @Test
    void a_repeat_is_recognised_as_long_as_it_would_have_been() {
        givenQuiet("a: module\nb: module");
        pauseDraining();
        send("a", named("m-1"));
        awayForAMonth();
        assertThat(send("a", named("m-1"))).isInstanceOf(Decision.Unchanged.class);
        resume();
        handle("a", with("{}").build());
        now += 60_001;
        assertThat(send("a", named("m-1"))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void a_clock_that_is_behind_the_backup_makes_nothing_older() {
        givenQuiet("a: module\nb: module");
        pauseDraining();
        send("a", named("m-1"));
        when(new JobCommand.Restore("node-2", now + MONTH, PROVENANCE));
        assertThat(agent("a").mailbox.inOrder())
                .extracting(Mailbox.Entry::enqueuedAt)
                .containsExactly(T0);
    }
}
