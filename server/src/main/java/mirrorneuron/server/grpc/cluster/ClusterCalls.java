package mirrorneuron.server.grpc.cluster;

import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.Locale;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.cluster.ClusterServiceGrpc;
import mirrorneuron.protocol.cluster.GetResourceRequest;
import mirrorneuron.protocol.cluster.GetResourceResponse;
import mirrorneuron.protocol.cluster.GetSystemSummaryRequest;
import mirrorneuron.protocol.cluster.GetSystemSummaryResponse;
import mirrorneuron.protocol.cluster.SetResourceRequest;
import mirrorneuron.protocol.cluster.SetResourceResponse;
import mirrorneuron.server.grpc.Calls;
import mirrorneuron.server.grpc.Documents;
import mirrorneuron.server.resource.LimitUpdates;
import mirrorneuron.server.system.SystemSummary;

/** The service of nodes, for the one that this server is. */
public final class ClusterCalls extends ClusterServiceGrpc.ClusterServiceImplBase {

    private final MirrorNeuron runtime;
    private final LimitUpdates updates;
    private final InstantSource clock;
    private final Calls calls;

    public ClusterCalls(
            MirrorNeuron runtime, LimitUpdates updates, InstantSource clock, Calls calls) {
        this.runtime = runtime;
        this.updates = updates;
        this.clock = clock;
        this.calls = calls;
    }

    @Override
    public void getSystemSummary(
            GetSystemSummaryRequest request, StreamObserver<GetSystemSummaryResponse> to) {
        calls.answer(
                to,
                () ->
                        GetSystemSummaryResponse.newBuilder()
                                .setSummaryJson(Documents.versioned(summary()).toString())
                                .setVersion(Documents.VERSION)
                                .build());
    }

    private JsonObject summary() {
        var summary = SystemSummary.of(runtime);
        var counts = runtime.monitor().metrics().raw();
        var metrics =
                JsonObject.builder()
                        .put("jobs", counts.at("jobs"))
                        .put("nodes", counts.at("nodes"))
                        .put(
                                "runtime",
                                JsonObject.builder()
                                        .put("generated_at", Timestamps.format(clock.instant()))
                                        .put("redis_namespace", "")
                                        .put("source", counts.at("source"))
                                        .build())
                        .build();
        return JsonObject.builder()
                .put("nodes", summary.nodes())
                .putAll(Documents.list("jobs", summary.jobs()))
                .put("metrics", metrics)
                .build();
    }

    @Override
    public void getResource(GetResourceRequest request, StreamObserver<GetResourceResponse> to) {
        calls.answer(
                to,
                () ->
                        GetResourceResponse.newBuilder()
                                .setResourceJson(
                                        Documents.versioned(runtime.resources().get().toJson())
                                                .toString())
                                .setVersion(Documents.VERSION)
                                .build());
    }

    @Override
    public void setResource(SetResourceRequest request, StreamObserver<SetResourceResponse> to) {
        calls.answer(
                to,
                () ->
                        SetResourceResponse.newBuilder()
                                .setResourceJson(
                                        Documents.versioned(updates.apply(wanted(request)).toJson())
                                                .toString())
                                .setVersion(Documents.VERSION)
                                .build());
    }

    /** What is to be set, under names in small letters: clients write them as they like. */
    private static JsonObject wanted(SetResourceRequest request) {
        var wanted = JsonObject.builder();
        Documents.object("resource_json", request.getResourceJson())
                .forEach((name, value) -> wanted.put(name.toLowerCase(Locale.ROOT), value));
        var named = wanted.build();
        if (!LimitUpdates.isAbout(named)) {
            throw new InvalidRequestException(
                    ErrorCode.VALIDATION_FAILED,
                    "Expected at least one of cpu, gpu, memory and disk, but resource_json has"
                            + " none",
                    null);
        }
        return named;
    }
}
