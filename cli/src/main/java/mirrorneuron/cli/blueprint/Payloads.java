package mirrorneuron.cli.blueprint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipFile;
import mirrorneuron.api.BundleSource;

/**
 * How much a bundle brings beside its manifest.
 *
 * @param bytes of all files, unpacked
 */
record Payloads(long files, long bytes) {

    private static final String FOLDER = "payloads";

    /**
     * @throws UncheckedIOException when the files cannot be read
     */
    static Payloads of(BundleSource source) {
        try {
            return switch (source) {
                case BundleSource.Folder(var root) -> below(root.resolve(FOLDER));
                case BundleSource.Zip(var file) -> within(file);
                case BundleSource.Inline(_, var payloads) ->
                        new Payloads(
                                payloads.size(),
                                payloads.values().stream().mapToLong(bytes -> bytes.length).sum());
                case BundleSource.Loaded(var bundle) ->
                        bundle.payloadsPath().isPresent()
                                ? below(bundle.payloadsPath().get())
                                : new Payloads(0, 0);
            };
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Payloads below(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return new Payloads(0, 0);
        }
        try (var walked = Files.walk(folder)) {
            long files = 0;
            long bytes = 0;
            for (var file : walked.filter(Files::isRegularFile).toList()) {
                files++;
                bytes += Files.size(file);
            }
            return new Payloads(files, bytes);
        }
    }

    private static Payloads within(Path archive) throws IOException {
        try (var zip = new ZipFile(archive.toFile())) {
            var entries =
                    zip.stream()
                            .filter(entry -> !entry.isDirectory())
                            .filter(entry -> ("/" + entry.getName()).contains("/" + FOLDER + "/"))
                            .toList();
            return new Payloads(
                    entries.size(), entries.stream().mapToLong(entry -> entry.getSize()).sum());
        }
    }

    /** {@code 3 files, 12.4 KB}. */
    String text() {
        return files + (files == 1 ? " file, " : " files, ") + size();
    }

    private String size() {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f KB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
