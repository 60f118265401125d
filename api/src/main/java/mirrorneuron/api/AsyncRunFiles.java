package mirrorneuron.api;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import mirrorneuron.api.json.JsonObject;

/** {@link RunFiles}, whose calls give futures. Safe from any thread. */
public final class AsyncRunFiles extends Async<RunFiles> {

    AsyncRunFiles(RunFiles part) {
        super(part);
    }

    /** {@link RunFiles#run}. */
    public CompletableFuture<JsonObject> run(String runId) {
        return call(part -> part.run(runId));
    }

    /** {@link RunFiles#result}. */
    public CompletableFuture<JsonObject> result(String runId) {
        return call(part -> part.result(runId));
    }

    /** {@link RunFiles#finalArtifact}. */
    public CompletableFuture<JsonObject> finalArtifact(String runId) {
        return call(part -> part.finalArtifact(runId));
    }

    /** {@link RunFiles#artifacts}. */
    public CompletableFuture<JsonObject> artifacts(String runId) {
        return call(part -> part.artifacts(runId));
    }

    /** {@link RunFiles#summary}. */
    public CompletableFuture<JsonObject> summary(String runId) {
        return call(part -> part.summary(runId));
    }

    /** {@link RunFiles#resources}. */
    public CompletableFuture<JsonObject> resources(String runId, String window, String bucket) {
        return call(part -> part.resources(runId, window, bucket));
    }

    /** {@link RunFiles#human}. */
    public CompletableFuture<JsonObject> human(String runId, Optional<String> status) {
        return call(part -> part.human(runId, status));
    }

    /** {@link RunFiles#respond}. */
    public CompletableFuture<JsonObject> respond(String runId, String requestId, JsonObject body) {
        return call(part -> part.respond(runId, requestId, body));
    }

    /** {@link RunFiles#acknowledge}. */
    public CompletableFuture<JsonObject> acknowledge(
            String runId, String noticeId, JsonObject body) {
        return call(part -> part.acknowledge(runId, noticeId, body));
    }

    /** {@link RunFiles#page}. */
    public CompletableFuture<RunFiles.Page> page(
            String runId, RunFiles.Filter filter, String cursor) {
        return call(part -> part.page(runId, filter, cursor));
    }

    /** {@link RunFiles#delete}. */
    public CompletableFuture<Boolean> delete(String runId) {
        return call(part -> part.delete(runId));
    }

    /** {@link RunFiles#rebuild}. */
    public CompletableFuture<RunFiles.Rebuilt> rebuild(String runId) {
        return call(part -> part.rebuild(runId));
    }
}
