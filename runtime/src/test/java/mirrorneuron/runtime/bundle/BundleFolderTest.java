package mirrorneuron.runtime.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.BundleSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bundle that lies in a folder. */
class BundleFolderTest extends BundleSpec {

    private BundleSource source() {
        return BundleSource.folder(folder);
    }

    @Test
    void a_folder_with_a_manifest_and_payloads_is_a_bundle() throws IOException {
        file("manifest.json", MANIFEST);
        file("payloads/b/two.txt", "two");
        file("payloads/a.txt", "one");

        whenRead(source());

        var contents = thenRead();
        assertThat(contents.manifest().graphId()).isEqualTo("greet");
        var bundle = contents.bundle();
        var real = folder.toRealPath();
        assertThat(bundle.rootPath()).contains(real);
        assertThat(bundle.manifestPath()).contains(real.resolve("manifest.json"));
        assertThat(bundle.payloadsPath()).contains(real.resolve("payloads"));
        assertThat(bundle.manifest().agents()).containsExactly(AgentId.of("a"));
        assertThat(contents.payloads().stream().map(PayloadFile::path))
                .containsExactly("a.txt", "b/two.txt");
        var two = contents.payloads().get(1);
        assertThat(two.sizeBytes()).isEqualTo(3);
        // printf two | sha256sum
        assertThat(two.sha256())
                .isEqualTo("3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3");
        assertThat(text(two)).isEqualTo("two");
        assertThat(contents.configuration().isEmpty()).isTrue();
    }

    @Test
    void payloads_may_be_empty_but_must_be_there() throws IOException {
        file("manifest.json", MANIFEST);
        whenRead(source());
        thenRefused("bundle.payloads_missing", "/bundle/payloads");

        Files.createDirectory(folder.resolve("payloads"));
        whenRead(source());
        assertThat(thenRead().payloads()).isEmpty();
    }

    @Test
    void a_manifest_is_required() throws IOException {
        Files.createDirectory(folder.resolve("payloads"));

        whenRead(source());

        thenRefused("bundle.manifest_missing", "/bundle/manifest.json");
    }

    @Test
    void everything_that_is_missing_is_named_at_once() throws IOException {
        whenRead(source());

        assertThat(codes()).containsExactly("bundle.manifest_missing", "bundle.payloads_missing");
    }

    @Test
    void a_file_is_no_folder() throws IOException {
        file("bundle", "");

        whenRead(BundleSource.folder(folder.resolve("bundle")));

        thenRefused("bundle.not_a_folder", "/bundle");
    }

    @Test
    void nothing_is_no_folder_either() throws IOException {
        whenRead(BundleSource.folder(folder.resolve("gone")));

        var issue = thenRefused("bundle.not_found", "/bundle");
        assertThat(issue.message()).doesNotContain(folder.toString());
    }

    @Test
    void a_manifest_that_is_not_json_is_refused_at_its_byte() throws IOException {
        file("manifest.json", "{\"a\": }");
        Files.createDirectory(folder.resolve("payloads"));

        whenRead(source());

        assertThat(thenRefused("manifest.json_invalid", "/manifest").message())
                .isEqualTo("Expected a value, but found '}' at byte 6");
    }

    @Test
    void a_manifest_that_is_too_large_is_not_read() throws IOException {
        file("manifest.json", " ".repeat((5 << 20) + 1));
        Files.createDirectory(folder.resolve("payloads"));

        whenRead(source());

        thenRefused("manifest.too_large", "/manifest");
    }

    @Test
    void problems_of_the_manifest_and_of_the_folder_come_together() throws IOException {
        file("manifest.json", "{\"graph_id\": \"g\", \"manifest_version\": \"1\", \"nodes\": []}");

        whenRead(source());

        assertThat(codes()).containsExactly("manifest.nodes_empty", "bundle.payloads_missing");
    }

    @ParameterizedTest
    @CsvSource({
        "payloads/secret, /bundle/payloads/secret",
        "payloads/deep/secret, /bundle/payloads/deep/secret",
        "config/default.json, /bundle/config/default.json"
    })
    void links_inside_a_bundle_are_refused(String link, String pointer) throws IOException {
        file("manifest.json", MANIFEST);
        file("payloads/deep/a", "a");
        file("config/x", "");
        Files.createSymbolicLink(folder.resolve(link), Path.of("/etc/passwd"));

        whenRead(source());

        thenRefused("bundle.unsafe_path", pointer);
    }

    @Test
    void folders_inside_a_bundle_are_no_links_either() throws IOException {
        file("manifest.json", MANIFEST);
        Files.createSymbolicLink(folder.resolve("payloads"), scratch);

        whenRead(source());

        thenRefused("bundle.unsafe_path", "/bundle/payloads");
    }

    @Test
    void a_link_to_a_bundle_is_the_callers_business() throws IOException {
        file("real/manifest.json", MANIFEST);
        Files.createDirectory(folder.resolve("real/payloads"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));

        whenRead(BundleSource.folder(folder.resolve("link")));

        assertThat(thenRead().bundle().rootPath()).contains(folder.resolve("real").toRealPath());
    }

