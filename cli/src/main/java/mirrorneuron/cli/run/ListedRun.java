package mirrorneuron.cli.run;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.view.RunsState;

/**
 * A run in a list: of a job that is kept, or of one that was deleted and left its folder.
 *
 * @param ended empty while it goes on
 * @param blueprint the graph's id when nobody declared one
 */
record ListedRun(
        String id,
        String job,
        JobStatus status,
        String created,
        Optional<Instant> ended,
        String blueprint,
        String graph) {

    static ListedRun of(JobSummary job) {
        return new ListedRun(
                job.raw().string("run_id").orElse(job.jobId().value()),
                job.jobId().value(),
                job.status(),
                Timestamps.format(job.submittedAt()),
                Optional.of(job.updatedAt()).filter(_ -> job.status().terminal()),
                job.raw().string("blueprint_id").orElse(job.graphId()),
                job.graphId());
    }

    /**
     * @param run {@code run.json}; empty when it is none
     */
    static Optional<ListedRun> of(JsonObject run) {
        return run.string("run_id")
                .map(
                        id ->
                                new ListedRun(
                                        id,
                                        run.string("job_id").orElse(""),
                                        status(run.string("status").orElse("")),
                                        run.string("created_at")
                                                .or(() -> run.string("started_at"))
                                                .orElse(""),
                                        run.string("ended_at").flatMap(ListedRun::time),
                                        run.string("blueprint_id")
                                                .or(() -> run.string("graph_id"))
                                                .orElse(""),
                                        run.string("graph_id").orElse("")));
    }

    /** Words that only runs have are those of a job that goes on. */
    private static JobStatus status(String word) {
        return Stream.of(JobStatus.values())
                .filter(status -> status.wire().equals(word))
                .findFirst()
                .orElse(JobStatus.RUNNING);
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Timestamps.parse(text));
        } catch (java.time.DateTimeException foreign) {
            return Optional.empty();
        }
    }

    private String endedText() {
        return ended.map(Timestamps::format).orElse("");
    }

    List<String> row() {
        return List.of(id, job, status.wire(), endedText(), blueprint);
    }

    JsonObject document() {
        return JsonObject.builder()
                .put("run_id", id)
                .put("job_id", job)
                .put("blueprint_id", blueprint)
                .put("status", status.wire())
                .put("created_at", created)
                .putOrNull("ended_at", Optional.of(endedText()).filter(at -> !at.isEmpty()))
                .build();
    }

    RunsState.Run shown() {
        return new RunsState.Run(id, job, status, ended, blueprint);
    }
}
