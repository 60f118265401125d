package mirrorneuron.acceptance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonValue;

/**
 * What a client of a process that dies again and again was told, and the way of its jobs to their
 * ends once nothing dies any more.
 */
final class Convergence {

    /** A job that nothing at all was heard of for so long, while no other moved, is stuck. */
    private static final long STUCK_SECONDS = 45;

    /** From the end of the last job until the files of every run are complete. */
    private static final long RUNS_SECONDS_MAX = 40;

    private static final long LOOK_MS = 250;

    /** Jobs of which everything is told when they are stuck. */
    private static final int DUMPED = 3;

    final Set<JobId> acknowledged = new LinkedHashSet<>();

    /** What was asked for and not answered; it is asked again under the same key. */
    final Set<JobId> unanswered = new LinkedHashSet<>();

    /** Why it was not answered, when the driver said so. */
    final List<String> refusals = new ArrayList<>();

    /**
     * A job as it is listed.
     *
     * @param last its last event, while it has not ended
     */
    record Found(String status, long last, JsonValue output) {

        boolean ended() {
            return status.equals("completed");
        }
    }

    /**
     * Where the jobs came to.
     *
     * @param unfinished how many had not ended at the first look
     * @param tookMs from the first look to the last
     * @param stuck of jobs that do not move, what is known of each; the first few are explained.
     *     When all have ended, what is wrong with a run whose files do not get complete
     */
    record Settled(Map<JobId, Found> jobs, int unfinished, long tookMs, List<String> stuck) {}

    void submit(DriverLife life, JobId id) {
        unanswered.add(id);
        life.tell("submit " + id);
    }

    void submitAgain(DriverLife life) {
        List.copyOf(unanswered).forEach(id -> submit(life, id));
    }

    void heard(List<String> lines) {
        lines.forEach(this::heard);
    }

    private void heard(String line) {
        var words = line.split(" ", 3);
        switch (words[0]) {
            case "ack" -> {
                var id = JobId.of(words[1]);
                acknowledged.add(id);
                unanswered.remove(id);
            }
            case "unavailable" -> refusals.add(words[2]);
            case "open", "replayed", "replays-done" -> {}
            default -> throw new AssertionError("the driver said: " + line);
        }
    }

    /** Reads what is said until nothing is unanswered; what cannot be done now is asked again. */
    void awaitAnswers(DriverLife life) throws Exception {
        while (!unanswered.isEmpty()) {
            var line = life.next();
            heard(line.orElseThrow(() -> new AssertionError("the driver ended")));
            if (line.get().startsWith("unavailable ")) {
                life.rest(LOOK_MS);
                submit(life, JobId.of(line.get().split(" ", 3)[1]));
            }
        }
    }

    /**
     * Replays what is left and waits until every job has ended and its run is complete, or none of
     * them moves.
     */
    Settled settle(DriverLife life, DriverLife.Place place) throws Exception {
        long began = System.nanoTime();
        long moved = began;
        Map<JobId, Found> before = Map.of();
        int unfinished = -1;
        while (true) {
            life.tell("replay");
            heard(life.until("replays-done"));
            var jobs = list(life);
            var open = jobs.values().stream().filter(job -> !job.ended()).count();
            if (unfinished < 0) {
                unfinished = (int) open;
            }
            long now = System.nanoTime();
            if (!jobs.equals(before)) {
                moved = now;
            }
            boolean over = unanswered.isEmpty() && open == 0;
            boolean stuck = now - moved > TimeUnit.SECONDS.toNanos(STUCK_SECONDS);
            if (over || stuck) {
                var why = over ? incompleteRun(life, place) : explained(life, jobs);
                return new Settled(jobs, unfinished, (now - began) / 1_000_000, why);
            }
            before = jobs;
            life.rest(LOOK_MS);
        }
    }

    /**
     * Waits until the files of every run are complete: whoever closes before leaves the rest to the
     * next start.
     *
     * @return what is wrong with the first run that does not get there in time; empty when each did
     */
    private List<String> incompleteRun(DriverLife life, DriverLife.Place place) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(RUNS_SECONDS_MAX);
        for (var id : acknowledged) {
            var run = place.home().resolve("runs").resolve(id.value());
            var problem = RunFiles.problem(run, "job_completed");
            while (problem.isPresent()) {
                if (System.nanoTime() > deadline) {
                    return List.of(problem.get());
                }
                life.rest(LOOK_MS);
                problem = RunFiles.problem(run, "job_completed");
            }
        }
        return List.of();
    }

    Map<JobId, Found> list(DriverLife life) throws InterruptedException {
        life.tell("list");
        var jobs = new HashMap<JobId, Found>();
        for (var line : life.until("listed")) {
            var words = line.split(" ", 5);
            if (words[0].equals("job")) {
                jobs.put(
                        JobId.of(words[1]),
                        new Found(words[2], Long.parseLong(words[3]), Json.parse(words[4])));
            } else {
                heard(line);
            }
        }
        return jobs;
    }

    /** The last facts of jobs that do not move, and why they say that they do not. */
    private List<String> explained(DriverLife life, Map<JobId, Found> jobs)
            throws InterruptedException {
        var stuck = new ArrayList<String>();
        for (var id : unanswered) {
            stuck.add(id + ": never answered");
        }
        for (var job : jobs.entrySet()) {
            if (job.getValue().ended()) {
                continue;
            }
            var text = new StringBuilder(job.getKey() + ": " + job.getValue());
            if (stuck.size() < DUMPED) {
                life.tell("dump " + job.getKey());
                life.until("dumped").forEach(line -> text.append("\n    ").append(line));
            }
            stuck.add(text.toString());
        }
        return stuck;
    }
}
