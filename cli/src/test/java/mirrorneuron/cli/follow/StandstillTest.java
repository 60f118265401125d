package mirrorneuron.cli.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobStatus;
import mirrorneuron.cli.FakeRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a job stands still. */
final class StandstillTest {

    private final FakeRuntime.FakeJob job = new FakeRuntime().job("demo-1", "demo");
    private final Explanation quiet = FakeRuntime.explanation("only_dead_letters", "Why.", "");

    private boolean stands(Optional<Explanation> explanation) {
        return Standstill.of(FakeRuntime.detailsOf(job, 1), explanation, FakeRuntime.BEGIN)
                .isPresent();
    }

    @Test
    void a_job_with_quiet_agents_and_no_wake_time_stands_still() {
        job.agents = List.of(FakeRuntime.agent("a", "router", AgentStatus.READY, 1, 0));
        assertThat(stands(Optional.of(quiet))).isTrue();
    }

    @Test
    void a_job_that_will_wake_by_itself_does_not() {
        job.agents = List.of(FakeRuntime.agent("a", "router", AgentStatus.READY, 1, 0));
        var waking =
                new Explanation(
                        "job demo-1",
                        "running",
                        "retry",
                        "It waits.",
                        List.of(),
                        Optional.of(Instant.EPOCH),
                        "");
        assertThat(stands(Optional.of(waking))).isFalse();
        assertThat(stands(Optional.empty())).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = AgentStatus.class,
            names = {"BUSY", "QUEUED", "RUNNING", "RESTARTING"})
    void a_job_with_a_busy_agent_does_not(AgentStatus status) {
        job.agents = List.of(FakeRuntime.agent("a", "executor", status, 0, 0));
        assertThat(stands(Optional.of(quiet))).isFalse();
    }

    @Test
    void a_paused_job_does_whatever_waits_in_it() {
        job.status = JobStatus.PAUSED;
        job.agents = List.of(FakeRuntime.agent("a", "executor", AgentStatus.PAUSED, 0, 9));
        assertThat(stands(Optional.of(quiet))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = JobStatus.class,
            names = {"PENDING", "QUEUED", "PAUSING", "CANCELLING", "COMPLETED", "FAILED"})
    void other_states_of_a_job_are_no_standstill(JobStatus status) {
        job.status = status;
        assertThat(stands(Optional.of(quiet))).isFalse();
    }
}
