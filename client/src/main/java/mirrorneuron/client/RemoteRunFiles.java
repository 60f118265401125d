package mirrorneuron.client;

import static java.util.Objects.requireNonNull;

import io.grpc.MethodDescriptor;
import java.util.Optional;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.codec.Outcomes;
import mirrorneuron.api.codec.Requests;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.client.Link.Again;
import mirrorneuron.protocol.ext.ConsoleAnswer;
import mirrorneuron.protocol.ext.ConsoleGrpc;
import mirrorneuron.protocol.ext.ConsoleRequest;

/** {@link RunFiles} of a server with a console; older ones have no calls for them. */
final class RemoteRunFiles implements RunFiles {

    private final Link link;
    private final Generation generation;
    private final Console console;

    RemoteRunFiles(Link link, Generation generation) {
        this.link = link;
        this.generation = generation;
        this.console = new Console(link);
    }

    private JsonObject ask(
            MethodDescriptor<ConsoleRequest, ConsoleAnswer> method,
            String runId,
            JsonObject options,
            Again again) {
        requireNonNull(runId, "runId");
        if (!generation.hasConsole(link)) {
            throw OlderJobs.unsupported("read the files of runs");
        }
        return console.ask(method, Console.request("", runId, options), again);
    }

    private JsonObject read(MethodDescriptor<ConsoleRequest, ConsoleAnswer> method, String runId) {
        return ask(method, runId, JsonObject.empty(), Again.HARMLESS);
    }

    @Override
    public JsonObject run(String runId) {
        return read(ConsoleGrpc.getGetRunMethod(), runId);
    }

    @Override
    public JsonObject result(String runId) {
        return read(ConsoleGrpc.getGetRunResultMethod(), runId);
    }

    @Override
    public JsonObject finalArtifact(String runId) {
        return read(ConsoleGrpc.getGetFinalArtifactMethod(), runId);
    }

    @Override
    public JsonObject artifacts(String runId) {
        return read(ConsoleGrpc.getListArtifactsMethod(), runId);
    }

    @Override
    public JsonObject summary(String runId) {
        return read(ConsoleGrpc.getGetRunSummaryMethod(), runId);
    }

    @Override
    public JsonObject resources(String runId, String window, String bucket) {
        return ask(
                ConsoleGrpc.getGetRunResourcesMethod(),
                runId,
                JsonObject.builder().put("window", window).put("bucket", bucket).build(),
                Again.HARMLESS);
    }

    @Override
    public JsonObject human(String runId, Optional<String> status) {
        return ask(
                ConsoleGrpc.getListRunHumanMethod(),
                runId,
                JsonObject.builder().putIfPresent("status", status).build(),
                Again.HARMLESS);
    }

    /** Made once: a second answer is refused, and its caller could not tell whose the first was. */
    @Override
    public JsonObject respond(String runId, String requestId, JsonObject body) {
        return ask(
                ConsoleGrpc.getRespondToRunMethod(),
                runId,
                JsonObject.builder().put("request_id", requestId).put("body", body).build(),
                Again.NEVER);
    }

    @Override
    public JsonObject acknowledge(String runId, String noticeId, JsonObject body) {
        return ask(
                ConsoleGrpc.getAcknowledgeNoticeMethod(),
                runId,
                JsonObject.builder().put("notice_id", noticeId).put("body", body).build(),
                Again.HARMLESS);
    }

    @Override
    public Page page(String runId, Filter filter, String cursor) {
        return Outcomes.page(
                ask(
                        ConsoleGrpc.getReadRunMethod(),
                        runId,
                        Requests.toJson(filter).with("cursor", new JsonString(cursor)),
                        Again.HARMLESS));
    }

    @Override
    public boolean delete(String runId) {
        return ask(ConsoleGrpc.getDeleteRunMethod(), runId, JsonObject.empty(), Again.NEVER)
                .bool("deleted")
                .orElse(false);
    }

    @Override
    public Rebuilt rebuild(String runId) {
        return Outcomes.rebuilt(read(ConsoleGrpc.getRebuildRunMethod(), runId));
    }
}
