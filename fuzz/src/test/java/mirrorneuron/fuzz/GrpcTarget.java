package mirrorneuron.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import mirrorneuron.protocol.cluster.ClusterServiceGrpc;
import mirrorneuron.protocol.ext.ArchivesGrpc;
import mirrorneuron.protocol.ext.ConsoleGrpc;
import mirrorneuron.protocol.ext.RuntimeExtensionsGrpc;
import mirrorneuron.protocol.job.JobServiceGrpc;
import mirrorneuron.protocol.observability.ObservabilityServiceGrpc;
import mirrorneuron.protocol.operations.OperationsServiceGrpc;

/**
 * The real port of gRPC. An input that begins with {@code m} is the bytes of a message to the
 * method whose number follows; one that begins with {@code w} is all that a connection sends. After
 * each, others are served.
 */
final class GrpcTarget implements Target {

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

    /** A server that has no answer for a message says so in one of these; each is a mistake. */
    private static final Set<Status.Code> MISTAKES =
            Set.of(Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.DATA_LOSS);

    /** Calls that wait for something would wait for ever. */
    private static final long CALL_MS_MAX = 100;

    private static final int ANSWERS_MAX = 3;

    private final RunningServer running;
    private final List<MethodDescriptor<?, ?>> methods = new ArrayList<>();
    private ManagedChannel channel;

    GrpcTarget(Path folder) throws IOException {
        running = new RunningServer(folder);
        channel = connect();
        for (var service :
                List.of(
                        JobServiceGrpc.getServiceDescriptor(),
                        ClusterServiceGrpc.getServiceDescriptor(),
                        ObservabilityServiceGrpc.getServiceDescriptor(),
                        OperationsServiceGrpc.getServiceDescriptor(),
                        RuntimeExtensionsGrpc.getServiceDescriptor(),
                        ConsoleGrpc.getServiceDescriptor(),
                        ArchivesGrpc.getServiceDescriptor())) {
            methods.addAll(service.getMethods());
        }
    }

    private ManagedChannel connect() {
        return OkHttpChannelBuilder.forAddress("localhost", running.server().grpc().port())
                .usePlaintext()
                .build();
    }

