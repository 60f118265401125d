package mirrorneuron.runtime.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Issue;
import mirrorneuron.engine.manifest.ManifestLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Given files, when they are read as a bundle, then it can run or says why not. */
abstract class BundleSpec {

    static final String MANIFEST =
            """
            {"manifest_version": "1.0", "graph_id": "greet", "type": "service",
             "entrypoints": ["a"], "nodes": [{"node_id": "a", "agent_type": "router"}]}""";

    /** A manifest whose executor wants this configuration. */
    static String manifestOf(String config) {
        return """
        {"manifest_version": "1.0", "graph_id": "greet", "type": "service", "entrypoints": ["a"],
         "nodes": [{"node_id": "a", "agent_type": "executor",
                    "config": {"command": ["sh", "work.sh"], %s}}]}"""
                .formatted(config.replace('\'', '"'));
    }

    @TempDir Path folder = Path.of("");
    @TempDir Path scratch = Path.of("");

    private ReadBundle read = new ReadBundle(Optional.empty(), List.of(), Optional.empty());

    @BeforeEach
    void nothing_is_read_yet() {
        assertThat(scratch).isEmptyDirectory();
    }

    @AfterEach
    void nothing_is_left_behind() throws IOException {
        read.close();
        assertThat(scratch).isEmptyDirectory();
    }

    final void file(String path, String content) throws IOException {
        var file = folder.resolve(path);
        Files.createDirectories(file.resolve("..").normalize());
        Files.write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    final ReadBundle whenRead(BundleSource source) throws IOException {
        return whenRead(source, BundleLimits.DEFAULT);
    }

    final ReadBundle whenRead(BundleSource source, BundleLimits limits) throws IOException {
        read.close();
        read = new BundleReader(scratch, limits).read(source, ManifestLimits.DEFAULT);
        return read;
    }

    final ReadBundle.Contents thenRead() {
        assertThat(read.issues()).isEmpty();
        return read.contents().orElseThrow();
    }

    final Issue thenRefused(String code, String pointer) {
        assertThat(read.contents()).isEmpty();
        assertThat(read.issues().stream().map(i -> i.code() + " " + i.location().pointer()))
                .containsExactly(code + " " + pointer);
        assertThat(scratch).isEmptyDirectory();
        return read.issues().getFirst();
    }

    final List<String> codes() {
        return read.issues().stream().map(Issue::code).toList();
    }

    static String text(PayloadFile file) throws IOException {
        try (var content = file.open()) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
