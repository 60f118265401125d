package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;

/**
 * What holds for every graph of steps, also one that grows while it runs, whatever the attempts
 * bring and in whatever order: each step stands and ends as the {@link StepReference} says, and so
 * does the job; the log says the same as the living job; nothing begins in a job that pauses;
 * nothing outside is forgotten; and the run ends, by itself or because it was cancelled.
 *
 * <p>The seed is fixed, so that a build fails for its own changes only; jqwik prints it with the
 * smallest example it finds.
 */
class StepProperties {

    @Property(tries = 2_000, seed = "7709", shrinking = ShrinkingMode.BOUNDED)
    void a_workflow_ends_as_its_rules_say(
            @ForAll("workflows") RandomWorkflows.Workflow workflow,
            @ForAll("moves") List<Integer> moves) {
        var run = new WorkflowRun(workflow).live(moves);

        Statistics.label("ends").collect(run.job().status());
        assertThat(run.violations()).as(workflow + "\n" + run.story()).isEmpty();
    }

    @Provide
    Arbitrary<RandomWorkflows.Workflow> workflows() {
        return RandomWorkflows.any();
    }

    @Provide
    Arbitrary<List<Integer>> moves() {
        return Arbitraries.integers().between(0, 2_999).list().ofMaxSize(60);
    }
}
