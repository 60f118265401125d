package mirrorneuron.runtime.bundle;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import mirrorneuron.engine.manifest.RelativePath;

/**
 * Inflates an archive into a folder, member by member, and trusts nothing that the archive says of
 * itself: names are checked before anything is written, sizes are counted while writing.
 *
 * @see "manifest contract, section 7.3"
 */
final class ZipExtraction {

    static final String MANIFEST = "manifest.json";

    private static final int BUFFER_BYTES = 64 << 10;
    // Small archives of repetitive files have wild ratios and harm nobody.
    private static final long RATIO_FROM_BYTES = 1L << 20;

    private final Path file;
    private final Path target;
    private final String marker;
    private final BundleLimits limits;
    private final boolean plainNames;
    private final BundleIssues issues;
    private final Map<String, ZipDirectory.Member> members = new HashMap<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long inflatedBytes;

    /**
     * @param marker the file that the folder has to hold
     * @param plainNames whether backslashes in names are refused rather than read as slashes
     */
    ZipExtraction(
            Path file,
            Path target,
            String marker,
            BundleLimits limits,
            boolean plainNames,
            BundleIssues issues) {
        this.marker = marker;
        this.plainNames = plainNames;
        this.file = file;
        this.target = target;
        this.limits = limits;
        this.issues = issues;
    }

