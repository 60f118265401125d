package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/**
 * What the server and the disk say of jobs that have ended, held against what their clients were
 * told and saw on the way.
 */
final class RestAudit {

    private static final String BASE = "/api/v1";

    private final Wire wire;
    private final Path runs;
    private final Map<JobId, Set<String>> effects;

    /** What is wrong with the job that is looked at. */
    private final List<String> wrong = new ArrayList<>();

    /**
     * @param effects what commands noted, by job
     */
    RestAudit(Wire wire, Path runs, Map<JobId, Set<String>> effects) {
        this.wire = wire;
        this.runs = runs;
        this.effects = effects;
    }

    /** What is wrong with a job, in sentences that name it; empty when all is exact. */
    List<String> problems(RestJob job) throws Exception {
        wrong.clear();
        var id = job.id();
        var record = read("/jobs/" + id + "?include=full").object("job");
        var run = record.string("run_id").orElseThrow();
        var events = objects(read("/jobs/" + id + "/events").array("data"));
        end(id, record);
        wrong.addAll(Ledger.problems(id, events));
        same("the stream of events", events, job.events.seen);
        same("the end of the stream", Outcomes.status(id), job.events.end());
        same("the end of the run's stream", Outcomes.status(id), job.records.end());
        for (var channel : List.of("events", "logs", "timeline")) {
            same(
                    "channel " + channel,
                    objects(read("/runs/" + run + "/" + channel + "?limit=0").array("data")),
                    channel(job, channel));
        }
        endsAgain(id, events.size());
        keyCountsOnce(job);
        artifacts(id, run);
        RunFiles.problem(runs.resolve(run), "job_" + Outcomes.status(id)).ifPresent(wrong::add);
        same("events.jsonl", events, RunFiles.jobEvents(runs.resolve(run)));
        if (!wrong.isEmpty()) {
            wrong.add("explained: " + read("/jobs/" + id + "/explain"));
            wrong.add(
                    "log:\n  "
                            + String.join(
                                    "\n  ", events.stream().map(JsonObject::toString).toList()));
        }
        return wrong.stream().map(problem -> id + ": " + problem).toList();
    }

    private JsonObject read(String path) throws IOException {
        var answer = wire.get(path);
        if (answer.status() != 200) {
            wrong.add(path + ": " + answer);
            return JsonObject.empty();
        }
        return answer.json();
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }

    private void same(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            wrong.add("%s: expected\n  %s\nbut\n  %s".formatted(what, expected, found));
        }
    }

    private void end(JobId id, JsonObject record) throws IOException {
        var status = Outcomes.status(id);
        same("status", status, record.string("status").orElse(""));
        var result = read("/runs/" + record.string("run_id").orElseThrow() + "/result");
        same("status of the result", status, result.string("status").orElse(""));
        if (status.equals("completed")) {
            var output = record.object("result").at("output");
            same("result", output, result.at("result"));
            Outcomes.problem(id, output, effects.getOrDefault(id, Set.of())).ifPresent(wrong::add);
        } else {
            var why = record.object("failure").string("desc").orElse("");
            same("failure", "Agent worker failed: command exited with status 7", why);
        }
    }

    private static List<JsonObject> channel(RestJob job, String channel) {
        return job.records.seen.stream()
                .filter(record -> record.string("channel").orElse("").equals(channel))
                .map(record -> record.without("id").without("channel"))
                .toList();
    }

    /** A reader who has seen everything is told the end at once, and a browser to stop asking. */
    private void endsAgain(JobId id, int last) throws IOException {
        var frames = new ArrayList<Wire.Frame>();
        var answer =
                wire.with("Last-Event-ID: " + last).follow("/jobs/" + id + "/events", frames::add);
        same("status of the stream after its end", 200, answer.status());
        same(
                "the stream after its end",
                List.of("end"),
                frames.stream().map(Wire.Frame::event).toList());
        frames.clear();
        var progress = "/jobs/" + id + "/workflow-progress/stream";
        wire.follow(progress, frames::add);
        same(
                "the progress of a job that has ended",
                List.of("snapshot " + Outcomes.status(id)),
                frames.stream()
                        .map(it -> it.event() + " " + it.data().string("status").orElse(""))
                        .toList());
        if (!frames.isEmpty()) {
            var seen = wire.with("Last-Event-ID: " + frames.getLast().id());
            same("progress that was seen", 204, seen.follow(progress, frames::add).status());
        }
    }

    private void keyCountsOnce(RestJob job) throws InterruptedException {
        var again = job.submit(RestJob.body(job.kind));
        same("status of the key asked again", 201, again.status());
        same(
                "answer to the key asked again",
                job.id().value() + " true",
                again.json().string("job_id").orElse("")
                        + " "
                        + again.headers().get("idempotency-replayed"));
        var other = RestJob.body(job.kind.equals("relay") ? "doomed" : "relay");
        same("status of the key with another job", 409, job.submit(other).status());
    }

    private void artifacts(JobId id, String run) throws IOException {
        var names = new HashSet<String>();
        for (var artifact : objects(read("/runs/" + run + "/artifacts").array("artifacts"))) {
            var name = artifact.string("relative_path").orElseThrow();
            names.add(name);
            var url = artifact.string("url").orElseThrow();
            var served = wire.get(url.substring(BASE.length())).body();
            same(name, artifact.string("sha256").orElse(""), sha256(served));
            same(name, artifact.integer("size_bytes").orElse(-1), (long) served.length);
            same(name, sha256(Files.readAllBytes(runs.resolve(run).resolve(name))), sha256(served));
            if (Outcomes.artifacts(id).contains(name)) {
                same(name, id + "\n", new String(served, UTF_8));
            }
        }
        if (!names.containsAll(Outcomes.artifacts(id))) {
            wrong.add("artifacts: expected " + Outcomes.artifacts(id) + ", but " + names);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
