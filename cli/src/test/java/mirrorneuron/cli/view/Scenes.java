package mirrorneuron.cli.view;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.FakeRuntime;

/** Jobs at moments that a view has to show well. Not for sharing. */
final class Scenes {

    static final Instant NOW = FakeRuntime.BEGIN.plusSeconds(64);

    final FakeRuntime.FakeJob job =
            new FakeRuntime().job("review-1750000000000-0123456789ab", "claims_review");
    private final List<JsonObject> steps = new ArrayList<>();
    private final List<AgentView> views = new ArrayList<>();
    private final List<List<String>> layers = new ArrayList<>();
    private boolean withSteps = true;
    private String kind = "batch";
    private double percent;

    /** A workflow in its middle: two steps side by side, one of them with three agents. */
    static Scenes review() {
        var scene = new Scenes();
        scene.layers.addAll(
                List.of(
                        List.of("intake"),
                        List.of("auto_reply", "review", "fetch"),
                        List.of("merge"),
                        List.of("publish")));
        scene.step(
                "merge",
                "pending",
                0,
                "it waits for review, fetch",
                scene.agent("merger", "ready", 0));
        scene.step(
                "intake",
                "completed",
                1,
                "it completed at some time",
                scene.agent("reader", "completed", 1));
        scene.step("auto_reply", "skipped", 0, "it was skipped: branch not selected by intake");
        scene.step(
                "review",
                "running",
                2,
                "agent reviewer_a works on it since some time",
                scene.agent(
                        "reviewer_a",
                        "running",
                        3,
                        "\"working_on\":\"page 12 of 30\",\"progress\":0.4,\"progress_source\":\"explicit\","
                                + "\"tokens_used\":12340,\"token_budget\":50000,\"mailbox_depth\":2"),
                scene.agent("reviewer_b", "queued", 0, "\"working_on\":\"claim\""),
                scene.agent("arbiter_with_a_long_name", "ready", 0));
        scene.step(
                "fetch",
                "retry_wait",
                1,
                "its next attempt starts at some time",
                scene.agent("fetcher", "error", 0));
        scene.step(
                "publish",
                "pending",
                0,
                "it waits for merge",
                scene.agent("publisher", "ready", 0));
        scene.percent = 36.2;
        scene.job.happened(
                "sandbox_job_completed",
                Optional.of("reader"),
                JsonObject.builder().put("exit_code", 0).put("attempts", 1).build());
        return scene;
    }

    /** One step that was scattered to five hundred instances. */
    static Scenes scattered() {
        var scene = new Scenes();
        scene.layers.addAll(List.of(List.of("plan"), List.of("score"), List.of("gather")));
        scene.step("plan", "completed", 1, "it completed", scene.agent("planner", "completed", 1));
        scene.step("score", "skipped", 0, "it was skipped: score is done by its instances");
        scene.step(
                "gather",
                "pending",
                0,
                "it waits for score[7]",
                scene.agent("gatherer", "ready", 0));
        for (int i = 0; i < 500; i++) {
            var status = i < 120 ? "completed" : i < 124 ? "running" : "pending";
            scene.step(
                    "score[" + i + "]",
                    status,
                    1,
                    "it may start when fewer steps run",
                    scene.agent(
                            "scorer[" + i + "]",
                            status.equals("pending") ? "ready" : status,
                            status.equals("completed") ? 1 : 0));
        }
        scene.percent = 24;
        return scene;
    }

    /** A job that messages alone drive. */
    static Scenes messages() {
        var scene = new Scenes();
        scene.withSteps = false;
        scene.step("dispatcher", "ready", 0, "-", scene.agent("dispatcher", "ready", 6));
        scene.step("worker_00", "completed", 1, "-", scene.agent("worker_00", "completed", 1));
        scene.step("worker_01", "running", 1, "-", scene.agent("worker_01", "running", 0));
        scene.step("worker_02", "failed", 1, "-", scene.agent("worker_02", "error", 0));
        scene.step("worker_03", "queued", 0, "-", scene.agent("worker_03", "queued", 0));
        scene.step("collector", "ready", 0, "-", scene.agent("collector", "ready", 1));
        scene.job.happened("executor_lease_granted", Optional.of("worker_01"), JsonObject.empty());
        return scene;
    }

    static Scenes service() {
        var scene = review();
        scene.kind = "service";
        return scene;
    }

    private JsonObject agent(String id, String status, long processed) {
        return agent(id, status, processed, "\"working_on\":\"\"");
    }

    private JsonObject agent(String id, String status, long processed, String members) {
        var view =
                FakeRuntime.agent(
                        id,
                        id.startsWith("merge") ? "aggregator" : "executor",
                        AgentStatus.ofWire(status),
                        processed,
                        0,
                        status.equals("error")
                                ? Optional.of("command exited with status 3: no such file")
                                : Optional.empty());
        views.add(view);
        return JsonObject.builder()
                .put("id", id)
                .put("display_name", id)
                .put("status", status)
                .put("assigned_node", "local")
                .put("progress_source", "estimated")
                .put("items_done", processed)
                .put("started_at", "2026-03-01T12:00:02.000Z")
                .put("last_event_at", "2026-03-01T12:00:50.000Z")
                .putAll((JsonObject) Json.parse("{" + members + "}"))
                .build();
    }

    private void step(String id, String status, int attempt, String reason, JsonObject... agents) {
        boolean over = StepsProgress.isOver(status);
        steps.add(
                JsonObject.builder()
                        .put("id", id)
                        .put("label", id)
                        .put("status", status)
                        .put("attempt", attempt)
                        .put("status_reason", reason)
                        .put("elapsed_seconds", 12)
                        .put("retry_at", "2026-03-01T12:01:09.500Z")
                        .put("started_at", "2026-03-01T12:00:04.000Z")
                        .put("done_count", over ? agents.length : 0)
                        .put("total_count", agents.length)
                        .put("agents", JsonArray.of(List.of(agents)))
                        .build());
    }

    /** A step of the scene waits for a person. */
    Scenes asking() {
        steps.replaceAll(
                step ->
                        step.string("id").equals(Optional.of("review"))
                                ? step.with("status", Json.parse("\"waiting\""))
                                : step);
        job.asks("review", "Review the claim");
        return this;
    }

    Scenes as(JobStatus status) {
        job.status = status;
        return this;
    }

    Moment moment() {
        job.agents = views;
        var progress =
                WorkflowProgress.fromJson(
                        JsonObject.builder()
                                .put("job_id", job.id.value())
                                .put("status", job.status.wire())
                                .put("percent", Json.parse(Double.toString(percent)))
                                .put("workflow_kind", kind)
                                .put("progress_source", withSteps ? "explicit" : "estimated")
                                .put("steps", JsonArray.of(steps))
                                .put(
                                        "layers",
                                        JsonArray.of(
                                                layers.stream().map(JsonArray::ofStrings).toList()))
                                .build());
        return new Moment(
                FakeRuntime.detailsOf(job, 25),
                Optional.of(progress),
                job.requests.stream().filter(HumanRequest::pending).toList(),
                Optional.empty());
    }

    WorkflowState state() {
        return WorkflowState.of(moment())
                .with(new Usage(12_340, OptionalDouble.of(85.4), OptionalDouble.of(512.25)));
    }

    /** The state after these keys. */
    static WorkflowState after(WorkflowState state, int... keys) {
        var pressed = state;
        for (int key : keys) {
            pressed = WorkflowKeys.press(pressed, key, NOW).state();
        }
        return pressed;
    }
}
