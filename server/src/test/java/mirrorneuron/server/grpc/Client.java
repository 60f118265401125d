package mirrorneuron.server.grpc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.cluster.ClusterServiceGrpc;
import mirrorneuron.protocol.ext.RuntimeExtensionsGrpc;
import mirrorneuron.protocol.job.JobServiceGrpc;
import mirrorneuron.protocol.job.SubmitJobRequest;
import mirrorneuron.protocol.observability.ObservabilityServiceGrpc;
import mirrorneuron.protocol.operations.OperationsServiceGrpc;
import mirrorneuron.server.Served;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A client over a real socket, with the generated stubs or with bytes only. */
public final class Client implements AutoCloseable {

    private final ManagedChannel channel;
    private final Metadata metadata;

    private Client(ManagedChannel channel, Metadata metadata) {
        this.channel = channel;
        this.metadata = metadata;
    }

    public static Client of(Served served) {
        return of(served.server().grpc().port());
    }

    public static Client of(int port) {
        return new Client(
                OkHttpChannelBuilder.forAddress("localhost", port)
                        .usePlaintext()
                        .maxInboundMessageSize(16 << 20)
                        .build(),
                new Metadata());
    }

    /** One that speaks TLS with whoever has this certificate. */
    static Client trusting(int port, Path certificate) throws IOException {
        var credentials =
                TlsChannelCredentials.newBuilder().trustManager(certificate.toFile()).build();
        return new Client(
                OkHttpChannelBuilder.forAddress("localhost", port, credentials).build(),
                new Metadata());
    }

    public ManagedChannel channel() {
        return channel;
    }

    /** The same client, which sends this along from now on. */
    public Client with(String name, String value) {
        var more = new Metadata();
        more.merge(metadata);
        more.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
        return new Client(channel, more);
    }

    private <S extends AbstractStub<S>> S stub(S stub) {
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    public JobServiceGrpc.JobServiceBlockingStub jobs() {
        return stub(JobServiceGrpc.newBlockingStub(channel));
    }

    public ClusterServiceGrpc.ClusterServiceBlockingStub cluster() {
        return stub(ClusterServiceGrpc.newBlockingStub(channel));
    }

    public ObservabilityServiceGrpc.ObservabilityServiceBlockingStub events() {
        return stub(ObservabilityServiceGrpc.newBlockingStub(channel));
    }

    public OperationsServiceGrpc.OperationsServiceBlockingStub operations() {
        return stub(OperationsServiceGrpc.newBlockingStub(channel));
    }

    public RuntimeExtensionsGrpc.RuntimeExtensionsBlockingStub extensions() {
        return stub(RuntimeExtensionsGrpc.newBlockingStub(channel));
    }

    /** Submits and returns the job's id. */
    public String submit(JsonObject manifest, Map<String, String> payloads) {
        var files = new HashMap<String, ByteString>();
        payloads.forEach((path, text) -> files.put(path, ByteString.copyFromUtf8(text)));
        return jobs().submitJob(
                        SubmitJobRequest.newBuilder()
                                .setManifestJson(manifest.toString())
                                .putAllPayloads(files)
                                .build())
                .getJobId();
    }

    /** Calls with bytes and gets bytes: nothing generated has a part in it. */
    public byte[] raw(String method, byte[] request) {
        return ClientCalls.blockingUnaryCall(
                channel,
                bytes(method, MethodDescriptor.MethodType.UNARY),
                CallOptions.DEFAULT,
                request);
    }

    /** As {@link #raw}, with all answers of a stream. */
    public List<byte[]> rawStream(String method, byte[] request) {
        var answers = new ArrayList<byte[]>();
        ClientCalls.blockingServerStreamingCall(
                        channel,
                        bytes(method, MethodDescriptor.MethodType.SERVER_STREAMING),
                        CallOptions.DEFAULT,
                        request)
                .forEachRemaining(answers::add);
        return answers;
    }

    private static MethodDescriptor<byte[], byte[]> bytes(
            String method, MethodDescriptor.MethodType type) {
        var marshaller =
                new MethodDescriptor.Marshaller<byte[]>() {
                    @Override
                    public InputStream stream(byte[] value) {
                        return new ByteArrayInputStream(value);
                    }

                    @Override
                    public byte[] parse(InputStream stream) {
                        try {
                            return stream.readAllBytes();
                        } catch (IOException broken) {
                            throw new UncheckedIOException(broken);
                        }
                    }
                };
        return MethodDescriptor.newBuilder(marshaller, marshaller)
                .setFullMethodName(method)
                .setType(type)
                .build();
    }

    public static JsonObject json(String text) {
        return (JsonObject) Json.parse(text);
    }

    /** All answers of a stream as documents. */
    public static <T> List<JsonObject> documents(Iterator<T> answers, Function<T, String> json) {
        var documents = new ArrayList<JsonObject>();
        answers.forEachRemaining(answer -> documents.add(json(json.apply(answer))));
        return documents;
    }

    /** What a call was refused with. */
    public record Refusal(Status.Code status, String message, JsonObject error) {}

    public static Refusal refused(ThrowingCallable call) {
        var refusal = new Refusal[1];
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        thrown -> {
                            var trailers = Status.trailersFromThrowable(thrown);
                            var error = trailers == null ? null : trailers.get(Refusals.ERROR);
                            refusal[0] =
                                    new Refusal(
                                            thrown.getStatus().getCode(),
                                            String.valueOf(thrown.getStatus().getDescription()),
                                            error == null ? JsonObject.empty() : json(error));
                        });
        return refusal[0];
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }
}
