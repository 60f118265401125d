package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Archives that were tampered with, given to the command: one clear sentence, the documented exit
 * code, and a home that is as it was.
 */
@Tag("slow")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackupRefusalTest {

    private static final String SNAPSHOT = "runtime/snapshot.json";

    @TempDir Path folder;

    private Path good;

    /** One paused job, and its backup. */
    @BeforeEach
    void an_archive() throws Exception {
        var manifest = folder.resolve("manifest.json");
        Files.writeString(
                manifest,
                """
                {"manifest_version":"1.0","graph_id":"door","entrypoints":["door"],
                 "initial_inputs":{"door":[]},
                 "nodes":[{"node_id":"door","agent_type":"sensor",
                   "config":{"complete_after":2,"complete_run":true}}],"edges":[]}
                """);
        var job = data("job", "submit", manifest.toString(), "--json").string("job_id");
        data("job", "pause", job.orElseThrow(), "--json");
        var backup =
                data(
                        "job",
                        "backup",
                        job.orElseThrow(),
                        "--output",
                        folder.resolve("archives").toString(),
                        "--output-format",
                        "json");
        good = Path.of(backup.string("archive").orElseThrow());
    }

    private Path home() {
        return folder.resolve("home");
    }

    private JsonObject document(String... arguments) throws Exception {
        var run = Product.run(home(), arguments);
        assertThat(run.exit()).as(run.toString()).isZero();
        return (JsonObject) Json.parse(run.out());
    }

    private JsonObject data(String... arguments) throws Exception {
        return document(arguments).object("data");
    }

    @Test
    void a_name_that_leads_outside_is_refused() throws Exception {
        for (var name : new String[] {"../escaped", "run_store/../../escaped", "/escaped"}) {
            var entries = entries();
            entries.put(name, "out".getBytes(UTF_8));
            assertRefused(zip(entries), "escaped");
        }
        try (var files = Files.walk(folder)) {
            assertThat(files).noneMatch(path -> path.endsWith("escaped"));
        }
        assertThat(Path.of("/escaped")).doesNotExist();
    }

    @Test
    void a_changed_byte_is_refused() throws Exception {
        var entries = entries();
        var snapshot = entries.getOrDefault(SNAPSHOT, new byte[0]).clone();
        assertThat(snapshot).isNotEmpty();
        snapshot[snapshot.length / 2] ^= 1;
        entries.put(SNAPSHOT, snapshot);
        assertRefused(zip(entries), SNAPSHOT + " of the backup to have SHA-256");

        // Not packed again, so that the archive itself is damaged.
        var bytes = Files.readAllBytes(good);
        bytes[bytes.length / 2] ^= 0x55;
        assertRefused(file(bytes), "backup");
    }

    @Test
    void a_file_too_few_or_too_many_is_refused() throws Exception {
        var fewer = entries();
        fewer.remove(SNAPSHOT);
        assertRefused(zip(fewer), SNAPSHOT);

        var more = entries();
        more.put("bundle/payloads/more.sh", "exit 0\n".getBytes(UTF_8));
        assertRefused(zip(more), "bundle/payloads/more.sh");
    }

    @Test
    void an_archive_that_is_cut_short_or_none_is_refused() throws Exception {
        var bytes = Files.readAllBytes(good);
        assertRefused(file(Arrays.copyOf(bytes, bytes.length / 2)), "");
        assertRefused(file(Arrays.copyOf(bytes, bytes.length - 1)), "");
        assertRefused(file(new byte[0]), "");
        var nowhere = folder.resolve("nowhere.zip");
        assertRefused(nowhere, "MN_NOT_FOUND", nowhere.toString());

        // The one that it was made of is good.
        assertThat(data("job", "restore", "--input", good.toString(), "--json").string("status"))
                .contains("paused");
    }

    private void assertRefused(Path archive, String says) throws Exception {
        assertRefused(archive, "MN_VALIDATION_FAILED", says);
    }

    private void assertRefused(Path archive, String code, String says) throws Exception {
        var jobs = document("job", "list", "--json").at("data");
        var files = files();
        var restored = Product.run(home(), "job", "restore", "--input", archive.toString());
        BadInputTest.assertRefused(restored, 2, code, says);
        var lines = restored.err().lines().toList();
        assertThat(lines.getFirst()).as(restored.toString()).startsWith("× Error: ");
        assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("! Hint: "));
        assertThat(restored.out()).isEmpty();
        assertThat(document("job", "list", "--json").at("data")).isEqualTo(jobs);
        assertThat(files()).isEqualTo(files);
    }

    /** A hash of every file of the home, without what a command writes that only looks. */
    private Map<String, Integer> files() throws IOException {
        var found = new TreeMap<String, Integer>();
        try (var files = Files.walk(home())) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var name = home().relativize(file).toString();
                if (!name.startsWith("logs/") && !name.startsWith("state")) {
                    found.put(name, Arrays.hashCode(Files.readAllBytes(file)));
                }
            }
        }
        return found;
    }

    // Archives

    private Map<String, byte[]> entries() throws IOException {
        var entries = new LinkedHashMap<String, byte[]>();
        try (var zip = new ZipFile(good.toFile())) {
            for (var entry : zip.stream().toList()) {
                try (var content = zip.getInputStream(entry)) {
                    entries.put(entry.getName(), content.readAllBytes());
                }
            }
        }
        return entries;
    }

    private Path zip(Map<String, byte[]> entries) throws IOException {
        var file = Files.createTempFile(folder, "hostile-", ".zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (var entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
        return file;
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(folder, "hostile-", ".zip"), bytes);
    }
}
