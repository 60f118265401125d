package mirrorneuron.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BoundedSocketsTest {

    @Test
    void more_connections_than_there_is_room_for_wait_for_their_turn() throws Exception {
        var server =
                OkHttpServerBuilder.forPort(0, InsecureServerCredentials.create())
                        .socketFactory(new BoundedSockets(2))
                        .addService(new HealthStatusManager().getHealthService())
                        .build()
                        .start();
        try {
            // Those that end make room, however many there were.
            for (int i = 0; i < 5; i++) {
                assertThat(ask(server.getPort(), 10_000)).isEqualTo(ServingStatus.SERVING);
            }
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
                try (var _ = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
                    assertThatThrownBy(() -> ask(server.getPort(), 500))
                            .isInstanceOf(StatusRuntimeException.class)
                            .hasMessageContaining("DEADLINE_EXCEEDED");
                }
                assertThat(ask(server.getPort(), 10_000)).isEqualTo(ServingStatus.SERVING);
            }
        } finally {
            server.shutdownNow().awaitTermination();
        }
    }

    @Test
    void closing_it_wakes_whoever_waits_for_room() throws Exception {
        try (var full =
                        new BoundedSockets(1)
                                .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var _ = new Socket(full.getInetAddress(), full.getLocalPort());
                var accepted = full.accept()) {
            assertThat(accepted.isConnected()).isTrue();
            var waiting = new FutureTask<>(full::accept);
            var thread = Thread.ofPlatform().start(waiting);
            full.close();
            thread.join();
            assertThatThrownBy(waiting::get).hasCauseInstanceOf(SocketException.class);
        }
    }

    private static ServingStatus ask(int port, long patienceMs) throws IOException {
        var channel =
                OkHttpChannelBuilder.forAddress(
                                "localhost", port, InsecureChannelCredentials.create())
                        .build();
        try {
            return HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(patienceMs, TimeUnit.MILLISECONDS)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus();
        } finally {
            channel.shutdownNow();
        }
    }
}
