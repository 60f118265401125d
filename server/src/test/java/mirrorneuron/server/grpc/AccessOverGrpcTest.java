package mirrorneuron.server.grpc;

import static mirrorneuron.server.grpc.Client.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.protocol.job.ClearJobsRequest;
import mirrorneuron.protocol.job.ListJobsRequest;
import mirrorneuron.protocol.job.PauseJobRequest;
import mirrorneuron.server.Served;
import mirrorneuron.server.grpc.GrpcSettings.Access;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may make which call. */
class AccessOverGrpcTest {

    private @TempDir Path home;

    /** NOT_FOUND: the call was let in, and there is no such job. */
    @ParameterizedTest
    @CsvSource({
        "OPEN, none, OK, NOT_FOUND",
        "OPEN, wrong, OK, NOT_FOUND",
        "OPEN, right, OK, NOT_FOUND",
        "OPERATOR, none, OK, UNAUTHENTICATED",
        "OPERATOR, wrong, OK, UNAUTHENTICATED",
        "OPERATOR, right, OK, NOT_FOUND",
        "ALL, none, UNAUTHENTICATED, UNAUTHENTICATED",
        "ALL, wrong, UNAUTHENTICATED, UNAUTHENTICATED",
        "ALL, right, OK, NOT_FOUND",
    })
    void a_token_opens_what_it_should(Access access, String brought, Code open, Code guarded)
            throws IOException {
        try (var mn = Served.withGrpc(home, Served.grpc(access));
                var bare = Client.of(mn)) {
            var client =
                    switch (brought) {
                        case "none" -> bare;
                        case "wrong" -> bare.with("authorization", "Bearer operato");
                        default -> bare.with("authorization", "Bearer operator");
                    };
            assertThat(list(client)).isEqualTo(open);
            assertThat(pause(client)).isEqualTo(guarded);
            assertThat(
                            HealthGrpc.newBlockingStub(client.channel())
                                    .check(HealthCheckRequest.getDefaultInstance())
                                    .getStatusValue())
                    .isEqualTo(1);
        }
    }

    private static Code list(Client client) {
        try {
            client.jobs().listJobs(ListJobsRequest.getDefaultInstance());
            return Code.OK;
        } catch (StatusRuntimeException refused) {
            return refused.getStatus().getCode();
        }
    }

    private static Code pause(Client client) {
        return refused(
                        () ->
                                client.jobs()
                                        .pauseJob(
                                                PauseJobRequest.newBuilder()
                                                        .setJobId("nobody")
                                                        .build()))
                .status();
    }

    @Test
    void the_scheme_may_be_missing_or_large_and_one_of_several_values_is_enough()
            throws IOException {
        try (var mn = Served.withGrpc(home, Served.grpc(Access.ALL));
                var client = Client.of(mn)) {
            assertThat(list(client.with("authorization", "operator"))).isEqualTo(Code.OK);
            assertThat(list(client.with("authorization", "  BEARER   operator ")))
                    .isEqualTo(Code.OK);
            assertThat(
                            list(
                                    client.with("authorization", "Bearer other")
                                            .with("authorization", "Bearer operator")))
                    .isEqualTo(Code.OK);
            assertThat(list(client.with("authorization", "Basic operator")))
                    .isEqualTo(Code.UNAUTHENTICATED);
        }
    }

    @Test
    void without_a_token_nobody_is_an_operator() throws IOException {
        try (var mn = Served.withGrpc(home, tokenless(Access.OPERATOR));
                var client = Client.of(mn)) {
            assertThat(pause(client)).isEqualTo(Code.UNAUTHENTICATED);
            assertThat(pause(client.with("authorization", "Bearer ")))
                    .isEqualTo(Code.UNAUTHENTICATED);
            assertThat(list(client)).isEqualTo(Code.OK);
        }
    }

    private static GrpcSettings tokenless(Access access) {
        return new GrpcSettings(
                "localhost",
                0,
                OptionalInt.empty(),
                access,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1 << 20,
                false,
                java.time.Duration.ofSeconds(1));
    }

    @Test
    void the_admin_token_stands_in_for_the_operators_where_jobs_are_cleared() throws IOException {
        try (var mn = Served.withGrpc(home, Served.grpc(Access.ALL));
                var client = Client.of(mn)) {
            var operator = client.with("authorization", "Bearer operator");
            assertThat(clear(client, "")).isEqualTo(Code.UNAUTHENTICATED);
            assertThat(clear(operator, "")).isEqualTo(Code.OK);
            assertThat(clear(client, "admin")).isEqualTo(Code.OK);
            assertThat(clear(client, "operator")).isEqualTo(Code.PERMISSION_DENIED);
            assertThat(clear(operator, "wrong")).isEqualTo(Code.PERMISSION_DENIED);
        }
        try (var mn = Served.withGrpc(home, tokenless(Access.OPEN));
                var client = Client.of(mn)) {
            assertThat(clear(client, "")).isEqualTo(Code.OK);
            assertThat(clear(client, "whatever")).isEqualTo(Code.OK);
        }
    }

    private static Code clear(Client client, String token) {
        try {
            client.jobs().clearJobs(ClearJobsRequest.newBuilder().setAdminToken(token).build());
            return Code.OK;
        } catch (StatusRuntimeException refused) {
            return refused.getStatus().getCode();
        }
    }

    @Test
    void a_refusal_never_shows_a_token() throws IOException {
        try (var mn = Served.withGrpc(home, Served.grpc(Access.ALL));
                var client = Client.of(mn)) {
            var refusal =
                    refused(
                            () ->
                                    client.with("authorization", "Bearer s3cret")
                                            .jobs()
                                            .listJobs(ListJobsRequest.getDefaultInstance()));
            assertThat(refusal.message()).isEqualTo("missing or invalid bearer token");
            assertThat(refusal.error().toString()).doesNotContain("s3cret", "operator");
            assertThat(refusal.error().string("code")).contains("not_authorized");
        }
    }
}
