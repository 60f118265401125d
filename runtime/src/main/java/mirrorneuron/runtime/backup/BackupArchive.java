package mirrorneuron.runtime.backup;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.runtime.bundle.Archives;

/** Backups as zip files. What is read is trusted in nothing. */
final class BackupArchive {

    private final Scratch scratch;

    BackupArchive(Scratch scratch) {
        this.scratch = scratch;
    }

    /** Writes a backup beside its place and moves it there, so that nobody sees half of it. */
    void write(BackupFolder backup, Path file) {
        if (Files.exists(file)) {
            throw occupied(file);
        }
        var draft =
                file.toAbsolutePath()
                        .resolveSibling("." + file.getFileName() + "-" + UUID.randomUUID());
        try {
            var sums = sums(backup);
            try (var out =
                    new ZipOutputStream(
                            new BufferedOutputStream(Files.newOutputStream(ours(draft))))) {
                // What it is comes first, so that a look at the beginning of the file tells.
                add(out, backup, Sections.DESCRIPTION, sums);
                for (var path : sums.keySet()) {
                    if (!path.equals(Sections.DESCRIPTION)) {
                        add(out, backup, path, sums);
                    }
                }
                var list = Checksums.document(sums);
                try (var content = new ByteArrayInputStream(list)) {
                    var sum = new Checksums.Sum(list.length, crc(list), "", true);
                    add(out, Sections.CHECKSUMS, sum, content);
                }
            }
            Trees.force(draft);
            Files.move(draft, file);
        } catch (FileAlreadyExistsException raced) {
            throw occupied(file);
        } catch (IOException failure) {
            throw Refusals.unavailable("write the archive " + Refusals.name(file), failure);
        } finally {
            Scratch.drop(draft);
        }
    }

