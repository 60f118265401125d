package mirrorneuron.runtime.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.Backups.ExportOptions;
import mirrorneuron.api.Backups.RestoreMode;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.PreconditionFailedException;
import mirrorneuron.api.RunId;
import mirrorneuron.api.SubmissionRejectedException;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What no backup is made of, and where none is restored. */
@Timeout(120)
public class BackupRefusalsTest extends BackupSpec {

    @Test
    void only_a_paused_job_can_be_backed_up() {
        try (var mn = start("one")) {
            submit(mn, chain("sum"));
            assertThatThrownBy(() -> mn.backups().export(JOB))
                    .isInstanceOf(PreconditionFailedException.class)
                    .hasMessage(
                            "Expected to back up job old-job, but it is running: pause it first");
            assertThatThrownBy(() -> mn.backups().export(JobId.of("nobody")))
                    .isInstanceOf(NoSuchJobException.class);
        }
    }

    @Test
    void a_job_that_installs_packages_is_not_for_places_without_a_network() {
        var bundle =
                BundleSource.manifest(
                        """
                        {"manifest_version":"1.0","graph_id":"py","entrypoints":["door"],
                         "initial_inputs":{"door":[]},
                         "nodes":[{"node_id":"door","agent_type":"executor",
                           "config":{"runner_module":"host_local","command":["python3","-V"],
                             "python_environment":{"packages":["six"]}}}],
                         "edges":[]}
                        """);
        try (var mn = start("one")) {
            submit(mn, bundle);
            pause(mn, JOB);
            assertThatThrownBy(() -> mn.backups().export(JOB, new ExportOptions(true)))
                    .isInstanceOf(PreconditionFailedException.class)
                    .hasMessage(
                            "Expected job old-job to need nothing of the network, but these agents"
                                    + " install Python packages: door");
            mn.backups().export(JOB).close();
            assertThat(folder.resolve("one/cache/backups")).isEmptyDirectory();
        }
    }

    @Test
    void a_job_continues_only_where_neither_it_nor_its_run_is() {
        try (var mn = start("one")) {
            submit(mn, chain("sum"));
            pause(mn, JOB);
            var archive = archive(mn);
            var there =
                    catchThrowableOfType(
                            ConflictException.class,
                            () -> restore(mn, archive, RestoreMode.CONTINUE));
            assertThat(there.code()).isEqualTo(ErrorCode.DUPLICATE_REQUEST);
            try (var backup = mn.backups().export(JOB)) {
                assertThatThrownBy(() -> mn.backups().writeZip(backup, archive))
                        .hasMessage(
                                "Expected to write the archive job.zip, but a file of that name is"
                                        + " there");
            }
        }
    }

    @Test
    void wishes_that_contradict_the_mode_are_refused() {
        try (var mn = start("one")) {
            submit(mn, chain("sum"));
            pause(mn, JOB);
            try (var backup = mn.backups().export(JOB)) {
                assertThatThrownBy(
                                () ->
                                        mn.backups()
                                                .restore(
                                                        backup,
                                                        RestoreMode.CONTINUE,
                                                        Optional.empty(),
                                                        Optional.of(RunId.of("other"))))
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessage(
                                "run id: \"other\" (expected: \"old-job\", which a job that"
                                        + " continues keeps)");
                assertThatThrownBy(
                                () ->
                                        mn.backups()
                                                .restore(
                                                        backup,
                                                        Optional.empty(),
                                                        Optional.of(RunId.of("../up"))))
                        .extracting(error -> ((MirrorNeuronException) error).code())
                        .isEqualTo(ErrorCode.INVALID_ID);
            }
            assertThat(mn.monitor().listJobs(JobQuery.all())).hasSize(1);
        }
    }

    @Test
    void a_document_whose_bundle_is_not_what_it_lists_is_refused() {
        try (var mn = start("one")) {
            submit(mn, withPayload());
            pause(mn, JOB);
            JsonObject document;
            Map<String, byte[]> files;
            try (var backup = mn.backups().export(JOB)) {
                document = backup.toJson();
                files = backup.bundleFiles();
            }
            assertThat(files).containsKey("payloads/note.txt");

            var changed = new HashMap<>(files);
            changed.put("payloads/note.txt", "other".getBytes(UTF_8));
            thenRefused(
                    mn,
                    document,
                    changed,
                    "Expected bundle/payloads/note.txt of the backup to have SHA-256 "
                            + sum(requireNonNull(files.get("payloads/note.txt")))
                            + ", but it has "
                            + sum("other".getBytes(UTF_8)));
            var missing = new HashMap<>(files);
            missing.remove("payloads/note.txt");
            thenRefused(
                    mn,
                    document,
                    missing,
                    "Expected payloads/note.txt in the backup, as bundle.files lists it, but found"
                            + " none");
            var more = new HashMap<>(files);
            more.put("payloads/more.txt", "x".getBytes(UTF_8));
            thenRefused(
                    mn,
                    document,
                    more,
                    "Expected only files that bundle.files lists in the bundle of the backup, but"
                            + " found payloads/more.txt");
            thenRefused(
                    mn,
                    document.without("bundle"),
                    files,
                    "Expected only files that bundle.files lists in the bundle of the backup, but"
                            + " found manifest.json");
            mn.backups().of(document, files).close();
            assertThat(mn.monitor().listJobs(JobQuery.all())).hasSize(1);
        }
    }

    private static BundleSource withPayload() {
        var manifest = ((BundleSource.Inline) chain("sum")).manifestJson();
        return new BundleSource.Inline(manifest, Map.of("note.txt", "as it was".getBytes(UTF_8)));
    }

    private static String sum(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static void thenRefused(
            MirrorNeuron mn, JsonObject document, Map<String, byte[]> files, String message) {
        assertThatThrownBy(() -> mn.backups().of(document, files))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message)
                .extracting(refusal -> ((MirrorNeuronException) refusal).code())
                .isEqualTo(ErrorCode.BACKUP_INVALID);
    }

    @Test
    void a_node_that_cannot_run_the_job_does_not_take_it() throws IOException {
        Path archive;
        try (var mn = start("one")) {
            submit(mn, chain("sum"));
            pause(mn, JOB);
            archive = archive(mn);
        }
        try (var mn = MirrorNeuron.embedded().home(folder.resolve("two")).start()) {
            assertThatThrownBy(() -> restore(mn, archive, RestoreMode.CONTINUE))
                    .isInstanceOf(SubmissionRejectedException.class)
                    .hasMessageContaining("Module sum is not registered");
            assertThat(mn.monitor().listJobs(JobQuery.all())).isEmpty();
        }
        assertThat(folder.resolve("two/cache/backups")).isEmptyDirectory();
        // What a dead process left is swept at the next start.
        Files.createDirectories(folder.resolve("two/cache/backups/backup-1/runtime"));
        start("two").close();
        assertThat(folder.resolve("two/cache/backups")).doesNotExist();
    }
}