    /** Thrown where an archive turns out to be too large while it is inflated. */
    private static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLargeException(String message) {
            super(message);
        }
    }

    /**
     * Inflates the archive.
     *
     * @return the folder that holds the marker; empty when the archive is refused, which is
     *     reported
     * @throws IOException when this machine cannot write the files; the target may hold a part
     */
    Optional<Path> run() throws IOException {
        try {
            list();
            if (issues.failed()) {
                return Optional.empty();
            }
            var root = root();
            if (root.isEmpty()) {
                issues.error(
                        "bundle.root_not_found",
                        "",
                        "Expected "
                                + marker
                                + " at the top of the archive or in its only folder, but found none",
                        "Zip the bundle's folder, or its contents.");
                return Optional.empty();
            }
            extract();
            return issues.failed() ? Optional.empty() : Optional.of(target.resolve(root.get()));
        } catch (TooLargeException tooLarge) {
            issues.error(
                    "bundle.too_large",
                    "",
                    String.valueOf(tooLarge.getMessage()),
                    "Keep large data outside the bundle.");
        } catch (ZipException | EOFException | IllegalArgumentException damaged) {
            invalid("Expected a zip file, but found a damaged one: " + damaged.getMessage());
        }
        return Optional.empty();
    }

    private void invalid(String message) {
        issues.error("bundle.zip_invalid", "", message, "Make the archive again.");
    }

    /** Checks every name before anything is written. */
    private void list() throws IOException {
        var listing = ZipDirectory.read(file, limits.entriesMax());
        if (!listing.complete()) {
            issues.error(
                    "bundle.too_many_files",
                    "",
                    "Expected at most " + limits.entriesMax() + " members, but found more",
                    "Pack many small files into one.");
            return;
        }
        for (var member : listing.members()) {
            check(member);
        }
        checkNesting();
    }

    private void check(ZipDirectory.Member member) {
        var name = member.name();
        // A folder entry for the archive's own top, as some tools write it.
        if (name.equals("./")) {
            return;
        }
        var path = RelativePath.normalise(name);
        if (path.isEmpty()) {
            issues.unsafePath(name, "a path that leads outside");
        } else if (plainNames && name.indexOf('\\') >= 0) {
            // It would be one name on this machine and a path on another.
            issues.unsafePath(name, "a backslash");
        } else if (member.isSpecial()) {
            issues.unsafePath(name, "a link or device");
        } else if (member.encrypted()) {
            invalid("Expected readable members, but found an encrypted one: " + name);
        } else if (members.put(path.get(), member) != null) {
            invalid("Expected every member once, but found " + path.get() + " again");
        }
    }

    /** No member may be a file and a folder at once. */
    private void checkNesting() {
        var reported = new HashSet<String>();
        for (var path : members.keySet()) {
            for (int at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
                var above = path.substring(0, at);
                var member = members.get(above);
                if (member != null && !member.isFolder() && reported.add(above)) {
                    invalid("Expected a folder, but found a file with members: " + above);
                }
            }
        }
    }

    /** The marker's folder in the archive: its top, or the only folder there. */
    private Optional<String> root() {
        if (isFile(marker)) {
            return Optional.of("");
        }
        Set<String> tops = new HashSet<>();
        for (var path : members.keySet()) {
            if (!isLitter(path)) {
                int slash = path.indexOf('/');
                tops.add(slash < 0 ? path : path.substring(0, slash));
            }
        }
        return tops.size() == 1
                ? Optional.of(tops.iterator().next()).filter(top -> isFile(top + "/" + marker))
                : Optional.empty();
    }

    private boolean isFile(String path) {
        var member = members.get(path);
        return member != null && !member.isFolder();
    }

    /** What macOS adds to archives beside the folder that was zipped. */
    private static boolean isLitter(String path) {
        return path.equals(".DS_Store") || path.equals("__MACOSX") || path.startsWith("__MACOSX/");
    }

    private void extract() throws IOException {
        try (var zip = new ZipFile(file.toFile())) {
            // Two readers of one file can disagree about crafted archives; then neither is trusted.
            if (zip.size() != listedEntries(zip)) {
                throw new ZipException("its directory can be read in two ways");
            }
            var entries = zip.entries();
            while (entries.hasMoreElements()) {
                var entry = entries.nextElement();
                var path = RelativePath.normalise(entry.getName());
                if (path.isPresent() && !isLitter(path.get())) {
                    write(zip, entry, path.get());
                }
            }
        }
    }

    private int listedEntries(ZipFile zip) {
        int listed = 0;
        var entries = zip.entries();
        while (entries.hasMoreElements()) {
            var entry = entries.nextElement();
            var member = RelativePath.normalise(entry.getName()).map(members::get).orElse(null);
            boolean same = member != null && member.name().equals(entry.getName());
            if (same || entry.getName().equals("./")) {
                listed++;
            }
        }
        return listed;
    }

    private void write(ZipFile zip, ZipEntry entry, String path) throws IOException {
        try {
            var member = members.get(path);
            if (member == null || member.isFolder()) {
                Files.createDirectories(target.resolve(path));
                return;
            }
            int slash = path.lastIndexOf('/');
            Files.createDirectories(slash < 0 ? target : target.resolve(path.substring(0, slash)));
            var place = target.resolve(path);
            try (var content = zip.getInputStream(entry);
                    var out = Files.newOutputStream(place, StandardOpenOption.CREATE_NEW)) {
                copy(content, out, Math.max(1, entry.getCompressedSize()));
            }
            if (member.isExecutable()) {
                makeExecutable(place);
            }
        } catch (InvalidPathException notHere) {
            issues.unsafePath(path, "a name that this machine cannot store");
        } catch (FileAlreadyExistsException twice) {
            invalid("Expected names that differ on this machine, but found " + path + " again");
        }
    }

    private void copy(InputStream content, OutputStream out, long compressedBytes)
            throws IOException {
        long memberBytes = 0;
        for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
            memberBytes += read;
            inflatedBytes += read;
            if (inflatedBytes > limits.contentBytesMax()) {
                throw new TooLargeException(
                        "Expected at most "
                                + limits.contentBytesMax()
                                + " bytes of files, but found more");
            }
            if (memberBytes > RATIO_FROM_BYTES
                    && memberBytes / compressedBytes >= limits.inflationRatioMax()) {
                throw new TooLargeException(
                        "Expected at most "
                                + limits.inflationRatioMax()
                                + " bytes out of one, but found more");
            }
            out.write(buffer, 0, read);
        }
    }

    private static void makeExecutable(Path file) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Set<PosixFilePermission> permissions = PosixFilePermissions.fromString("rwxr-xr-x");
            Files.setPosixFilePermissions(file, permissions);
        }
    }
}
