package mirrorneuron.acceptance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the jobs of a home came to, held against what their client was told. */
final class Audit {

    /** How many sentences of a kind a failure carries. */
    private static final int SENTENCES_MAX = 20;

    private final DriverLife.Place place;
    private final Convergence told;
    private final Convergence.Settled settled;

    Audit(DriverLife.Place place, Convergence told, Convergence.Settled settled) {
        this.place = place;
        this.told = told;
        this.settled = settled;
    }

    /**
     * Looks at every job, its effects and its run's files.
     *
     * @param more counts to pass on
     */
    CrashCount.Slice slice(int kills, long worstRecoveryMs, Map<String, Long> more)
            throws IOException {
        var lost = new ArrayList<String>();
        var doubled = new ArrayList<String>();
        var effects = Outcomes.effects(place.effects());
        for (var id : told.acknowledged) {
            var found = settled.jobs().get(id);
            if (found == null) {
                lost.add("lost: " + id);
            } else if (found.ended()) {
                var run = place.home().resolve("runs").resolve(id.value());
                Outcomes.problem(id, found.output(), effects.getOrDefault(id, Set.of()))
                        .ifPresent(doubled::add);
                var unreadable = RunFiles.problem(run, "job_completed");
                unreadable.ifPresent(doubled::add);
                if (unreadable.isEmpty()) {
                    Ledger.problems(id, RunFiles.jobEvents(run))
                            .forEach(problem -> doubled.add(id + ": " + problem));
                }
            } else if (settled.stuck().isEmpty()) {
                lost.add("lost: " + id + ": " + found);
            }
        }
        var unasked = new TreeSet<String>();
        settled.jobs().keySet().forEach(id -> unasked.add(id.value()));
        told.acknowledged.forEach(id -> unasked.remove(id.value()));
        unasked.forEach(id -> doubled.add("a job that nobody submitted: " + id));

        var wrong = new ArrayList<String>();
        for (var sentences : List.of(lost, doubled, settled.stuck())) {
            wrong.addAll(sentences.subList(0, Math.min(SENTENCES_MAX, sentences.size())));
        }
        if (!wrong.isEmpty()) {
            wrong.add("the processes said:\n" + place.said());
        }
        return new CrashCount.Slice(
                kills,
                told.acknowledged.size(),
                lost.size(),
                doubled.size(),
                settled.stuck().size(),
                worstRecoveryMs,
                more,
                wrong);
    }
}