    /** A new file that nobody else may read: an archive holds whatever its job held. */
    private static Path ours(Path file) throws IOException {
        return Files.getFileStore(file.getParent()).supportsFileAttributeView("posix")
                ? Files.createFile(
                        file,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))
                : Files.createFile(file);
    }

    private static InvalidRequestException occupied(Path file) {
        return new InvalidRequestException(
                "Expected to write the archive "
                        + Refusals.name(file)
                        + ", but a file of that name is there");
    }

    private static SortedMap<String, Checksums.Sum> sums(BackupFolder backup) throws IOException {
        var limits = Sections.LIMITS;
        var sums = new TreeMap<String, Checksums.Sum>();
        long bytes = 0;
        for (var file : Trees.files(backup.at("")).entrySet()) {
            if (!file.getKey().equals(Sections.CHECKSUMS)) {
                var sum = Checksums.of(file.getValue());
                bytes += sum.size();
                sums.put(file.getKey(), sum);
            }
        }
        if (sums.size() >= limits.entriesMax() || bytes > limits.contentBytesMax()) {
            throw Refusals.invalid(
                    "Expected a backup of less than "
                            + limits.entriesMax()
                            + " files and at most "
                            + limits.contentBytesMax()
                            + " bytes, but it has "
                            + sums.size()
                            + " with "
                            + bytes
                            + " bytes: remove what is not needed from the run's folder or the job's"
                            + " data folder");
        }
        return sums;
    }

    private static void add(
            ZipOutputStream out,
            BackupFolder backup,
            String path,
            SortedMap<String, Checksums.Sum> sums)
            throws IOException {
        var sum = sums.get(path);
        if (sum == null) {
            throw new IOException(path + " is missing from the backup");
        }
        try (var content = Files.newInputStream(backup.at(path))) {
            add(out, path, sum, content);
        }
    }

    private static void add(
            ZipOutputStream out, String path, Checksums.Sum sum, InputStream content)
            throws IOException {
        var entry = new ZipEntry(path);
        entry.setTime(0);
        if (!sum.deflate()) {
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(sum.size());
            entry.setCrc(sum.crc());
        }
        out.putNextEntry(entry);
        content.transferTo(out);
        out.closeEntry();
    }

    private static long crc(byte[] bytes) {
        var crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    /** Reads an archive into a folder of its own. */
    BackupFolder read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw Refusals.invalid(
                    "Expected a backup archive, but found none at " + Refusals.name(file));
        }
        return laidOut(
                owned -> {
                    var extracted =
                            Archives.extract(file, owned, Sections.DESCRIPTION, Sections.LIMITS);
                    if (extracted.folder().isEmpty()) {
                        throw Refusals.invalid(extracted.issues().getFirst().message());
                    }
                    var root = extracted.folder().get();
                    var description =
                            BackupFolder.json(
                                    root.resolve(Sections.DESCRIPTION), Sections.DESCRIPTION);
                    if (!(description instanceof JsonObject object)) {
                        throw Refusals.invalid(
                                "Expected a JSON object in "
                                        + Sections.DESCRIPTION
                                        + " of the backup, but found another value");
                    }
                    var backup = new BackupFolder(root, owned, object);
                    requireKnown(backup);
                    Checksums.verify(backup);
                    return backup;
                });
    }

    /** A backup that came as a document. */
    BackupFolder read(JsonObject document, Map<String, byte[]> bundleFiles) {
        if (bundleFiles.size() > Sections.LIMITS.entriesMax()) {
            throw Refusals.invalid(
                    "Expected at most "
                            + Sections.LIMITS.entriesMax()
                            + " bundle files, but found "
                            + bundleFiles.size());
        }
        return laidOut(
                root -> {
                    var backup = BackupDocument.layOut(root, document, bundleFiles);
                    backup.write(Sections.DESCRIPTION, Json.bytes(backup.description()));
                    requireKnown(backup);
                    Checksums.verifyBundle(backup);
                    return backup;
                });
    }

    private interface LayingOut {
        BackupFolder in(Path folder) throws IOException;
    }

    private BackupFolder laidOut(LayingOut laying) {
        Path folder = null;
        BackupFolder backup = null;
        try {
            folder = scratch.fresh();
            backup = laying.in(folder);
            requireSections(backup);
            markExecutables(backup);
            return backup;
        } catch (IOException failure) {
            backup = null;
            throw Refusals.unavailable("lay the backup out", failure);
        } catch (RuntimeException refused) {
            backup = null;
            throw refused;
        } finally {
            if (backup == null && folder != null) {
                Scratch.drop(folder);
            }
        }
    }

    private static void requireKnown(BackupFolder backup) {
        switch (backup.schema()) {
            case Sections.V1, Sections.V2, Sections.V3 -> {}
            default ->
                    throw Refusals.invalid(
                            "backup schema: "
                                    + backup.description().at("schema_version")
                                    + " (expected: \""
                                    + Sections.V1
                                    + "\", \""
                                    + Sections.V2
                                    + "\" or \""
                                    + Sections.V3
                                    + "\")");
        }
    }

    private static void requireSections(BackupFolder backup) {
        var required =
                backup.schema().equals(Sections.V3)
                        ? Sections.REQUIRED
                        : List.of(Sections.MANIFEST);
        for (var section : required) {
            if (!Files.isRegularFile(backup.at(section))) {
                throw Refusals.invalid("Expected " + section + " in the backup, but found none");
            }
        }
    }

    /** A zip file of ours does not say which files may be run; the description does. */
    private static void markExecutables(BackupFolder backup) throws IOException {
        for (var element : backup.description().object("bundle").array("files")) {
            if (element instanceof JsonObject file && file.at("executable").equals(JsonBool.TRUE)) {
                var path = file.string("path").orElse("");
                var known = Trees.files(backup.at(Sections.BUNDLE)).get(path);
                if (known != null && !known.toFile().setExecutable(true)) {
                    throw new IOException(path + " cannot be made executable");
                }
            }
        }
    }
}
