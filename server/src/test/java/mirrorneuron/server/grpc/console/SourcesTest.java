package mirrorneuron.server.grpc.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.codec.SourceForm;
import mirrorneuron.api.codec.SourceForm.Entry;
import mirrorneuron.api.codec.SourceForm.Kind;
import mirrorneuron.protocol.ext.ConsoleBundleRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bundle that was sent lies as it did on its own machine, inside a folder that goes away. */
class SourcesTest {

    @TempDir Path folder;

    private Path scratch() {
        return folder.resolve("scratch");
    }

    private static ConsoleBundleRequest.Builder sent(
            Kind kind,
            Entry entry,
            List<String> folders,
            List<String> runnable,
            List<String> links) {
        var form = new SourceForm(kind, "mine", entry, folders, runnable, links, Optional.empty());
        return ConsoleBundleRequest.newBuilder().setSourceJson(form.toJson().toString());
    }

    private static ConsoleBundleRequest file(String path) {
        return sent(Kind.FOLDER, Entry.FOLDER, List.of(), List.of(), List.of())
                .putFiles(path, ByteString.copyFromUtf8("x"))
                .build();
    }

    @Test
    void a_folder_lies_there_with_its_name_files_folders_and_links() throws IOException {
        var request =
                sent(
                                Kind.FOLDER,
                                Entry.FOLDER,
                                List.of("payloads/empty"),
                                List.of("payloads/run.sh"),
                                List.of("payloads/link"))
                        .putFiles("manifest.json", ByteString.copyFromUtf8("{}"))
                        .putFiles("payloads/run.sh", ByteString.copyFromUtf8("exit"))
                        .build();
        Path root;
        try (var source = new Sources(scratch()).open(request)) {
            root = ((BundleSource.Folder) source.bundle()).root();
            assertThat(root.getFileName()).hasToString("mine");
            assertThat(root.resolve("manifest.json")).hasContent("{}");
            assertThat(root.resolve("payloads/run.sh")).isExecutable();
            assertThat(Files.isExecutable(root.resolve("manifest.json"))).isFalse();
            assertThat(root.resolve("payloads/empty")).isDirectory();
            assertThat(root.resolve("payloads/link")).isSymbolicLink();
        }
        assertThat(root).doesNotExist();
        assertThat(scratch()).isEmptyDirectory();
    }

    @Test
    void what_is_missing_stays_missing_and_a_file_stays_a_file() {
        try (var source =
                new Sources(scratch())
                        .open(
                                sent(Kind.FOLDER, Entry.NOTHING, List.of(), List.of(), List.of())
                                        .build())) {
            assertThat(((BundleSource.Folder) source.bundle()).root()).doesNotExist();
        }
        try (var source =
                new Sources(scratch())
                        .open(
                                sent(Kind.ZIP, Entry.FILE, List.of(), List.of(), List.of())
                                        .putFiles("mine", ByteString.copyFromUtf8("PK"))
                                        .build())) {
            assertThat(((BundleSource.Zip) source.bundle()).file()).hasContent("PK");
        }
    }

    @Test
    void text_needs_no_folder() {
        var request =
                ConsoleBundleRequest.newBuilder()
                        .setManifestJson("{}")
                        .putFiles("a", ByteString.copyFromUtf8("b"))
                        .build();
        try (var source = new Sources(scratch()).open(request)) {
            var inline = (BundleSource.Inline) source.bundle();
            assertThat(inline.manifestJson()).isEqualTo("{}");
            assertThat(inline.payloads().get("a")).asString().isEqualTo("b");
        }
        assertThat(scratch()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../out",
                "/etc/out",
                "a/../../out",
                "",
                ".",
                "..",
                "a/./b",
                "a//b",
                "a/",
                "a\\b",
                "nul\u0000l"
            })
    void a_path_that_leads_outside_is_refused_and_nothing_stays(String path) {
        assertThatThrownBy(() -> new Sources(scratch()).open(file(path)))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(scratch()).isEmptyDirectory();
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private static ConsoleBundleRequest linked(String... links) {
        return sent(Kind.FOLDER, Entry.FOLDER, List.of("nowhere"), List.of(), List.of(links))
                .putFiles("manifest.json", ByteString.copyFromUtf8("{}"))
                .build();
    }

    @Test
    void links_lead_nowhere_but_into_the_bundle() throws IOException {
        try (var source = new Sources(scratch()).open(linked("a", "a/b"))) {
            var root = ((BundleSource.Folder) source.bundle()).root();
            assertThat(root.resolve("a").toRealPath()).isEqualTo(root.resolve("nowhere"));
            assertThat(root.resolve("nowhere/b")).isSymbolicLink();
        }
        for (var bad : List.of("../a", "manifest.json")) {
            assertThatThrownBy(() -> new Sources(scratch()).open(linked(bad)))
                    .as(bad)
                    .isInstanceOf(InvalidRequestException.class);
        }
        assertThat(scratch()).isEmptyDirectory();
    }

    @Test
    void what_is_no_json_is_refused() {
        for (var text : List.of("{", "[]", "{\"kind\":\"tape\"}", "{\"name\":\"../x\"}")) {
            assertThatThrownBy(
                            () ->
                                    new Sources(scratch())
                                            .open(
                                                    ConsoleBundleRequest.newBuilder()
                                                            .setSourceJson(text)
                                                            .build()))
                    .as(text)
                    .isInstanceOf(InvalidRequestException.class);
        }
    }
}
