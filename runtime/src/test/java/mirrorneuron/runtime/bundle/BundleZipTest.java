package mirrorneuron.runtime.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.BundleSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An archive, which may come from anybody. */
class BundleZipTest extends BundleSpec {

    private static final int LINK = 0xa1ff;
    private static final int PIPE = 0x11ff;
    private static final int PROGRAM = 0x81ed;
    private static final int HEADER = 0x02014b50;

    private byte[] zip = {};

    /** An archive of these members; a name that ends in a slash is a folder. */
    private void given(String... namesAndTexts) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(bytes)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                out.putNextEntry(new ZipEntry(namesAndTexts[i]));
                out.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
                out.closeEntry();
            }
        }
        zip = bytes.toByteArray();
    }

    /** Changes the member's entry in the table of contents. */
    private ByteBuffer entry(String name) {
        var buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < zip.length - 46; at++) {
            if (buffer.getInt(at) == HEADER) {
                int length = buffer.getShort(at + 28);
                if (new String(zip, at + 46, length, StandardCharsets.UTF_8).equals(name)) {
                    return buffer.slice(at, 46).order(ByteOrder.LITTLE_ENDIAN);
                }
            }
        }
        throw new AssertionError("no member " + name);
    }

    private void givenMode(String name, int mode) {
        entry(name).put(5, (byte) 3).putInt(38, mode << 16);
    }

    private ReadBundle whenUnzipped() throws IOException {
        return whenUnzipped(BundleLimits.DEFAULT);
    }

    private ReadBundle whenUnzipped(BundleLimits limits) throws IOException {
        var file = folder.resolve("bundle.zip");
        Files.write(file, zip);
        return whenRead(BundleSource.zip(file), limits);
    }

    @Test
    void an_archive_of_a_bundles_contents() throws IOException {
        given("manifest.json", MANIFEST, "payloads/", "", "payloads/a/b.txt", "b", "README", "x");

        var read = whenUnzipped();

        var contents = thenRead();
        assertThat(contents.payloads().stream().map(PayloadFile::path)).containsExactly("a/b.txt");
        assertThat(text(contents.payloads().getFirst())).isEqualTo("b");
        assertThat(contents.bundle().rootPath()).isEmpty();
        assertThat(read.temporaryFolder().orElseThrow()).isDirectory();
        read.close();
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void an_archive_of_a_bundles_folder() throws IOException {
        given(
                "my/manifest.json",
                MANIFEST,
                "my/payloads/",
                "",
                "my/config/default.json",
                "{\"a\":1}",
                "__MACOSX/._my",
                "x",
                ".DS_Store",
                "x");

        whenUnzipped();

        assertThat(thenRead().configuration().toString()).isEqualTo("{\"a\":1}");
    }

    @Test
    void names_may_begin_with_a_dot_and_have_backslashes() throws IOException {
        given("./", "", "./manifest.json", MANIFEST, "payloads\\a\\b", "x");

        whenUnzipped();

        assertThat(thenRead().payloads().getFirst().path()).isEqualTo("a/b");
    }

    @Test
    void the_same_files_have_the_fingerprint_of_their_folder() throws IOException {
        given("x/payloads/b/two", "2", "x/manifest.json", MANIFEST);
        whenUnzipped();
        var fromZip = thenRead().bundle().fingerprint();

        file("bundle/manifest.json", MANIFEST);
        file("bundle/payloads/b/two", "2");
        whenRead(BundleSource.folder(folder.resolve("bundle"))).close();

        assertThat(thenRead().bundle().fingerprint()).isEqualTo(fromZip);
    }

    @Test
    void programs_stay_programs() throws IOException {
        given("manifest.json", MANIFEST, "payloads/run.sh", "true", "payloads/text", "x");
        givenMode("payloads/run.sh", PROGRAM);

        whenUnzipped();

        assertThat(thenRead().payloads().stream().map(PayloadFile::executable))
                .containsExactly(true, false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "payloads/../../evil",
                "/etc/evil",
                "C:/evil",
                "..\\evil",
                "\\evil",
                "payloads/a\0b",
                "payloads/.."
            })
    void a_member_that_leads_outside_is_refused(String name) throws IOException {
        given("manifest.json", MANIFEST, "payloads/a", "x", name, "evil");

        whenUnzipped();

        assertThat(codes()).containsExactly("bundle.unsafe_path");
        assertThat(folder.resolveSibling("evil")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(ints = {LINK, PIPE})
    void links_and_devices_are_refused(int mode) throws IOException {
        given("manifest.json", MANIFEST, "payloads/link", "/etc/passwd");
        givenMode("payloads/link", mode);

        whenUnzipped();

        thenRefused("bundle.unsafe_path", "/bundle/payloads/link");
    }

    @Test
    void every_unsafe_member_is_named_up_to_a_hundred() throws IOException {
        var members = new String[400];
        for (int i = 0; i < members.length; i += 2) {
            members[i] = "../" + i;
            members[i + 1] = "x";
        }
        given(members);

        whenUnzipped();

        assertThat(codes()).hasSize(100).containsOnly("bundle.unsafe_path");
    }

    @Test
    void one_path_twice_is_refused() throws IOException {
        given("manifest.json", MANIFEST, "payloads/a", "1", "payloads/./a", "2");

        whenUnzipped();

        thenRefused("bundle.zip_invalid", "/bundle");
    }

    @Test
    void a_file_with_members_is_refused() throws IOException {
        given("manifest.json", MANIFEST, "payloads/a", "1", "payloads/a/b", "2");

        whenUnzipped();

        thenRefused("bundle.zip_invalid", "/bundle");
    }

    @Test
    void encrypted_members_are_refused() throws IOException {
        given("manifest.json", MANIFEST, "payloads/a", "1");
        entry("payloads/a").putShort(8, (short) 1);

        whenUnzipped();

        assertThat(thenRefused("bundle.zip_invalid", "/bundle").message())
                .contains("an encrypted one: payloads/a");
    }

    @Test
    void too_many_members_are_refused() throws IOException {
        given("manifest.json", MANIFEST, "payloads/a", "1", "payloads/b", "1");

        whenUnzipped(new BundleLimits(2, 1_000, 100, 100));

        assertThat(thenRefused("bundle.too_many_files", "/bundle").message())
                .isEqualTo("Expected at most 2 members, but found more");
    }

    @Test
    void members_beyond_what_old_archives_can_count_are_counted() throws IOException {
        var members = new String[140_000];
        for (int i = 0; i < members.length; i += 2) {
            members[i] = "payloads/" + i;
            members[i + 1] = "";
        }
        given(members);

        whenUnzipped();

        thenRefused("bundle.too_many_files", "/bundle");
    }

    @Test
    void too_many_bytes_are_refused_while_they_are_inflated() throws IOException {
        given("manifest.json", MANIFEST, "payloads/a", "x".repeat(2_000));

        whenUnzipped(new BundleLimits(10, 1_000, 100_000, 100));

        thenRefused("bundle.too_large", "/bundle");
    }

    @Test
    void what_an_archive_says_of_its_sizes_is_not_believed() throws IOException {
        given("manifest.json", MANIFEST, "payloads/a", "x".repeat(2_000));
        entry("payloads/a").putInt(24, 1);

        whenUnzipped(new BundleLimits(10, 1_000, 100_000, 100));

        assertThat(codes()).hasSize(1);
        assertThat(codes().getFirst()).isIn("bundle.too_large", "bundle.zip_invalid");
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void a_bomb_is_refused_by_its_ratio() throws IOException {
        given("manifest.json", MANIFEST, "payloads/a", "\0".repeat(8 << 20));

        whenUnzipped();

        assertThat(thenRefused("bundle.too_large", "/bundle").message())
                .isEqualTo("Expected at most 200 bytes out of one, but found more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PK", "this is no zip file, but it is longer than twenty-two"})
    void something_else_is_no_archive(String text) throws IOException {
        zip = text.getBytes(StandardCharsets.UTF_8);

        whenUnzipped();

        thenRefused("bundle.zip_invalid", "/bundle");
    }

    @Test
    void no_archive_is_no_archive() throws IOException {
        whenRead(BundleSource.zip(folder.resolve("gone.zip")));
        thenRefused("bundle.not_found", "/bundle");

        whenRead(BundleSource.zip(folder));
        thenRefused("bundle.zip_invalid", "/bundle");
    }

    @Test
    void an_archive_without_a_bundle_is_refused() throws IOException {
        given("a/manifest.json", MANIFEST, "b/manifest.json", MANIFEST);
        whenUnzipped();
        thenRefused("bundle.root_not_found", "/bundle");

        given("a/b/manifest.json", MANIFEST, "a/b/payloads/", "");
        whenUnzipped();
        thenRefused("bundle.root_not_found", "/bundle");

        given("manifest.json/", "", "payloads/", "");
        whenUnzipped();
        thenRefused("bundle.root_not_found", "/bundle");
    }

    @Test
    void an_archive_without_payloads_is_refused() throws IOException {
        given("manifest.json", MANIFEST);

        whenUnzipped();

        thenRefused("bundle.payloads_missing", "/bundle/payloads");
    }

    @Test
    void a_damaged_archive_is_refused_whatever_the_damage() throws IOException {
        given("manifest.json", MANIFEST, "payloads/a", "some text ".repeat(50));
        var sound = zip.clone();
        // Fixed, so that a failure can be seen again.
        var random = new Random(20_300_131);
        for (int i = 0; i < 500; i++) {
            zip = sound.clone();
            for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
                zip[random.nextInt(zip.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(4) == 0) {
                zip = Arrays.copyOf(zip, random.nextInt(zip.length));
            }

            try (var read = whenUnzipped()) {
                assertThat(read.contents().isPresent() || !read.issues().isEmpty()).isTrue();
            }
            assertThat(scratch).isEmptyDirectory();
        }
    }
}
