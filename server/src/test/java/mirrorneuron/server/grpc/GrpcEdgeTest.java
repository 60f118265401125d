package mirrorneuron.server.grpc;

import static mirrorneuron.server.grpc.Client.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import mirrorneuron.protocol.cluster.ClusterServiceGrpc;
import mirrorneuron.protocol.ext.RuntimeExtensionsGrpc;
import mirrorneuron.protocol.job.JobProto;
import mirrorneuron.protocol.job.JobServiceGrpc;
import mirrorneuron.protocol.job.ListJobsRequest;
import mirrorneuron.protocol.job.SubmitJobRequest;
import mirrorneuron.protocol.observability.ObservabilityServiceGrpc;
import mirrorneuron.protocol.operations.OperationsServiceGrpc;
import mirrorneuron.server.Served;
import mirrorneuron.server.grpc.GrpcSettings.Access;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The edge itself: ports, health, reflection, sizes, what is left out, and hostile callers. */
class GrpcEdgeTest {

    private @TempDir Path home;

    private static GrpcSettings on(int port, OptionalInt second, boolean reflection) {
        return new GrpcSettings(
                "localhost",
                port,
                second,
                Access.OPEN,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1 << 20,
                reflection,
                Duration.ofSeconds(2));
    }

    private static ServingStatus health(Client client, String service) {
        return HealthGrpc.newBlockingStub(client.channel())
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    // Ports

    @Test
    void what_a_dead_server_was_sent_is_removed() throws IOException {
        var left = Files.createDirectories(home.resolve("cache/sent/archive-1"));
        Files.writeString(left.resolve("backup.zip"), "half of one");
        try (var mn = Served.at(home)) {
            assertThat(mn.server().grpc().port()).isPositive();
            assertThat(left).doesNotExist();
        }
    }

    @Test
    void a_second_port_answers_too() throws IOException {
        int second;
        try (var free = new ServerSocket(0)) {
            second = free.getLocalPort();
        }
        try (var mn = Served.withGrpc(home, on(0, OptionalInt.of(second), true));
                var client = Client.of(second)) {
            assertThat(health(client, "")).isEqualTo(ServingStatus.SERVING);
            assertThat(mn.server().grpc().secondPort()).hasValue(second);
            assertThat(mn.server().warnings()).isEmpty();
        }
    }

    @Test
    void a_second_port_that_is_taken_is_a_warning() throws IOException {
        try (var taken = new ServerSocket(0);
                var mn = Served.withGrpc(home, on(0, OptionalInt.of(taken.getLocalPort()), true));
                var client = Client.of(mn)) {
            assertThat(health(client, "")).isEqualTo(ServingStatus.SERVING);
            assertThat(mn.server().warnings())
                    .singleElement()
                    .asString()
                    .contains("port " + taken.getLocalPort());
            assertThat(mn.server().grpc().secondPort()).isEmpty();
        }
    }

    @Test
    void a_first_port_that_is_taken_is_said_and_the_home_is_free_again() throws IOException {
        try (var taken = new ServerSocket(0)) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> Served.withGrpc(home, on(port, OptionalInt.empty(), true)))
                    .isInstanceOf(BindException.class)
                    .hasMessageStartingWith(
                            "Expected to listen on localhost:" + port + " for gRPC, but: ")
                    .hasMessageEndingWith("; MN_GRPC_PORT chooses another port");
        }
        try (var mn = Served.at(home)) {
            assertThat(mn.port()).isPositive();
        }
    }

    @Test
    void the_status_and_the_endpoint_say_where_it_answers() throws IOException {
        try (var mn = Served.at(home)) {
            var target = "localhost:" + mn.server().grpc().port();
            assertThat(mn.get("/runtime/status").json().object("endpoints").string("grpc"))
                    .contains(target);
            assertThat(mn.server().endpoint().grpc()).contains(target);
        }
    }

    @Test
    void with_a_certificate_it_speaks_tls_and_nothing_else(@TempDir Path keys) throws Exception {
        var tls = Certificates.selfSigned(keys);
        var plain = on(0, OptionalInt.empty(), false);
        var settings =
                new GrpcSettings(
                        plain.host(),
                        0,
                        OptionalInt.empty(),
                        Access.OPEN,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(tls),
                        1 << 20,
                        false,
                        Duration.ofSeconds(2));
        try (var mn = Served.withGrpc(home, settings);
                var bare = Client.of(mn);
                var client = Client.trusting(mn.server().grpc().port(), tls.certificate())) {
            assertThat(health(client, "")).isEqualTo(ServingStatus.SERVING);
            assertThat(refused(() -> health(bare, "")).status()).isEqualTo(Code.UNAVAILABLE);
        }
    }

    // Health and reflection

    @Test
    void health_knows_every_service_and_no_other() throws IOException {
        try (var mn = Served.at(home);
                var client = Client.of(mn)) {
            for (var service : services()) {
                assertThat(health(client, service.getName())).isEqualTo(ServingStatus.SERVING);
            }
            assertThat(refused(() -> health(client, "tea.v1.Pot")).status())
                    .isEqualTo(Code.NOT_FOUND);
        }
    }

    @Test
    void a_watcher_hears_that_the_server_stops() throws Exception {
        try (var mn = Served.at(home);
                var client = Client.of(mn)) {
            var heard = new LinkedBlockingQueue<Object>();
            HealthGrpc.newStub(client.channel())
                    .watch(HealthCheckRequest.getDefaultInstance(), into(heard));
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);
            mn.server().grpc().close();
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(Code.UNAVAILABLE);
        }
    }

    @Test
    void a_watcher_of_an_unknown_service_is_told_so() throws Exception {
        try (var mn = Served.at(home);
                var client = Client.of(mn)) {
            var heard = new LinkedBlockingQueue<Object>();
            HealthGrpc.newStub(client.channel())
                    .watch(HealthCheckRequest.newBuilder().setService("tea").build(), into(heard));
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
        }
    }

    private static StreamObserver<HealthCheckResponse> into(LinkedBlockingQueue<Object> heard) {
        return new StreamObserver<>() {
            @Override
            public void onNext(HealthCheckResponse answer) {
                heard.add(answer.getStatus());
            }

            @Override
            public void onError(Throwable refused) {
                heard.add(io.grpc.Status.fromThrowable(refused).getCode());
            }

            @Override
            public void onCompleted() {
                heard.add(Code.OK);
            }
        };
    }

    @Test
    void reflection_shows_the_protocol_as_it_is() throws Exception {
        try (var mn = Served.at(home);
                var client = Client.of(mn)) {
            var services =
                    reflected(client, ServerReflectionRequest.newBuilder().setListServices("*"));
            assertThat(services.getListServicesResponse().getServiceList())
                    .extracting(service -> service.getName())
                    .contains(
                            services().stream()
                                    .map(ServiceDescriptor::getName)
                                    .toArray(String[]::new));
            var file =
                    reflected(
                            client,
                            ServerReflectionRequest.newBuilder()
                                    .setFileContainingSymbol("mirrorneuron.job.v1.JobService"));
            var files = file.getFileDescriptorResponse().getFileDescriptorProtoList();
            assertThat(files).contains(JobProto.getDescriptor().toProto().toByteString());
            for (ByteString bytes : files) {
                assertThat(FileDescriptorProto.parseFrom(bytes).getPackage())
                        .startsWith("mirrorneuron.");
            }
        }
        try (var mn = Served.withGrpc(home, on(0, OptionalInt.empty(), false));
                var client = Client.of(mn)) {
            assertThatThrownBy(
                            () ->
                                    reflected(
                                            client,
                                            ServerReflectionRequest.newBuilder()
                                                    .setListServices("*")))
                    .hasMessageContaining("UNIMPLEMENTED");
        }
    }

    private static ServerReflectionResponse reflected(
            Client client, ServerReflectionRequest.Builder question) throws Exception {
        var answer = new CompletableFuture<ServerReflectionResponse>();
        var asking =
                ServerReflectionGrpc.newStub(client.channel())
                        .serverReflectionInfo(
                                new StreamObserver<>() {
                                    @Override
                                    public void onNext(ServerReflectionResponse given) {
                                        answer.complete(given);
                                    }

                                    @Override
                                    public void onError(Throwable refused) {
                                        answer.completeExceptionally(refused);
                                    }

                                    @Override
                                    public void onCompleted() {}
                                });
        asking.onNext(question.build());
        asking.onCompleted();
        return answer.get(10, TimeUnit.SECONDS);
    }

    // What is left out

    private static List<ServiceDescriptor> services() {
        return List.of(
                JobServiceGrpc.getServiceDescriptor(),
                ClusterServiceGrpc.getServiceDescriptor(),
                ObservabilityServiceGrpc.getServiceDescriptor(),
                OperationsServiceGrpc.getServiceDescriptor(),
                RuntimeExtensionsGrpc.getServiceDescriptor());
    }

    @Test
    void every_call_of_the_protocol_is_carried_out_or_left_out_with_a_sentence()
            throws IOException {
        int leftOut = 0;
        try (var mn = Served.at(home);
                var client = Client.of(mn)) {
            for (var service : services()) {
                for (MethodDescriptor<?, ?> method : service.getMethods()) {
                    // Nobody waits for a job that is not there, so each of them answers at once.
                    var name = method.getFullMethodName();
                    try {
                        if (method.getType() == MethodDescriptor.MethodType.UNARY) {
                            client.raw(name, new byte[0]);
                        } else {
                            client.rawStream(name, new byte[0]);
                        }
                    } catch (io.grpc.StatusRuntimeException refused) {
                        var status = refused.getStatus();
                        assertThat(status.getCode())
                                .as(name)
                                .isIn(Code.INVALID_ARGUMENT, Code.UNIMPLEMENTED);
                        if (status.getCode() == Code.UNIMPLEMENTED) {
                            assertThat(status.getDescription()).as(name).startsWith("This server ");
                            leftOut++;
                        }
                    }
                }
            }
        }
        assertThat(leftOut).isEqualTo(9 + 10 + 3 + 16);
    }

    @Test
    void a_call_that_nobody_knows_is_unimplemented() throws IOException {
        try (var mn = Served.at(home);
                var client = Client.of(mn)) {
            assertThat(
                            refused(
                                            () ->
                                                    client.raw(
                                                            "mirrorneuron.job.v1.JobService/Tea",
                                                            new byte[0]))
                                    .status())
                    .isEqualTo(Code.UNIMPLEMENTED);
        }
    }

    // Sizes, compression, deadlines

    private static SubmitJobRequest submission(int bytes) {
        return SubmitJobRequest.newBuilder().setManifestJson("x".repeat(bytes)).build();
    }

    @Test
    void a_message_that_is_too_large_is_refused_and_its_connection_goes_on() throws IOException {
        try (var mn = Served.withGrpc(home, on(0, OptionalInt.empty(), false));
                var client = Client.of(mn)) {
            for (var coding : List.of("identity", "gzip")) {
                var refusal =
                        refused(
                                () ->
                                        client.jobs()
                                                .withCompression(coding)
                                                .submitJob(submission(1 << 20)));
                assertThat(refusal.status()).as(coding).isEqualTo(Code.RESOURCE_EXHAUSTED);
                assertThat(refusal.error().string("code")).contains("request.too_large");
                assertThat(refusal.message())
                        .contains("1048576 bytes", "MN_GRPC_MAX_MESSAGE_BYTES");
                assertThat(health(client, "")).isEqualTo(ServingStatus.SERVING);
            }
            // One that is just small enough is read, and refused for what it says.
            assertThat(refused(() -> client.jobs().submitJob(submission((1 << 20) - 8))).status())
                    .isEqualTo(Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void a_message_that_is_far_too_large_is_cut_off_and_others_are_served() throws IOException {
        try (var mn = Served.withGrpc(home, on(0, OptionalInt.empty(), false));
                var client = Client.of(mn);
                var other = Client.of(mn)) {
            var refusal = refused(() -> client.jobs().submitJob(submission(4 << 20)));
            // The transport resets the stream as soon as it reads the length.
            assertThat(refusal.status()).isEqualTo(Code.INTERNAL);
            assertThat(refusal.message()).contains("Rst Stream");
            assertThat(health(other, "")).isEqualTo(ServingStatus.SERVING);
        }
    }

    @Test
    void compressed_requests_are_read_and_large_answers_are_compressed() throws IOException {
        try (var mn = Served.at(home);
                var client = Client.of(mn)) {
            for (int i = 0; i < 40; i++) {
                client.submit(Served.idle(), Map.of());
            }
            var headers = new AtomicReference<>(new Metadata());
            var stub =
                    client.jobs()
                            .withCompression("gzip")
                            .withInterceptors(
                                    MetadataUtils.newCaptureMetadataInterceptor(
                                            headers, new AtomicReference<>()));
            var list = stub.listJobs(ListJobsRequest.getDefaultInstance()).getJobsJson();
            assertThat(list).hasSizeGreaterThan(16 << 10);
            assertThat(headers.get())
                    .extracting(
                            got ->
                                    got.get(
                                            Metadata.Key.of(
                                                    "grpc-encoding",
                                                    Metadata.ASCII_STRING_MARSHALLER)))
                    .isEqualTo("gzip");
        }
    }

    // Hostile callers

    @Test
    void bytes_that_are_no_message_are_refused_and_nothing_breaks() throws IOException {
        try (var mn = Served.at(home);
                var client = Client.of(mn)) {
            var random = new Random(50051);
            var methods = JobServiceGrpc.getServiceDescriptor().getMethods();
            for (var method : methods) {
                for (int i = 0; i < 20; i++) {
                    var bytes = new byte[random.nextInt(64)];
                    random.nextBytes(bytes);
                    try {
                        client.raw(method.getFullMethodName(), bytes);
                    } catch (io.grpc.StatusRuntimeException refused) {
                        assertThat(refused.getStatus().getCode())
                                .isNotIn(Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.DATA_LOSS);
                    }
                }
            }
            assertThat(health(client, "")).isEqualTo(ServingStatus.SERVING);
        }
    }

    @Test
    void bytes_that_cannot_be_read_are_an_invalid_argument() throws IOException {
        try (var mn = Served.at(home);
                var client = Client.of(mn)) {
            var refusal =
                    refused(
                            () ->
                                    client.raw(
                                            "mirrorneuron.job.v1.JobService/GetJob",
                                            new byte[] {10, 99, 1}));
            assertThat(refusal.status()).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(refusal.error().string("code")).contains("request.invalid");
            assertThat(
                            refused(
                                            () ->
                                                    client.rawStream(
                                                            "mirrorneuron.observability.v1.ObservabilityService/StreamEvents",
                                                            new byte[] {10, 99, 1}))
                                    .status())
                    .isEqualTo(Code.INVALID_ARGUMENT);
        }
    }

    static List<byte[]> openings() {
        var preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        var random = new Random(7540);
        var garbage = new byte[4_096];
        random.nextBytes(garbage);
        var garbled = new byte[preface.length + 2_048];
        random.nextBytes(garbled);
        System.arraycopy(preface, 0, garbled, 0, preface.length);
        return List.of(
                new byte[0],
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                preface,
                garbage,
                garbled);
    }

    @ParameterizedTest
    @MethodSource("openings")
    void whatever_a_connection_begins_with_others_are_served(byte[] opening) throws IOException {
        try (var mn = Served.at(home);
                var client = Client.of(mn);
                var socket = new Socket("localhost", mn.server().grpc().port())) {
            socket.getOutputStream().write(opening);
            socket.getOutputStream().flush();
            assertThat(health(client, "")).isEqualTo(ServingStatus.SERVING);
        }
    }

    @Test
    void calls_that_are_open_when_it_stops_do_not_hold_it_up() throws IOException {
        var mn = Served.at(home);
        try (var client = Client.of(mn)) {
            client.channel()
                    .newCall(JobServiceGrpc.getListJobsMethod(), CallOptions.DEFAULT)
                    .start(new io.grpc.ClientCall.Listener<>() {}, new Metadata());
            assertThat(health(client, "")).isEqualTo(ServingStatus.SERVING);
            long began = System.nanoTime();
            mn.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(15));
        }
    }
}