    @Override
    public List<byte[]> seeds() {
        var seeds = new ArrayList<byte[]>();
        for (int i = 0; i < methods.size(); i++) {
            var message = sample(methods.get(i));
            seeds.add(new byte[] {'m', (byte) i});
            seeds.add(JsonEdits.joined(new byte[] {'m', (byte) i}, message));
            seeds.add(JsonEdits.joined(new byte[] {'w'}, conversation(methods.get(i), message)));
        }
        seeds.add(JsonEdits.joined(new byte[] {'w'}, PREFACE));
        seeds.add("wGET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
        return seeds;
    }

    @Override
    public List<String> words() {
        return List.of(RunningServer.JOB, "{\"", "\":", "}", "true", "running", "POST", "/", "te");
    }

    /** A message with something in every field. */
    private static byte[] sample(MethodDescriptor<?, ?> method) {
        var marshaller = (MethodDescriptor.PrototypeMarshaller<?>) method.getRequestMarshaller();
        return filled((Message) marshaller.getMessagePrototype(), 0).toByteArray();
    }

    private static Message filled(Message prototype, int depth) {
        var builder = prototype.newBuilderForType();
        for (var field : prototype.getDescriptorForType().getFields()) {
            if (field.isMapField() || depth > 2) {
                continue;
            }
            var value = value(builder, field, depth);
            if (field.isRepeated()) {
                builder.addRepeatedField(field, value);
            } else {
                builder.setField(field, value);
            }
        }
        return builder.build();
    }

    private static Object value(Message.Builder builder, FieldDescriptor field, int depth) {
        return switch (field.getJavaType()) {
            case INT -> 1;
            case LONG -> 1L;
            case FLOAT -> 1f;
            case DOUBLE -> 1d;
            case BOOLEAN -> true;
            case STRING -> field.getName().contains("json") ? "{\"a\":1}" : RunningServer.JOB;
            case BYTE_STRING -> ByteString.copyFromUtf8("{}");
            case ENUM -> field.getEnumType().getValues().getLast();
            case MESSAGE ->
                    filled(
                            builder.newBuilderForField(field).getDefaultInstanceForType(),
                            depth + 1);
        };
    }

    /** What a client sends for one call: settings, headers without compression, one message. */
    private static byte[] conversation(MethodDescriptor<?, ?> method, byte[] message) {
        var headers = new ByteArrayOutputStream();
        header(headers, ":method", "POST");
        header(headers, ":scheme", "http");
        header(headers, ":path", "/" + method.getFullMethodName());
        header(headers, ":authority", "localhost");
        header(headers, "content-type", "application/grpc");
        header(headers, "te", "trailers");
        header(headers, "grpc-timeout", "50m");
        var data = new byte[message.length + 5];
        data[1] = (byte) (message.length >> 24);
        data[2] = (byte) (message.length >> 16);
        data[3] = (byte) (message.length >> 8);
        data[4] = (byte) message.length;
        System.arraycopy(message, 0, data, 5, message.length);
        var all = new ByteArrayOutputStream();
        all.writeBytes(PREFACE);
        frame(all, 4, 0, 0, new byte[0]);
        frame(all, 4, 1, 0, new byte[0]);
        frame(all, 1, 4, 1, headers.toByteArray());
        frame(all, 0, 1, 1, data);
        frame(all, 6, 0, 0, new byte[8]);
        return all.toByteArray();
    }

    private static void frame(
            ByteArrayOutputStream to, int type, int flags, int stream, byte[] body) {
        to.write(body.length >> 16);
        to.write(body.length >> 8);
        to.write(body.length);
        to.write(type);
        to.write(flags);
        to.writeBytes(new byte[] {0, 0, 0, (byte) stream});
        to.writeBytes(body);
    }

    private static void header(ByteArrayOutputStream to, String name, String value) {
        to.write(0);
        to.write(name.length());
        to.writeBytes(name.getBytes(ISO_8859_1));
        to.write(value.length());
        to.writeBytes(value.getBytes(ISO_8859_1));
    }

    @Override
    public String read(byte[] input) throws IOException {
        if (input.length < 2) {
            return "nothing";
        }
        var outcome =
                switch (input[0]) {
                    case 'm' ->
                            called(
                                    methods.get((input[1] & 0xff) % methods.size()),
                                    Arrays.copyOfRange(input, 2, input.length));
                    case 'w' -> connected(Arrays.copyOfRange(input, 1, input.length));
                    default -> "of no kind";
                };
        if (input[0] == 'w') {
            healthy();
        }
        return outcome;
    }

    private void healthy() {
        var answer =
                HealthGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(10, TimeUnit.SECONDS)
                        .check(HealthCheckRequest.getDefaultInstance());
        if (answer.getStatus() != HealthCheckResponse.ServingStatus.SERVING) {
            throw new AssertionError("not served any more: " + answer);
        }
    }

    private String called(MethodDescriptor<?, ?> method, byte[] message) {
        var raw =
                method.toBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER)
                        .setType(
                                method.getType().serverSendsOneMessage()
                                        ? MethodDescriptor.MethodType.UNARY
                                        : MethodDescriptor.MethodType.SERVER_STREAMING)
                        .build();
        var options = CallOptions.DEFAULT.withDeadlineAfter(CALL_MS_MAX, TimeUnit.MILLISECONDS);
        var context = Context.current().withCancellation();
        var name = method.getBareMethodName() + " ";
        try {
            return context.call(
                    () -> {
                        int answers = 0;
                        var all =
                                ClientCalls.blockingServerStreamingCall(
                                        channel, raw, options, message);
                        while (answers < ANSWERS_MAX && all.hasNext()) {
                            all.next();
                            answers++;
                        }
                        if (method.getBareMethodName().equals("SubmitJob")) {
                            tookJob();
                        }
                        return name + answers;
                    });
        } catch (StatusRuntimeException refused) {
            var code = refused.getStatus().getCode();
            if (MISTAKES.contains(code)) {
                throw new AssertionError(name + refused.getStatus(), refused);
            }
            return name + code;
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        } finally {
            context.cancel(null);
        }
    }

    private void tookJob() {
        if (running.tookJob()) {
            channel.shutdownNow();
            channel = connect();
        }
    }

    /** Sends all there is, and reads until the server closes. */
    private String connected(byte[] bytes) throws IOException {
        var answer = new ByteArrayOutputStream();
        try (var socket = new Socket("127.0.0.1", running.server().grpc().port())) {
            socket.setSoTimeout(10_000);
            socket.setSoLinger(true, 0);
            try {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
                socket.getInputStream().transferTo(answer);
            } catch (SocketTimeoutException open) {
                throw new AssertionError("a connection stays that nobody sends over", open);
            } catch (IOException closed) {
                return "closed";
            }
        }
        return frames(answer.toByteArray());
    }

    /** The types of frames that came, with the error of the last goodbye. */
    private static String frames(byte[] bytes) {
        var types = new TreeSet<String>();
        int at = 0;
        while (at + 9 <= bytes.length) {
            int length =
                    (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | bytes[at + 2] & 0xff;
            int type = bytes[at + 3];
            int end = at + 9 + length;
            boolean hasError = (type == 7 || type == 3) && end <= bytes.length && length >= 4;
            int error = type == 7 ? at + 9 + 7 : at + 9 + 3;
            types.add(type + (hasError && error < end ? "/" + bytes[error] : ""));
            at = end;
        }
        return "frames " + String.join(" ", types);
    }

    /** Messages as they are. */
    private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
        MARSHALLER;

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
    }

    @Override
    public void close() {
        channel.shutdownNow();
        running.close();
    }
}
