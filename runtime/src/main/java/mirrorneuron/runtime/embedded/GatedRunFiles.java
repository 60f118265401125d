package mirrorneuron.runtime.embedded;

import java.util.Optional;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.json.JsonObject;

/** {@link RunFiles} behind the {@link Gate}. */
final class GatedRunFiles implements RunFiles {

    private final RunFiles files;
    private final Gate gate;

    GatedRunFiles(RunFiles files, Gate gate) {
        this.files = files;
        this.gate = gate;
    }

    @Override
    public JsonObject run(String runId) {
        return gate.pass(() -> files.run(runId));
    }

    @Override
    public JsonObject result(String runId) {
        return gate.pass(() -> files.result(runId));
    }

    @Override
    public JsonObject finalArtifact(String runId) {
        return gate.pass(() -> files.finalArtifact(runId));
    }

    @Override
    public JsonObject artifacts(String runId) {
        return gate.pass(() -> files.artifacts(runId));
    }

    @Override
    public JsonObject summary(String runId) {
        return gate.pass(() -> files.summary(runId));
    }

    @Override
    public JsonObject resources(String runId, String window, String bucket) {
        return gate.pass(() -> files.resources(runId, window, bucket));
    }

    @Override
    public JsonObject human(String runId, Optional<String> status) {
        return gate.pass(() -> files.human(runId, status));
    }

    @Override
    public JsonObject respond(String runId, String requestId, JsonObject body) {
        return gate.pass(() -> files.respond(runId, requestId, body));
    }

    @Override
    public JsonObject acknowledge(String runId, String noticeId, JsonObject body) {
        return gate.pass(() -> files.acknowledge(runId, noticeId, body));
    }

    @Override
    public Page page(String runId, Filter filter, String cursor) {
        return gate.pass(() -> files.page(runId, filter, cursor));
    }

    @Override
    public boolean delete(String runId) {
        return gate.pass(() -> files.delete(runId));
    }

    @Override
    public Rebuilt rebuild(String runId) {
        return gate.pass(() -> files.rebuild(runId));
    }
}
