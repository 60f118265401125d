package mirrorneuron.runtime.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import mirrorneuron.api.BundleSource;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.store.Store;
import mirrorneuron.store.memory.MemoryStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Payload files as they lie in the home for workers. */
class BundleLibraryTest extends BundleSpec {

    private final Store store = new MemoryStore();
    @TempDir Path folders = Path.of("");
    private Path payloads = Path.of("");
    private String fingerprint = "";

    @BeforeEach
    void a_bundle_is_laid_out() throws IOException {
        var files = Map.of("work.sh", "exit 0".getBytes(), "agents/greet.jar", "jar".getBytes());
        var contents = whenRead(new BundleSource.Inline(MANIFEST, files)).contents().orElseThrow();
        fingerprint = contents.bundle().fingerprint();
        payloads = library().keep(contents).payloads();
        assertThat(payloads.resolve("agents/greet.jar")).hasContent("jar");
    }

    private BundleLibrary library() {
        return new BundleLibrary(store, folders, ManifestLimits.DEFAULT);
    }

    @Test
    void a_file_that_a_dying_disk_left_empty_is_laid_out_again_by_the_next_process()
            throws IOException {
        Files.write(payloads.resolve("work.sh"), new byte[0]);

        assertThat(library().find(fingerprint).payloads()).isEqualTo(payloads);

        assertThat(payloads.resolve("work.sh")).hasContent("exit 0");
        assertThat(payloads.resolve("agents/greet.jar")).hasContent("jar");
    }

    @Test
    void a_file_that_a_dying_disk_lost_is_laid_out_again_by_the_next_process() throws IOException {
        Files.delete(payloads.resolve("agents/greet.jar"));
        Files.delete(payloads.resolve("agents"));

        library().find(fingerprint).payloads();

        assertThat(payloads.resolve("agents/greet.jar")).hasContent("jar");
    }

    @Test
    void files_that_are_whole_stay_as_they_are() throws IOException {
        var before = Files.readAttributes(payloads.resolve("work.sh"), "unix:ino");

        library().find(fingerprint).payloads();

        assertThat(Files.readAttributes(payloads.resolve("work.sh"), "unix:ino")).isEqualTo(before);
    }

    @Test
    void a_folder_that_is_deleted_while_nothing_runs_comes_again() throws IOException {
        var library = library();
        var kept = library.find(fingerprint);
        Folders.delete(folders.resolve(fingerprint));

        assertThat(kept.payloads().resolve("work.sh")).hasContent("exit 0");
    }
}
