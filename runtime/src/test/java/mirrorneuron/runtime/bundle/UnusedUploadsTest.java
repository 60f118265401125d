package mirrorneuron.runtime.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.runtime.embedded.EmbeddedRuntime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long an upload stays, on a clock that is moved. */
class UnusedUploadsTest {

    private static final Duration KEPT = Duration.ofDays(7);

    @TempDir Path folder;

    private volatile Instant now = Instant.parse("2026-05-01T00:00:00Z");
    private EmbeddedRuntime runtime;
    private BundleRegistry bundles;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(folder.resolve("real"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        runtime =
                EmbeddedRuntime.builder(Map.of("MN_RETENTION_GC_INTERVAL_MS", "86400000"))
                        .home(home())
                        .clock(() -> now)
                        .start();
        bundles = runtime.bundles();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Uploads a bundle whose job waits until it is cancelled, and returns the handle. */
    private String uploaded(String id) throws IOException {
        var file = folder.resolve(id + ".zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry(id + "/manifest.json"));
            zip.write(
                    """
                    {"manifest_version": "1.0", "graph_id": "%s", "entrypoints": ["router"],
                     "nodes": [{"node_id": "router", "agent_type": "router"}]}
                    """
                            .formatted(id)
                            .getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry(id + "/payloads/"));
        }
        var upload = bundles.upload(file);
        assertThat(upload).isInstanceOf(BundleRegistry.Upload.Registered.class);
        return ((BundleRegistry.Upload.Registered) upload).bundle().handle();
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    /** Behind a link, as homes may lie: jobs name the real place of what they came from. */
    private Path home() {
        return folder.resolve("link/home");
    }

    private Path at(String handle) {
        return home().resolve(handle);
    }

    @Test
    void an_upload_goes_when_nobody_used_it_for_long_enough() throws IOException {
        var handle = uploaded("alone");
        pass(KEPT);
        assertThat(bundles.removeUnused(KEPT)).isZero();
        assertThat(at(handle)).isDirectory();
        pass(Duration.ofMillis(1));
        assertThat(bundles.removeUnused(KEPT)).isEqualTo(1);
        assertThat(at(handle)).doesNotExist();
        assertThat(bundles.folder(handle)).isEmpty();
        assertThat(bundles.reload("alone")).isInstanceOf(BundleRegistry.Reload.Unknown.class);
        assertThat(home().resolve("uploads")).isEmptyDirectory();
        assertThat(bundles.removeUnused(KEPT)).isZero();
    }

    @Test
    void a_submission_or_a_reload_begins_the_time_anew() throws IOException {
        var submitted = uploaded("submitted");
        var reloaded = uploaded("reloaded");
        var neither = uploaded("neither");
        pass(Duration.ofDays(5));
        assertThat(bundles.folder(submitted)).isPresent();
        assertThat(bundles.reload("reloaded")).isInstanceOf(BundleRegistry.Reload.Done.class);
        pass(Duration.ofDays(5));
        assertThat(bundles.removeUnused(KEPT)).isEqualTo(1);
        assertThat(at(neither)).doesNotExist();
        assertThat(at(submitted)).isDirectory();
        assertThat(at(reloaded)).isDirectory();
    }

    @Test
    void one_that_a_job_refers_to_stays_until_the_job_is_gone() throws Exception {
        var handle = uploaded("busy");
        var accepted =
                (Submission.Accepted)
                        runtime.jobs()
                                .submit(
                                        BundleSource.folder(bundles.folder(handle).orElseThrow()),
                                        SubmitOptions.defaults());
        pass(KEPT.multipliedBy(10));
        assertThat(bundles.removeUnused(KEPT)).isZero();
        assertThat(bundles.folder(handle)).isPresent();
        var unused = runtime.jobs().cancel(accepted.jobId());
        runtime.jobs().await(accepted.jobId(), Duration.ofSeconds(20));
        pass(KEPT.multipliedBy(2));
        assertThat(bundles.removeUnused(KEPT)).isZero();

        assertThat(runtime.jobs().cleanup(false).deletedCount()).isEqualTo(1);
        pass(KEPT.multipliedBy(2));
        assertThat(bundles.removeUnused(KEPT)).isEqualTo(1);
        assertThat(bundles.folder(handle)).isEmpty();
    }

    @Test
    void an_older_upload_of_the_same_bundle_goes_alone() throws IOException {
        var older = uploaded("twice");
        pass(Duration.ofDays(5));
        var newer = uploaded("twice");
        pass(Duration.ofDays(5));
        assertThat(bundles.removeUnused(KEPT)).isEqualTo(1);
        assertThat(bundles.folder(older)).isEmpty();
        assertThat(bundles.folder(newer)).isPresent();
        assertThat(bundles.reload("twice")).isInstanceOf(BundleRegistry.Reload.Done.class);
    }

    @Test
    void what_a_crash_left_of_a_removal_is_swept() throws IOException {
        var handle = uploaded("torn");
        Files.move(at(handle), home().resolve("uploads/.incoming-torn"));
        bundles.sweep();
        assertThat(home().resolve("uploads")).isEmptyDirectory();
        assertThat(bundles.folder(handle)).isEmpty();
    }
}
