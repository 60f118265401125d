package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mirrorneuron.engine.graph.Graph;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;

/**
 * What holds for every graph and every order of commands: the log says the same as the living job,
 * a snapshot comes back as it was written, deciding changes nothing, every message is handled once,
 * dead-lettered once, or waits in exactly one place, mailboxes stay within their bounds, a status
 * follows from the one before, and a job at rest can say truly what it waits for.
 *
 * <p>The seed is fixed, so that a build fails for its own changes only; jqwik prints it with the
 * smallest example it finds.
 */
class JobProperties {

    @Property(tries = 1_500, seed = "7002", shrinking = ShrinkingMode.BOUNDED)
    void a_job_keeps_its_promises_whatever_it_is_told(
            @ForAll("graphs") Graph graph, @ForAll("steps") List<RandomRun.Step> steps) {
        var run = new RandomRun(graph).follow(steps);

        Statistics.label("ends").collect(run.job().status());
        assertThat(run.violations()).as(graph.manifest().raw().toString()).isEmpty();
    }

    @Provide
    Arbitrary<Graph> graphs() {
        return RandomGraphs.any();
    }

    @Provide
    Arbitrary<List<RandomRun.Step>> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 99),
                        Arbitraries.integers().between(0, 19),
                        Arbitraries.integers().between(0, 29),
                        Arbitraries.of(true, false, false))
                .as(RandomRun.Step::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(120);
    }
}
