package mirrorneuron.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.Issue;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RunOutcome;
import mirrorneuron.api.Store;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.Validation;
import mirrorneuron.api.WaitOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bundles of this machine, judged by the server as if they lay on its own. */
@Timeout(60)
class BundlesTest {

    private static final String MANIFEST =
            """
            {"manifest_version":"1.0","graph_id":"command","entrypoints":["door"],
             "nodes":[{"node_id":"door","agent_type":"executor",
               "config":{"runner_module":"host_local","command":["./work.sh"],
                 "upload_path":"work.sh","output_message_type":null,
                 "terminal_sink":true,"complete_run":true}}],
             "edges":[]}
            """;

    @TempDir Path folder;

    private Served served;
    private Path root;

    @BeforeEach
    void serve() throws IOException {
        served =
                Served.of(
                        MirrorNeuron.embedded()
                                .home(folder.resolve("home"))
                                .store(new Store.Memory())
                                .start(),
                        folder.resolve("sent"));
        root = Files.createDirectories(folder.resolve("bundle"));
        Files.createDirectories(root.resolve("payloads"));
        Files.writeString(root.resolve("manifest.json"), MANIFEST);
        var script = root.resolve("payloads/work.sh");
        Files.writeString(script, "#!/bin/sh\necho '{\"complete_run\":{\"answer\":42}}'\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    @AfterEach
    void stop() {
        served.close();
        // Whatever was sent is gone when it was read.
        assertThat(folder.resolve("sent"))
                .satisfiesAnyOf(
                        sent -> assertThat(sent).doesNotExist(),
                        sent -> assertThat(sent).isEmptyDirectory());
    }

    /** Both judgements, which have to be the same. */
    private Validation judged(BundleSource source) {
        var there = served.connection().jobs().validate(source);
        assertThat(there).isEqualTo(served.runtime().jobs().validate(source));
        assertThat(served.connection().jobs().preview(source))
                .isEqualTo(served.runtime().jobs().preview(source));
        return there;
    }

    private static List<String> codes(Validation validation) {
        return validation.issues().stream().map(Issue::code).toList();
    }

    private Path zip(Map<String, String> entries) throws IOException {
        var file = Files.createTempFile(folder, "bundle", ".zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (var entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                out.closeEntry();
            }
        }
        return file;
    }

    @Test
    void a_folder_is_valid_with_its_paths_on_this_machine() throws IOException {
        var valid = (Validation.Valid) judged(BundleSource.folder(root));
        assertThat(valid.bundle().rootPath()).contains(root.toRealPath());
        assertThat(valid.bundle().payloadsPath()).contains(root.toRealPath().resolve("payloads"));
        judged(BundleSource.of(valid.bundle()));
    }

    @Test
    void a_program_of_a_folder_can_be_run_where_it_was_sent() throws Exception {
        var valid =
                (Validation.Valid) served.connection().jobs().validate(BundleSource.folder(root));
        for (var source : List.of(BundleSource.folder(root), BundleSource.of(valid.bundle()))) {
            var outcome =
                    served.connection()
                            .jobs()
                            .run(
                                    source,
                                    SubmitOptions.defaults().withTimeout(Duration.ofSeconds(20)));
            assertThat(((RunOutcome.Ran) outcome).outcome())
                    .isInstanceOfSatisfying(
                            WaitOutcome.Completed.class,
                            done -> {
                                assertThat(done.result()).hasToString("{\"answer\":42}");
                                // The server's own folders are nobody's business, and gone.
                                assertThat(done.job().raw().toString())
                                        .doesNotContain(folder.toString());
                            });
        }
    }

    @Test
    void what_is_wrong_is_found_in_the_same_words() throws IOException {
        assertThat(codes(judged(BundleSource.folder(folder.resolve("nowhere")))))
                .containsExactly("bundle.not_found");
        assertThat(codes(judged(BundleSource.folder(root.resolve("manifest.json")))))
                .containsExactly("bundle.not_a_folder");
        assertThat(codes(judged(BundleSource.zip(root)))).containsExactly("bundle.zip_invalid");
        assertThat(codes(judged(BundleSource.zip(folder.resolve("no.zip")))))
                .containsExactly("bundle.not_found");
        assertThat(judged(BundleSource.zip(zip(Map.of("../manifest.json", MANIFEST)))))
                .isInstanceOf(Validation.Invalid.class);
        assertThat(
                        judged(
                                BundleSource.zip(
                                        zip(
                                                Map.of(
                                                        "manifest.json",
                                                        MANIFEST,
                                                        "payloads/work.sh",
                                                        "exit")))))
                .isInstanceOf(Validation.Valid.class);
        judged(new BundleSource.Inline(MANIFEST, Map.of("../work.sh", new byte[1])));

        Files.createSymbolicLink(root.resolve("payloads/passwd"), Path.of("/etc/passwd"));
        assertThat(codes(judged(BundleSource.folder(root)))).isNotEmpty();
        Files.delete(root.resolve("payloads/passwd"));

        Files.createDirectories(root.resolve("config"));
        Files.writeString(root.resolve("config/default.json"), "[]");
        assertThat(codes(judged(BundleSource.folder(root)))).contains("bundle.config_invalid");
        Files.writeString(root.resolve("config/default.json"), "{\"a\":1}");
        assertThat(judged(BundleSource.folder(root))).isInstanceOf(Validation.Valid.class);

        Files.delete(root.resolve("payloads/work.sh"));
        assertThat(codes(judged(BundleSource.folder(root)))).isNotEmpty();
        Files.delete(root.resolve("payloads"));
        assertThat(codes(judged(BundleSource.folder(root)))).contains("bundle.payloads_missing");
        Files.delete(root.resolve("manifest.json"));
        assertThat(codes(judged(BundleSource.folder(root)))).contains("bundle.manifest_missing");
    }

    @Test
    void what_is_wrong_is_refused_in_the_same_words() throws IOException {
        Files.writeString(root.resolve("manifest.json"), "{\"graph_id\":\"x\"}");
        var source = BundleSource.folder(root);
        var options = SubmitOptions.defaults();
        assertThat(served.connection().jobs().submit(source, options))
                .isInstanceOf(Submission.Rejected.class)
                .isEqualTo(served.runtime().jobs().submit(source, options));
        Files.createSymbolicLink(root.resolve("payloads/link"), root);
        assertThat(served.connection().jobs().submit(source, options))
                .isEqualTo(served.runtime().jobs().submit(source, options));
        assertThat(served.connection().jobs().submit(BundleSource.folder(folder), options))
                .isEqualTo(served.runtime().jobs().submit(BundleSource.folder(folder), options));
    }

    @Test
    void a_link_to_the_bundle_is_followed() throws IOException {
        var link = Files.createSymbolicLink(folder.resolve("link"), root);
        assertThat(judged(BundleSource.folder(link))).isInstanceOf(Validation.Valid.class);
    }

    @Test
    void what_is_too_large_to_send_is_not_even_read() throws IOException {
        try (var file = new RandomAccessFile(root.resolve("payloads/large").toFile(), "rw")) {
            file.setLength(70L << 20);
        }
        var jobs = served.connection().jobs();
        assertThatThrownBy(() -> jobs.submit(BundleSource.folder(root), SubmitOptions.defaults()))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused ->
                                assertThat(refused.code()).isEqualTo(ErrorCode.REQUEST_TOO_LARGE))
                .hasMessageContaining("to be sent");
        assertThat(served.desk().times("Submit")).isZero();
    }

    @Test
    void a_large_bundle_goes() throws IOException {
        var bytes = new byte[20 << 20];
        new Random(1).nextBytes(bytes);
        Files.write(root.resolve("payloads/large"), bytes);
        assertThat(
                        served.connection()
                                .jobs()
                                .submit(BundleSource.folder(root), SubmitOptions.defaults()))
                .isInstanceOf(Submission.Accepted.class);
    }
}
