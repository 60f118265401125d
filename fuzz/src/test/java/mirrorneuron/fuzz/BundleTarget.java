package mirrorneuron.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Issue;
import mirrorneuron.api.Severity;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.bundle.BundleLimits;
import mirrorneuron.runtime.bundle.BundleReader;

/** Archives of bundles: read, or refused, and nothing is left behind or written elsewhere. */
final class BundleTarget implements Target {

    private static final String MANIFEST =
            """
            {"manifest_version":"1.0","graph_id":"g","entrypoints":["a"],
             "nodes":[{"node_id":"a","agent_type":"router"}]}""";
    private static final BundleLimits LIMITS = new BundleLimits(100, 8 << 20, 200, 1 << 16);

    private final Path file;
    private final Path scratch;
    private final BundleReader reader;

    BundleTarget(Path folder) throws IOException {
        file = folder.resolve("bundle.zip");
        scratch = Files.createDirectory(folder.resolve("scratch"));
        reader = new BundleReader(scratch, LIMITS);
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                zip(ZipOutputStream.STORED, "manifest.json", MANIFEST),
                zip(ZipOutputStream.DEFLATED, "manifest.json", MANIFEST, "payloads/x.sh", "echo"),
                zip(
                        ZipOutputStream.DEFLATED,
                        "./",
                        "",
                        "bundle/manifest.json",
                        MANIFEST,
                        "bundle/payloads/",
                        "",
                        "__MACOSX/x",
                        "x",
                        "bundle/config.json",
                        "{}"),
                zip(ZipOutputStream.DEFLATED, "manifest.json", MANIFEST, "../../x", "x"),
                zip(ZipOutputStream.DEFLATED, "manifest.json", MANIFEST, "a", "x", "a/b", "y"),
                zip(ZipOutputStream.DEFLATED, "manifest.json", " ".repeat(3 << 20)),
                zip64());
    }

    @Override
    public List<String> words() {
        return List.of(
                "PK\u0001\u0002",
                "PK\u0003\u0004",
                "PK\u0005\u0006",
                "PK\u0006\u0006",
                "../",
                "payloads/",
                "manifest.json",
                "\\",
                "/",
                "__MACOSX/",
                ".DS_Store",
                "\0",
                "//",
                "C:");
    }

    private static byte[] zip(int method, String... namesAndTexts) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(bytes)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                var text = namesAndTexts[i + 1].getBytes(UTF_8);
                var entry = new ZipEntry(namesAndTexts[i]);
                entry.setMethod(method);
                if (method == ZipOutputStream.STORED) {
                    var crc = new CRC32();
                    crc.update(text);
                    entry.setCrc(crc.getValue());
                    entry.setSize(text.length);
                }
                out.putNextEntry(entry);
                out.write(text);
                out.closeEntry();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** The end of an archive that says that another end, which is not there, says more. */
    private static byte[] zip64() {
        var zip = zip(ZipOutputStream.STORED, "manifest.json", MANIFEST);
        for (int i = 0; i < 4; i++) {
            zip[zip.length - 6 + i] = (byte) 0xff;
        }
        return zip;
    }

    @Override
    public String read(byte[] input) throws IOException {
        Files.write(file, input);
        String outcome;
        try (var read = reader.read(BundleSource.zip(file), ManifestLimits.DEFAULT)) {
            outcome =
                    read.contents().isPresent()
                            ? "read, " + Math.min(3, read.contents().get().payloads().size())
                            : "refused "
                                    + read.issues().stream()
                                            .filter(issue -> issue.severity() == Severity.ERROR)
                                            .map(Issue::code)
                                            .findFirst()
                                            .orElseThrow();
        }
        try (var left = Files.list(scratch)) {
            if (left.findAny().isPresent()) {
                throw new AssertionError("files were left behind");
            }
        }
        return outcome;
    }
}
