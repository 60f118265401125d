package mirrorneuron.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonObject;

/** What the files of runs, and the notes of commands, say of jobs that moved to another home. */
final class BackupAudit {

    private final Path runs;
    private final Path before;
    private final Path after;

    /**
     * @param runs the runs of the home in which the jobs are now
     * @param before what commands noted in the first home
     * @param after what they noted in the second
     */
    BackupAudit(Path runs, Path before, Path after) {
        this.runs = runs;
        this.before = before;
        this.after = after;
    }

    private Path run(JobId job) {
        return runs.resolve(job.value());
    }

    /** The job's events so far; each is there whole. */
    List<JsonObject> events(JobId job) throws IOException {
        return RunFiles.jobEvents(run(job));
    }

    /** What is wrong with a job that has ended, wherever its commands ran. */
    List<String> problems(JobId job) throws IOException {
        var effects = new HashSet<>(effects(before, job));
        effects.addAll(effects(after, job));
        return problems(job, effects);
    }

    private List<String> problems(JobId job, Set<String> effects) throws IOException {
        var wrong = new ArrayList<String>();
        RunFiles.problem(run(job), "job_completed").ifPresent(wrong::add);
        var result = RunFiles.document(run(job), "result.json").at("result");
        Outcomes.problem(job, result, effects).ifPresent(wrong::add);
        for (var problem : Ledger.problems(job, events(job))) {
            wrong.add(job + ": " + problem);
        }
        for (var name : Outcomes.artifacts(job)) {
            if (!Files.isRegularFile(run(job).resolve(name))) {
                wrong.add(job + ": expected its run to have " + name);
            }
        }
        return wrong;
    }

    /**
     * What is wrong with a job that went on in the second home and has ended.
     *
     * @param events those that it had in the first home
     */
    List<String> problemsOfMoved(JobId job, List<JsonObject> events) throws IOException {
        var wrong = new ArrayList<>(problems(job));
        var earlier = earlier(job);
        if (earlier.size() < events.size() || !earlier.subList(0, events.size()).equals(events)) {
            wrong.add(job + ": expected to begin with\n  " + events + "\nbut\n  " + earlier);
        }
        doneAgain(job, job, wrong);
        return wrong;
    }

    /** What is wrong with a clone that has ended, of a job that has moved. */
    List<String> problemsOfClone(JobId clone, JobId original) throws IOException {
        // What was done for the original before it was archived was done for the clone too.
        var done = acknowledged(original);
        var effects =
                Stream.concat(
                                effects(before, original).stream()
                                        .filter(effect -> done.contains(message(effect))),
                                effects(after, clone).stream())
                        .map(effect -> effect.substring(effect.indexOf('/')))
                        .collect(Collectors.toSet());
        var wrong = new ArrayList<>(problems(clone, effects));
        doneAgain(clone, original, wrong);
        return wrong;
    }

    private void doneAgain(JobId job, JobId original, List<String> wrong) throws IOException {
        var done = acknowledged(original);
        effects(after, job).stream()
                .filter(effect -> done.contains(message(effect)))
                .forEach(effect -> wrong.add("done again though acknowledged: " + effect));
    }

    /** Messages that were acknowledged before the job was archived. */
    Set<String> acknowledged(JobId moved) throws IOException {
        return earlier(moved).stream()
                .filter(event -> Ledger.is(event, "message_acked"))
                .map(event -> event.object("payload").string("message_id").orElseThrow())
                .collect(Collectors.toSet());
    }

    /** What commands noted for the job in the second home. */
    Set<String> effectsAfter(JobId job) throws IOException {
        return effects(after, job);
    }

    /** The events that a job had when it came back. */
    private List<JsonObject> earlier(JobId job) throws IOException {
        var events = events(job);
        var returns =
                events.stream()
                        .filter(event -> Ledger.is(event, "job_restored_from_backup"))
                        .toList();
        if (returns.size() != 1) {
            throw new AssertionError(job + " came back " + returns.size() + " times: " + returns);
        }
        return events.subList(0, events.indexOf(returns.getFirst()));
    }

    private static Set<String> effects(Path file, JobId job) throws IOException {
        return Outcomes.effects(file).getOrDefault(job, Set.of());
    }

    private static String message(String effect) {
        return effect.substring(effect.lastIndexOf('/') + 1);
    }
}
