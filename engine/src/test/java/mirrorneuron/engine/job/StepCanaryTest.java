package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A planted fault for every invariant of steps, and for what their reference interpreter forbids.
 * What is checked here is wrong on purpose, and a test fails when nobody minds.
 */
class StepCanaryTest extends JobSpec {

    @BeforeEach
    void a_fork_with_one_side_done() {
        given(
                """
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                c: executor {'output_message_type': null}
                d: executor {'output_message_type': null}
                step a: a
                step b: b
                step c: c {'control': {'retry': {'max_attempts': 2}}}
                step d: d
                a => b
                a => c
                b => d
                c => d
                """);
        complete("a", "1");
        complete("b", "2");
    }

    private static void isCaught(ThrowingCallable check) {
        assertThatThrownBy(check).isInstanceOf(AssertionError.class);
    }

    private void isMiscounted(Consumer<StepState> fault, Consumer<StepState> mend) {
        var join = step("d");
        Invariants.stepsAreCounted(job);
        fault.accept(join);
        isCaught(() -> Invariants.stepsAreCounted(job));
        mend.accept(join);
    }

    @Test
    void a_wrong_count_of_parents_in_a_fork() {
        isMiscounted(step -> step.parents++, step -> step.parents--);
        isMiscounted(step -> step.parentsEnded++, step -> step.parentsEnded--);
        isMiscounted(step -> step.parentsAccepted--, step -> step.parentsAccepted++);
        isMiscounted(step -> step.parentsSucceeded--, step -> step.parentsSucceeded++);
        isMiscounted(step -> step.parentsFailed++, step -> step.parentsFailed--);
        isMiscounted(step -> step.parentsCascading++, step -> step.parentsCascading--);
        isMiscounted(step -> step.mapped = true, step -> step.mapped = false);
    }

    @Test
    void a_wrong_count_of_steps() {
        isMiscounted(_ -> job.ledger().open++, _ -> job.ledger().open--);
        isMiscounted(_ -> job.ledger().room.active--, _ -> job.ledger().room.active++);
    }

    @Test
    void a_forgotten_alarm() {
        grant("c");
        var step = step("c");
        assertThat(step.armedAt).isPositive();
        job.ledger().alarms.disarm(step);
        isCaught(() -> Invariants.stepsAreCounted(job));
    }

    private <T extends JobEvent> EventCodec.Recorded last(Class<T> kind) {
        return facts().reversed().stream()
                .filter(fact -> kind.isInstance(fact.event()))
                .findFirst()
                .orElseThrow();
    }

    private static List<EventCodec.Recorded> with(
            List<EventCodec.Recorded> facts, int at, EventCodec.Recorded more) {
        var changed = new ArrayList<>(facts);
        changed.add(at, more);
        return changed;
    }

    @Test
    void a_step_that_is_completed_twice() {
        var twice = with(facts(), facts().size(), last(StepEvent.Ended.class));
        isCaught(() -> Invariants.attemptsAreInOrder(twice));
    }

    @Test
    void an_attempt_that_is_opened_twice() {
        var twice = with(facts(), facts().size(), last(StepEvent.Opened.class));
        isCaught(() -> Invariants.attemptsAreInOrder(twice));
    }

    @Test
    void an_attempt_that_is_opened_while_the_job_pauses() {
        var pausing = new EventCodec.Recorded(1, new JobEvent.Pausing(now, "operator", true, 0));
        isCaught(() -> Invariants.attemptsAreInOrder(with(facts(), 1, pausing)));
    }

    @Test
    void an_attempt_of_a_step_that_is_over() {
        var opened =
                new EventCodec.Recorded(
                        1, new StepEvent.Opened(now, "b", 2, agent("b").id(), "message", false, 0));
        isCaught(() -> Invariants.attemptsAreInOrder(with(facts(), facts().size(), opened)));
    }

    // What the reference forbids

    private StepReference reference() {
        var reference = new StepReference(job.graph().manifest().workflow(), Map.of(), Set.of());
        assertThat(reference.begins("a", 1)).isEmpty();
        assertThat(reference.answers("a", new Act.Done(1))).isEmpty();
        assertThat(reference.begins("b", 1)).isEmpty();
        return reference;
    }

    @Test
    void a_step_that_begins_too_early_or_twice() {
        assertThat(reference().begins("d", 1)).contains("its parents do not let it");
        assertThat(reference().begins("b", 2)).contains("it is OPEN");
        assertThat(reference().begins("c", 2)).contains("it is attempt 1");
    }

    @Test
    void an_answer_that_nobody_waits_for() {
        assertThat(reference().answers("c", new Act.Done(1))).contains("it is FRESH");
        assertThat(reference().answers("a", new Act.Done(1))).contains("it is OVER");
    }

    @Test
    void an_attempt_more_than_there_are() {
        var reference = reference();
        for (int attempt = 1; attempt <= 2; attempt++) {
            assertThat(reference.begins("c", attempt)).isEmpty();
            assertThat(reference.answers("c", new Act.Failed(true))).isEmpty();
        }
        assertThat(reference.step("c")).hasToString("c OVER failed/failed");
        assertThat(reference.begins("c", 3)).contains("it is OVER");
        assertThat(reference.failed()).isTrue();
    }

    @Test
    void a_patch_that_does_not_fit_and_a_skip_that_is_not_due() {
        var reference = reference();
        var patch = new Act.Patched(new GraphPatch("p", "r", 0, List.of()), 1);
        assertThat(reference.answers("b", patch)).isEmpty();
        assertThat(reference.refusal()).isEqualTo("patch.dynamic_disabled");
        assertThat(reference.step("b")).hasToString("b OVER failed/failed");
        assertThat(reference().skips("c")).contains("c was skipped, but");
        assertThat(reference().stalls()).isFalse();
    }
}
