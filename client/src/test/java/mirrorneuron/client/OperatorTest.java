package mirrorneuron.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.CallOptions;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NotAuthorizedException;
import mirrorneuron.api.Store;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.server.grpc.GrpcSettings.Access;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console is no way around the operator's token. */
class OperatorTest {

    @TempDir Path folder;

    private Served served(Access access) {
        return Served.overEdge(
                MirrorNeuron.embedded()
                        .home(folder.resolve("home"))
                        .store(new Store.Memory())
                        .start(),
                folder.resolve("sent"),
                Served.settings(access, "right"));
    }

    @Test
    void what_only_an_operator_may_do_asks_for_the_token() {
        try (var served = served(Access.OPERATOR)) {
            var stranger = served.connection();
            var job =
                    stranger.jobs()
                            .submit(
                                    BundleSource.manifest(
                                            """
                                            {"manifest_version":"1.0","graph_id":"door","entrypoints":["door"],
                                             "initial_inputs":{"door":[]},
                                             "nodes":[{"node_id":"door","agent_type":"sensor",
                                               "config":{"complete_after":1,"terminal_sink":true,
                                                 "complete_run":true}}],
                                             "edges":[]}
                                            """),
                                    SubmitOptions.defaults())
                            .orThrow();
            assertThatThrownBy(() -> stranger.jobs().pause(job))
                    .isInstanceOf(NotAuthorizedException.class);
            assertThatThrownBy(() -> stranger.jobs().resume(job))
                    .isInstanceOf(NotAuthorizedException.class);
            assertThatThrownBy(() -> stranger.jobs().cleanup(true))
                    .isInstanceOf(NotAuthorizedException.class);
            assertThat(stranger.monitor().listJobs(JobQuery.unfinished())).hasSize(1);

            var operator = stranger.with(CallOptions.none().withBearerToken("right"));
            assertThat(operator.jobs().pause(job))
                    .isEqualTo(new ControlResult.Applied(job, JobStatus.PAUSED));
            assertThat(operator.jobs().cleanup(true).deletedJobs()).containsExactly(job);
        }
    }

    @Test
    void a_server_that_asks_everybody_asks_here_too() {
        try (var served = served(Access.ALL)) {
            assertThatThrownBy(() -> served.connection().ping())
                    .isInstanceOf(NotAuthorizedException.class)
                    .hasMessageContaining("token");
            served.connection().with(CallOptions.none().withBearerToken("right")).ping();
        }
    }
}
