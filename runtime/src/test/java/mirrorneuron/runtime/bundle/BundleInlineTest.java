package mirrorneuron.runtime.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import mirrorneuron.api.BundleSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A manifest as text, with its payloads. */
class BundleInlineTest extends BundleSpec {

    private static BundleSource inline(String manifest, String... pathsAndTexts) {
        var payloads = new HashMap<String, byte[]>();
        for (int i = 0; i < pathsAndTexts.length; i += 2) {
            payloads.put(pathsAndTexts[i], pathsAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        return new BundleSource.Inline(manifest, payloads);
    }

    @Test
    void text_is_a_bundle_without_a_folder() throws IOException {
        whenRead(inline(manifestOf("'upload_path': 'work.sh'"), "work.sh", "echo hi"));

        var contents = thenRead();
        assertThat(contents.bundle().rootPath()).isEmpty();
        assertThat(contents.bundle().payloadsPath()).isEmpty();
        assertThat(text(contents.payloads().getFirst())).isEqualTo("echo hi");
        assertThat(text(contents.payloads().getFirst())).isEqualTo("echo hi");
        assertThat(contents.configuration().isEmpty()).isTrue();
    }

    @Test
    void paths_are_normalised() throws IOException {
        whenRead(inline(MANIFEST, "./a\\b", "x"));

        assertThat(thenRead().payloads().getFirst().path()).isEqualTo("a/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/passwd", "a/../../x", "C:\\x", "", ".", "a\0b", "\\x"})
    void a_payload_that_leads_outside_is_refused(String path) throws IOException {
        whenRead(inline(MANIFEST, path, "x"));

        assertThat(codes()).containsExactly("bundle.unsafe_path");
    }

    @Test
    void two_names_of_one_payload_are_refused() throws IOException {
        whenRead(inline(MANIFEST, "a", "1", "./a", "2"));

        assertThat(codes()).containsExactly("bundle.unsafe_path");
    }

    @Test
    void a_payload_below_another_payload_is_refused() throws IOException {
        whenRead(inline(MANIFEST, "a", "1", "a/b", "2"));

        thenRefused("bundle.unsafe_path", "/bundle/a/b");
    }

    @Test
    void payloads_have_limits() throws IOException {
        var limits = new BundleLimits(2, 10, 100, 100);

        whenRead(inline(MANIFEST, "a", "1", "b", "2", "c", "3"), limits);
        thenRefused("bundle.too_many_files", "/bundle/payloads");

        whenRead(inline(MANIFEST, "a", "123456", "b", "123456"), limits);
        assertThat(thenRefused("bundle.too_large", "/bundle/payloads").message())
                .isEqualTo("Expected at most 10 bytes of files, but found 12");
    }

    @Test
    void everything_wrong_is_told_at_once() throws IOException {
        whenRead(inline("{\"graph_id\": \"g\"}", "../x", "x"));

        assertThat(codes())
                .containsExactly(
                        "bundle.unsafe_path", "manifest.version_required", "manifest.nodes_empty");
    }

    @Test
    void a_missing_payload_is_refused() throws IOException {
        whenRead(inline(manifestOf("'upload_path': 'work.sh'")));

        thenRefused("upload.source_missing", "/manifest/nodes/0/config/upload_path");
    }

    @Test
    void a_validated_bundle_without_payloads_can_be_submitted() throws IOException {
        var bundle =
                whenRead(new BundleSource.Inline(MANIFEST, Map.of()))
                        .contents()
                        .orElseThrow()
                        .bundle();

        whenRead(BundleSource.of(bundle));

        assertThat(thenRead().manifest().graphId()).isEqualTo("greet");
    }

    @Test
    void a_validated_bundle_does_not_keep_its_payloads() throws IOException {
        var bundle =
                whenRead(inline(manifestOf("'upload_path': 'work.sh'"), "work.sh", "x"))
                        .contents()
                        .orElseThrow()
                        .bundle();

        whenRead(BundleSource.of(bundle));

        thenRefused("bundle.payloads_unavailable", "/bundle/payloads");
    }
}
