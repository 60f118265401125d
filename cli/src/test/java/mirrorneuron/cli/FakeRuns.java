package mirrorneuron.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/** Runs whose files a test wrote by hand. Not for sharing. */
final class FakeRuns implements RunFiles {

    /** One run; a page gives two records, so that readers have to go on. */
    static final class FakeRun {
        JsonObject run = JsonObject.empty();
        Optional<JsonObject> result = Optional.empty();
        Optional<JsonObject> finalArtifact = Optional.empty();
        JsonObject summary = JsonObject.empty();
        JsonObject resources = JsonObject.empty();
        List<JsonObject> human = List.of();
        final List<JsonObject> records = new ArrayList<>();
        boolean ended = true;

        /** Adds a record, of members written as JSON. */
        void record(String channel, String json) {
            records.add(
                    JsonObject.builder()
                            .putAll((JsonObject) Json.parse(json))
                            .put("channel", channel)
                            .build());
        }
    }

    private static final int PAGE = 2;

    final Map<String, FakeRun> all = new LinkedHashMap<>();

    /** What was answered or acknowledged, as {@code verb run subject body}. */
    final List<String> answers = new ArrayList<>();

    FakeRun add(String id, String status) {
        var run = new FakeRun();
        run.run =
                JsonObject.builder()
                        .put("run_id", id)
                        .put("job_id", id)
                        .put("graph_id", "demo")
                        .put("status", status)
                        .put("started_at", "2026-03-01T12:00:00.000Z")
                        .build();
        run.ended = !status.equals("running");
        all.put(id, run);
        return run;
    }

    private FakeRun find(String runId) {
        var run = all.get(runId);
        if (run == null) {
            throw missing(ErrorCode.RUN_NOT_FOUND, "Run " + runId + " was not found");
        }
        return run;
    }

    private static NoSuchEntityException missing(ErrorCode code, String message) {
        return new NoSuchEntityException(code, message, null);
    }

    @Override
    public JsonObject run(String runId) {
        return find(runId).run;
    }

    @Override
    public JsonObject result(String runId) {
        return find(runId)
                .result
                .orElseThrow(() -> missing(ErrorCode.RESULT_NOT_FOUND, "no result"));
    }

    @Override
    public JsonObject finalArtifact(String runId) {
        return find(runId)
                .finalArtifact
                .orElseThrow(() -> missing(ErrorCode.ARTIFACT_NOT_FOUND, "no artifact"));
    }

    @Override
    public JsonObject artifacts(String runId) {
        return JsonObject.builder()
                .put("run_id", find(runId).run.at("run_id"))
                .put("artifacts", JsonArray.empty())
                .build();
    }

    @Override
    public JsonObject summary(String runId) {
        return find(runId).summary;
    }

    @Override
    public JsonObject resources(String runId, String window, String bucket) {
        return find(runId).resources;
    }

    @Override
    public JsonObject human(String runId, Optional<String> status) {
        return JsonObject.of("data", JsonArray.of(find(runId).human));
    }

    @Override
    public JsonObject respond(String runId, String requestId, JsonObject body) {
        answers.add("respond " + runId + " " + requestId + " " + body);
        return JsonObject.builder().put("request_id", requestId).build();
    }

    @Override
    public JsonObject acknowledge(String runId, String noticeId, JsonObject body) {
        answers.add("ack " + runId + " " + noticeId + " " + body);
        return JsonObject.builder().put("notice_id", noticeId).build();
    }

    @Override
    public Page page(String runId, Filter filter, String cursor) {
        var run = find(runId);
        var wanted =
                run.records.stream()
                        .filter(
                                record ->
                                        filter.channels()
                                                .contains(record.string("channel").orElse("")))
                        .toList();
        int from = cursor.isEmpty() ? 0 : Integer.parseInt(cursor);
        int to = Math.min(from + PAGE, wanted.size());
        return new Page(
                wanted.subList(from, to),
                Integer.toString(to),
                run.ended && to == wanted.size(),
                run.run.string("status").orElse(""));
    }

    @Override
    public boolean delete(String runId) {
        var run = find(runId);
        if (!run.ended) {
            return false;
        }
        all.remove(runId);
        return true;
    }

    @Override
    public Rebuilt rebuild(String runId) {
        find(runId);
        return new Rebuilt(runId, Optional.of(JobId.of(runId)), 12);
    }
}
