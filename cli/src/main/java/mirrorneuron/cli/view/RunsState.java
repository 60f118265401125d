package mirrorneuron.cli.view;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import mirrorneuron.api.JobStatus;

/**
 * A list of runs that is watched.
 *
 * @param lookedAt when the runs were as they are shown
 * @param fresh ids of runs that the last look saw for the first time; none at the first look
 * @param changed ids of runs whose status the last look saw changed
 * @param chosen id of the chosen run; empty = the first
 * @param opened whether the chosen run is to be shown
 * @param left whether the reader leaves
 * @param trouble what stands between the view and the runtime; empty when nothing does
 */
public record RunsState(
        List<Run> runs,
        Instant lookedAt,
        Set<String> fresh,
        Set<String> changed,
        Optional<String> chosen,
        boolean opened,
        boolean left,
        String trouble) {

    private static final int PAGE_LINES = 10;

    /**
     * @param ended empty while it goes on
     */
    public record Run(
            String id, String job, JobStatus status, Optional<Instant> ended, String blueprint) {}

    /** Before the first look. */
    public static RunsState unseen() {
        return new RunsState(
                List.of(), Instant.MIN, Set.of(), Set.of(), Optional.empty(), false, false, "");
    }

    public RunsState {
        runs = List.copyOf(runs);
        fresh = Set.copyOf(fresh);
        changed = Set.copyOf(changed);
    }

    /** After another look. */
    public RunsState seeing(List<Run> found, Instant now) {
        var before = runs.stream().collect(Collectors.toMap(Run::id, Run::status, (a, _) -> a));
        var newFresh = new HashSet<String>();
        var newChanged = new HashSet<String>();
        for (var run : found) {
            var was = before.get(run.id());
            if (was == null && !lookedAt.equals(Instant.MIN)) {
                newFresh.add(run.id());
            } else if (was != null && was != run.status()) {
                newChanged.add(run.id());
            }
        }
        return new RunsState(found, now, newFresh, newChanged, chosen, opened, left, trouble);
    }

    public RunsState withTrouble(String value) {
        return new RunsState(runs, lookedAt, fresh, changed, chosen, opened, left, value);
    }

    /** Back from the run that was opened. */
    public RunsState closed() {
        return new RunsState(runs, lookedAt, fresh, changed, chosen, false, left, trouble);
    }

    /** The chosen run; empty when there are none. */
    public Optional<Run> run() {
        return chosen.flatMap(id -> runs.stream().filter(run -> run.id().equals(id)).findFirst())
                .or(() -> runs.stream().findFirst());
    }

    /** The state after a key. */
    public RunsState press(int key) {
        if (WorkflowKeys.isLeaving(key)) {
            return new RunsState(runs, lookedAt, fresh, changed, chosen, opened, true, trouble);
        }
        if (key == Key.ENTER) {
            var here = run().map(Run::id);
            return new RunsState(
                    runs, lookedAt, fresh, changed, here, here.isPresent(), left, trouble);
        }
        int lines = Key.lines(key, PAGE_LINES);
        if (lines == 0 || runs.isEmpty()) {
            return this;
        }
        long at = run().map(runs::indexOf).orElse(0);
        var next = runs.get(Math.clamp(at + lines, 0, runs.size() - 1));
        return new RunsState(
                runs, lookedAt, fresh, changed, Optional.of(next.id()), opened, left, trouble);
    }
}
