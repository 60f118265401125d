package mirrorneuron.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import mirrorneuron.api.Backups.RestoreMode;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NotAuthorizedException;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.RunId;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.UnsupportedFeatureException;
import mirrorneuron.server.grpc.GrpcSettings.Access;
import mirrorneuron.server.grpc.console.ConsoleService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives on their way between two machines. */
class TravellingArchivesTest {

    /** Many parts, and more than a message may have. */
    private static final int LARGE = 70 << 20;

    private static final JobId JOB = JobId.of("old-job");

    @TempDir Path folder;

    private MirrorNeuron runtime;
    private Served served;

    @BeforeEach
    void a_paused_job() {
        runtime = MirrorNeuron.embedded().home(folder.resolve("home")).start();
        served = Served.overEdge(runtime, folder.resolve("sent"), Served.settings(Access.OPEN, ""));
        served.jobs()
                .submit(
                        BundleSource.manifest(
                                """
                                {"manifest_version":"1.0","graph_id":"door","entrypoints":["door"],
                                 "initial_inputs":{"door":[]},
                                 "nodes":[{"node_id":"door","agent_type":"sensor",
                                   "config":{"complete_after":1}}],"edges":[]}
                                """),
                        SubmitOptions.defaults().withJobId(JOB))
                .orThrow();
        served.jobs().pause(JOB, PauseOptions.defaults());
    }

    @AfterEach
    void close() {
        served.close();
    }

    private Path archive() {
        var file = folder.resolve("job.zip");
        try (var backup = served.backups().export(JOB)) {
            served.backups().writeZip(backup, file);
        }
        return file;
    }

    private void thenNothingStays() throws IOException {
        var sent = folder.resolve("sent");
        if (Files.exists(sent)) {
            assertThat(sent).isEmptyDirectory();
        }
    }

    @Test
    void one_that_is_larger_than_any_message_comes_and_goes() throws IOException {
        var large = new byte[LARGE];
        new Random(1).nextBytes(large);
        var file = folder.resolve("home/runs/old-job/large.bin");
        Files.write(file, large);
        var archive = archive();
        assertThat(Files.size(archive)).isGreaterThan(LARGE);
        try (var backup = served.backups().readZip(archive)) {
            var restored =
                    served.backups()
                            .restore(
                                    backup,
                                    RestoreMode.CLONE,
                                    Optional.of("door"),
                                    Optional.of(RunId.of("another")));
            assertThat(restored.runId()).isEqualTo(RunId.of("another"));
            assertThat(folder.resolve("home/runs/another/large.bin")).hasBinaryContent(large);
        }
        thenNothingStays();
    }

    @Test
    void a_backup_of_another_runtime_is_restored_through_a_connection() throws IOException {
        try (var backup = runtime.backups().export(JOB)) {
            var restored = served.backups().restore(backup, Optional.of("door"), Optional.empty());
            assertThat(restored.sourceJobId()).isEqualTo(JOB);
            served.backups().writeZip(backup, folder.resolve("packed.zip"));
        }
        try (var read = runtime.backups().readZip(folder.resolve("packed.zip"))) {
            assertThat(read.description().object("source").string("job_id")).contains("old-job");
        }
        thenNothingStays();
    }

    @Test
    void what_a_backup_holds_can_be_asked() {
        var archive = archive();
        try (var here = runtime.backups().readZip(archive);
                var there = served.backups().readZip(archive)) {
            assertThat(there.description()).isEqualTo(here.description());
            assertThat(there.toJson()).isEqualTo(here.toJson());
            assertThat(there.bundleFiles()).containsOnlyKeys(here.bundleFiles().keySet());
        }
    }

    @Test
    void what_is_no_archive_is_refused_in_the_same_words() throws IOException {
        var bad = Files.writeString(folder.resolve("bad.zip"), "not a zip");
        for (var file : new Path[] {bad, folder.resolve("missing.zip")}) {
            InvalidRequestException here = refusal(runtime, file);
            InvalidRequestException there = refusal(served, file);
            assertThat(there.code()).isEqualTo(ErrorCode.BACKUP_INVALID).isEqualTo(here.code());
            assertThat(there)
                    .hasMessage(String.valueOf(here.getMessage()).replace("bad.zip", "backup.zip"));
        }
        thenNothingStays();
    }

    private static InvalidRequestException refusal(MirrorNeuron mn, Path file) {
        try (var _ = mn.backups().readZip(file)) {
            throw new AssertionError(file + " was read");
        } catch (InvalidRequestException refused) {
            return refused;
        }
    }

    @Test
    void no_file_is_overwritten() throws IOException {
        var file = Files.writeString(folder.resolve("job.zip"), "mine");
        try (var backup = served.backups().export(JOB)) {
            assertThatThrownBy(() -> served.backups().writeZip(backup, file))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("job.zip");
        }
        assertThat(file).hasContent("mine");
        try (var files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("."));
        }
    }

    @Test
    void a_server_of_another_release_is_named_as_such() throws IOException {
        var console = folder.resolve("console");
        try (var desk =
                        Desk.open(
                                carrier -> List.of(new ConsoleService(runtime, carrier, console)));
                var connection = MirrorNeuron.remote(desk.target()).connect()) {
            assertThatThrownBy(() -> connection.backups().export(JOB))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageStartingWith(
                            "The server is of another release and does not know this call")
                    .hasMessageContaining("Archives/Export");
        }
    }

    @Test
    void only_an_operator_may() throws IOException {
        var archive = archive();
        served.close();
        runtime = MirrorNeuron.embedded().home(folder.resolve("home")).start();
        served =
                Served.overEdge(
                        runtime, folder.resolve("sent"), Served.settings(Access.OPERATOR, "t"));
        assertThatThrownBy(() -> served.backups().export(JOB))
                .isInstanceOf(NotAuthorizedException.class);
        assertThatThrownBy(() -> served.backups().readZip(archive))
                .isInstanceOf(NotAuthorizedException.class);
        try (var backup = runtime.backups().readZip(archive)) {
            assertThatThrownBy(
                            () ->
                                    served.backups()
                                            .restore(backup, Optional.empty(), Optional.empty()))
                    .isInstanceOf(NotAuthorizedException.class);
        }
        thenNothingStays();
    }
}
