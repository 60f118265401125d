package mirrorneuron.runtime.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.manifest.RelativePath;
import mirrorneuron.store.BlobName;

/** What was read of each file before it went into an archive, and whether it came out the same. */
final class Checksums {

    private static final String ALGORITHM = "sha256";

    /** The member of the description that lists the bundle. */
    private static final String BUNDLE_FILES = "bundle.files";

    private static final int BUFFER_BYTES = 64 << 10;

    /** Smaller files are never refused for how well they were deflated. */
    private static final long PROBED_FROM_BYTES = 1L << 20;

    /** Half of what an archive may be inflated by, so that ours are never taken for bombs. */
    private static final int RATIO_MAX = Sections.LIMITS.inflationRatioMax() / 2;

    private Checksums() {}

    /**
     * One file.
     *
     * @param deflate whether it goes in deflated; what would shrink suspiciously well goes in as it
     *     is
     */
    record Sum(long size, long crc, String sha256, boolean deflate) {}

    static Sum of(Path file) throws IOException {
        var sha256 = BlobName.digest();
        var crc = new CRC32();
        long size = 0;
        var deflater = new Deflater();
        try (var content = Files.newInputStream(file)) {
            boolean probed = Files.size(file) > PROBED_FROM_BYTES;
            long deflated = 0;
            var buffer = new byte[BUFFER_BYTES];
            var out = new byte[BUFFER_BYTES];
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                sha256.update(buffer, 0, read);
                crc.update(buffer, 0, read);
                size += read;
                if (probed) {
                    deflater.setInput(buffer, 0, read);
                    while (!deflater.needsInput()) {
                        deflated += deflater.deflate(out);
                    }
                }
            }
            boolean deflate = !probed || deflated > 0 && size / deflated < RATIO_MAX;
            return new Sum(size, crc.getValue(), BlobName.of(sha256), deflate);
        } finally {
            deflater.end();
        }
    }

    /** The document that lists them. */
    static byte[] document(SortedMap<String, Sum> sums) {
        var files = JsonObject.builder();
        sums.forEach((path, sum) -> files.put(path, sum.sha256()));
        return Json.bytes(
                JsonObject.builder()
                        .put("algorithm", ALGORITHM)
                        .put("files", files.build())
                        .build());
    }

    /**
     * Checks every file of a backup against its list: none may have changed, be missing, or be
     * there without being listed. Archives of the first schema may come without a list.
     */
    static void verify(BackupFolder backup) throws IOException {
        if (!backup.has(Sections.CHECKSUMS)) {
            if (backup.schema().equals(Sections.V1)) {
                return;
            }
            throw Refusals.invalid(
                    "Expected " + Sections.CHECKSUMS + " in the backup, but found none");
        }
        var document = backup.object(Sections.CHECKSUMS);
        var listed = document.has("files") ? document.object("files") : document;
        var left = new TreeSet<>(listed.names());
        left.remove(Sections.CHECKSUMS);
        for (var file : Trees.files(backup.at("")).entrySet()) {
            var path = file.getKey();
            if (path.equals(Sections.CHECKSUMS)) {
                continue;
            }
            left.remove(path);
            var expected = listed.string(path).map(Checksums::plain);
            if (expected.isEmpty()) {
                // Early archives did not list the file that describes them.
                if (path.equals(Sections.DESCRIPTION) && !backup.schema().equals(Sections.V3)) {
                    continue;
                }
                throw Refusals.invalid(
                        "Expected only files that "
                                + Sections.CHECKSUMS
                                + " lists in the backup, but found "
                                + path);
            }
            requireSum(path, expected.get(), file.getValue());
        }
        requireNone(left, Sections.CHECKSUMS);
    }

    /**
     * Checks the bundle of a backup that came as a document, which lists its files in its
     * description. Documents of earlier schemas may list some or none.
     */
    static void verifyBundle(BackupFolder backup) throws IOException {
        var listed = new TreeMap<String, String>();
        for (var file : backup.description().object("bundle").array("files").objects()) {
            var sum = file.string("sha256").map(Checksums::plain);
            var path = file.string("path").flatMap(RelativePath::normalise);
            if (sum.isPresent() && path.isPresent()) {
                listed.put(path.get(), sum.get());
            }
        }
        var left = new TreeSet<>(listed.keySet());
        for (var file : Trees.files(backup.at(Sections.BUNDLE)).entrySet()) {
            var path = file.getKey();
            var expected = listed.get(path);
            if (left.remove(path) && expected != null) {
                requireSum(Sections.BUNDLE + "/" + path, expected, file.getValue());
            } else if (backup.schema().equals(Sections.V3)) {
                throw Refusals.invalid(
                        "Expected only files that "
                                + BUNDLE_FILES
                                + " lists in the bundle of the backup, but found "
                                + path);
            }
        }
        requireNone(left, BUNDLE_FILES);
    }

    private static void requireSum(String path, String expected, Path file) throws IOException {
        var found = sha256(file);
        if (!found.equals(expected)) {
            throw Refusals.invalid(
                    "Expected "
                            + path
                            + " of the backup to have SHA-256 "
                            + expected
                            + ", but it has "
                            + found);
        }
    }

    private static void requireNone(SortedSet<String> missing, String list) {
        if (!missing.isEmpty()) {
            throw Refusals.invalid(
                    "Expected "
                            + missing.first()
                            + " in the backup, as "
                            + list
                            + " lists it, but found none");
        }
    }

    private static String plain(String sum) {
        return sum.startsWith(ALGORITHM + ":") ? sum.substring(ALGORITHM.length() + 1) : sum;
    }

    private static String sha256(Path file) throws IOException {
        var digest = BlobName.digest();
        try (var content = Files.newInputStream(file)) {
            var buffer = new byte[BUFFER_BYTES];
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return BlobName.of(digest);
    }
}
