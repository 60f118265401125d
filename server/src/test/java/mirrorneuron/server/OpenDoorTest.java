package mirrorneuron.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.server.grpc.GrpcSettings;
import mirrorneuron.server.grpc.GrpcSettings.Access;
import mirrorneuron.server.grpc.GrpcSettings.Tls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator is told whose server other machines can reach. */
class OpenDoorTest {

    private static final Optional<Tls> TLS =
            Optional.of(new Tls(Path.of("cert.pem"), Path.of("key.pem")));

    private static List<String> warnings(String host, Access access, Optional<Tls> tls) {
        return OpenDoor.warnings(
                new GrpcSettings(
                        host,
                        50051,
                        OptionalInt.empty(),
                        access,
                        Optional.of("operator"),
                        Optional.empty(),
                        tls,
                        1 << 20,
                        true,
                        Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @EnumSource
    void nobody_else_reaches_this_machine_itself(Access access) {
        assertThat(warnings("127.0.0.1", access, Optional.empty())).isEmpty();
    }

    @Test
    void where_submitting_asks_for_no_token_that_is_said_whatever_else_is_safe() {
        var submits =
                "other machines can reach gRPC, and submit jobs, which run commands, without a"
                        + " token; set MN_GRPC_AUTH_MODE=all";
        assertThat(warnings("0.0.0.0", Access.OPERATOR, TLS)).containsExactly(submits);
        assertThat(warnings("0.0.0.0", Access.OPERATOR, Optional.empty()))
                .containsExactly(
                        submits,
                        "other machines can reach gRPC, without encryption; set MN_GRPC_TLS_CERT"
                                + " and MN_GRPC_TLS_KEY");
        assertThat(warnings("0.0.0.0", Access.OPEN, TLS))
                .containsExactly(
                        "other machines can reach gRPC, and nothing asks them who they are; set"
                                + " MN_GRPC_AUTH_TOKEN");
        assertThat(warnings("0.0.0.0", Access.ALL, TLS)).isEmpty();
        assertThat(warnings("0.0.0.0", Access.ALL, Optional.empty())).hasSize(1);
    }
}