    @Test
    void programs_stay_programs() throws IOException {
        file("manifest.json", MANIFEST);
        file("payloads/run.sh", "true");
        file("payloads/text", "x");
        assertThat(folder.resolve("payloads/run.sh").toFile().setExecutable(true)).isTrue();

        whenRead(source());

        assertThat(thenRead().payloads().stream().map(PayloadFile::executable))
                .containsExactly(true, false);
    }

    @Test
    void the_configuration_is_merged() throws IOException {
        file("manifest.json", MANIFEST);
        Files.createDirectory(folder.resolve("payloads"));
        file("config/default.json", "{\"a\": {\"x\": 1, \"y\": [1]}, \"b\": 1, \"c\": {\"d\": 1}}");
        file("config/overwrite.json", "{\"a\": {\"y\": [2], \"z\": 3}, \"c\": 5, \"e\": null}");

        whenRead(source());

        assertThat(thenRead().configuration().toString())
                .isEqualTo("{\"a\":{\"x\":1,\"y\":[2],\"z\":3},\"b\":1,\"c\":5,\"e\":null}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    [1]      | Expected a JSON object in config/default.json, but found another value
                    {"a"     | Expected a colon after the member name, but found the end of the text at byte 4
                    """)
    void a_configuration_that_is_no_object_is_refused(String text, String message)
            throws IOException {
        file("manifest.json", MANIFEST);
        Files.createDirectory(folder.resolve("payloads"));
        file("config/default.json", text);

        whenRead(source());

        assertThat(thenRefused("bundle.config_invalid", "/config/config/default.json").message())
                .isEqualTo(message);
    }

    @Test
    void a_bundle_that_was_validated_is_read_again() throws IOException {
        file("manifest.json", MANIFEST);
        file("payloads/a", "1");
        var bundle = whenRead(source()).contents().orElseThrow().bundle();
        file("payloads/a", "2");

        whenRead(BundleSource.of(bundle));

        assertThat(thenRead().bundle().fingerprint()).isNotEqualTo(bundle.fingerprint());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'upload_path': 'work.sh'                                       | upload.source_missing       | upload_path
                    'upload_paths': ['here', {'source': 'dir/gone'}]               | upload.source_missing       | upload_paths/1/source
                    'upload_paths': ['gone']                                       | upload.source_missing       | upload_paths/0
                    'uploads': [{'source': 'gone', 'target': 'x'}]                 | upload.source_missing       | uploads/0/source
                    'python_environment': {'requirements': 'req.txt'}              | node.requirements_missing   | python_environment/requirements
                    """)
    void a_payload_that_a_node_names_must_be_there(String config, String code, String member)
            throws IOException {
        file("manifest.json", manifestOf(config));
        file("payloads/here", "");
        file("payloads/dir/sub/file", "");

        whenRead(source());

        thenRefused(code, "/manifest/nodes/0/config/" + member);
    }

    @Test
    void the_place_is_where_the_author_wrote_the_node() throws IOException {
        file(
                "manifest.json",
                """
                {"workflow": {"workflow_id": "w", "steps": [{"id": "a"}]},
                 "runtime": {"bindings": {"a": {"workers": [{"id": "a",
                   "with": {"command": "true", "upload_path": "gone"}}]}}}}""");
        Files.createDirectory(folder.resolve("payloads"));

        whenRead(source());

        thenRefused(
                "upload.source_missing", "/manifest/runtime/bindings/a/workers/0/with/upload_path");
    }

    @Test
    void the_place_of_a_missing_payload_is_told_with_its_path() throws IOException {
        file("manifest.json", manifestOf("'uploads': [{'source': 'gone'}]"));
        Files.createDirectory(folder.resolve("payloads"));

        whenRead(source());

        var issue =
                thenRefused("upload.source_missing", "/manifest/nodes/0/config/uploads/0/source");
        assertThat(issue.location().path()).isEqualTo("nodes[0].config.uploads[0].source");
        assertThat(issue.message())
                .isEqualTo("Expected payloads/gone for node a, but found no such file");
    }

    @Test
    void files_and_folders_can_be_uploaded() throws IOException {
        file("manifest.json", manifestOf("'upload_paths': ['a', 'dir', 'dir/sub', 'empty']"));
        file("payloads/a", "");
        file("payloads/dir/sub/file", "");
        Files.createDirectory(folder.resolve("payloads/empty"));

        whenRead(source());

        thenRead();
    }

    @Test
    void the_source_of_a_module_must_be_there() throws IOException {
        file(
                "manifest.json",
                """
                {"manifest_version": "1", "graph_id": "g", "entrypoints": ["a"],
                 "nodes": [{"node_id": "a", "agent_type": "module",
                            "config": {"module_source": "agents/A.java"}}]}""");
        Files.createDirectory(folder.resolve("payloads"));

        whenRead(source());

        thenRefused("node.module_source_missing", "/manifest/nodes/0/config/module_source");
    }
}
