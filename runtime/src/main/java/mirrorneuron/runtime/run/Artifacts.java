package mirrorneuron.runtime.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/**
 * The files of a run by stable ids. Only regular files inside the folder, and links to those; names
 * that begin with a dot are nobody's business, and names with a backslash fit into no URL. A link
 * to a folder is not followed: what lies there is listed where the folder is.
 *
 * @see "REST contract, section 6.2"
 */
final class Artifacts {

    /** A run with more files than that lists the first of them. */
    private static final int FILES_MAX = 10_000;

    private static final int DEPTH_MAX = 32;

    private static final Pattern SEGMENT =
            Pattern.compile(
                    "(events|logs|errors|timeline|resource_samples)\\.(\\d{3})\\.jsonl(\\.gz)?");

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("json", "application/json"),
                    Map.entry("jsonl", "application/x-ndjson"),
                    Map.entry("md", "text/markdown; charset=utf-8"),
                    Map.entry("txt", "text/plain; charset=utf-8"),
                    Map.entry("log", "text/plain; charset=utf-8"),
                    Map.entry("csv", "text/csv"),
                    Map.entry("pdf", "application/pdf"),
                    Map.entry("gz", "application/gzip"),
                    Map.entry("mp4", "video/mp4"),
                    Map.entry("webm", "video/webm"),
                    Map.entry("mov", "video/quicktime"),
                    Map.entry("png", "image/png"),
                    Map.entry("jpg", "image/jpeg"),
                    Map.entry("jpeg", "image/jpeg"),
                    Map.entry("gif", "image/gif"),
                    Map.entry("svg", "image/svg+xml"));

    private Artifacts() {}

    /**
     * A listed file.
     *
     * @param file where it really is; for a link that is another place than its name says
     */
    record Listed(String id, String relativePath, PlainFile file, long size, long modifiedMs) {}

    /** Every listed file by its relative path, in that order. */
    static List<Listed> list(Path folder) throws IOException {
        var walk = new Walk(folder);
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.walkFileTree(folder, Set.of(), DEPTH_MAX, walk);
        }
        var found = walk.found;
        found.sort(Comparator.comparing(Found::name));
        var taken = new HashSet<String>();
        var listed = new ArrayList<Listed>(found.size());
        // The fixed ids first: a worker's file never takes one of them away.
        for (var one : found) {
            fixedId(one.name()).ifPresent(taken::add);
        }
        for (var one : found) {
            var id = fixedId(one.name()).orElseGet(() -> unused(slug(one.name()), taken));
            listed.add(
                    new Listed(
                            id,
                            one.name(),
                            one.file(),
                            one.about().size(),
                            one.about().lastModifiedTime().toMillis()));
        }
        return listed;
    }

    /** The same without the two files that list the others. */
    static List<Listed> withoutLists(Path folder) throws IOException {
        return list(folder).stream()
                .filter(
                        listed ->
                                !listed.relativePath().equals(RunFolder.ARTIFACTS)
                                        && !listed.relativePath().equals(RunFolder.SUMMARY))
                .toList();
    }

    private static String unused(String wanted, Set<String> taken) {
        var id = wanted;
        for (int n = 2; !taken.add(id); n++) {
            id = wanted + "_" + n;
        }
        return id;
    }

    private static Optional<String> fixedId(String name) {
        var segment = SEGMENT.matcher(name);
        if (segment.matches()) {
            return Optional.of(segment.group(1) + "_jsonl_" + segment.group(2));
        }
        return switch (name) {
            case RunFolder.HUMAN -> Optional.of("human_events_jsonl");
            case RunFolder.EVENTS,
                    RunFolder.LOGS,
                    RunFolder.ERRORS,
                    RunFolder.TIMELINE,
                    RunFolder.TIMELINE_MIRROR,
                    RunFolder.SUMMARY,
                    RunFolder.SAMPLES,
                    RunFolder.RESULT,
                    RunFolder.FINAL_ARTIFACT,
                    RunFolder.JOB,
                    RunFolder.RUN,
                    RunFolder.CONFIG,
                    RunFolder.INPUTS,
                    RunFolder.ARTIFACTS,
                    RunFolder.UI,
                    RunFolder.WEB_UI ->
                    Optional.of(slug(name));
            default -> Optional.empty();
        };
    }

    /** Lower-case letters and digits; everything between them is one {@code _}. */
    static String slug(String text) {
        var slug =
                text.toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]+", "_")
                        .replaceAll("^_+|_+$", "");
        return slug.isEmpty() ? "file" : slug;
    }

    /** The last name of a relative path. */
    static String name(String relativePath) {
        return relativePath.substring(relativePath.lastIndexOf('/') + 1);
    }

    /** The POSIX form of a path inside the folder. */
    static String relative(Path folder, Path file) {
        return folder.relativize(file).toString();
    }

    static String contentType(String name) {
        int dot = name.lastIndexOf('.');
        return TYPES.getOrDefault(
                dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT),
                "application/octet-stream");
    }

    static String url(String runId, String relativePath) {
        return "/api/v1/runs/" + encoded(runId) + "/artifacts/" + encodedPath(relativePath);
    }

    private static String encodedPath(String path) {
        var parts = new ArrayList<String>();
        for (var part : path.split("/")) {
            parts.add(encoded(part));
        }
        return String.join("/", parts);
    }

    /** Percent-encoded as a part of a path. */
    static String encoded(String text) {
        var encoded = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 128 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
            }
        }
        return encoded.toString();
    }

    /** {@code {artifact_id, url}} of each file, for the summary. */
    static JsonArray links(List<Listed> files, String runId) {
        return JsonArray.of(
                files.stream()
                        .map(
                                listed ->
                                        JsonObject.builder()
                                                .put("artifact_id", listed.id())
                                                .put("rel", "artifact")
                                                .put("url", url(runId, listed.relativePath()))
                                                .build())
                        .toList());
    }

    private record Found(String name, PlainFile file, BasicFileAttributes about) {}

    private static final class Walk extends SimpleFileVisitor<Path> {
        private final Path folder;
        private final List<Found> found = new ArrayList<>();

        Walk(Path folder) {
            this.folder = folder;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes about) {
            return directory.equals(folder) || isShown(directory.getFileName())
                    ? FileVisitResult.CONTINUE
                    : FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
            if (isShown(file.getFileName())) {
                if (about.isRegularFile()) {
                    found.add(
                            new Found(relative(folder, file), new PlainFile(folder, file), about));
                } else if (about.isSymbolicLink()) {
                    behind(file).ifPresent(found::add);
                }
            }
            return found.size() < FILES_MAX ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        /**
         * The plain file that a link leads to, when it is one that would be listed where it is.
         * From here on its real place stands for the link: whoever reads it opens that, and follows
         * no link that was put there meanwhile.
         */
        private Optional<Found> behind(Path link) {
            try {
                var real = link.toRealPath();
                var about =
                        Files.readAttributes(
                                real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                var root = folder.toRealPath();
                return about.isRegularFile()
                                && real.startsWith(root)
                                && isShown(root.relativize(real))
                        ? Optional.of(
                                new Found(relative(folder, link), new PlainFile(root, real), about))
                        : Optional.empty();
            } catch (IOException nothing) {
                return Optional.empty(); // it leads to nothing, in a circle, or where we may not
            }
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE; // gone again, or not for us to read
        }

        private static boolean isShown(Path path) {
            for (var name : path) {
                if (name.toString().startsWith(".") || name.toString().indexOf('\\') >= 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
