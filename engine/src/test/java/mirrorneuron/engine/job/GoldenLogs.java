package mirrorneuron.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Logs as a release wrote them, each with its manifest and the job it must give. A released log is
 * never edited; a release adds a folder.
 */
final class GoldenLogs {

    private static final Path ROOT = Path.of("src/test/resources/golden");

    private GoldenLogs() {}

    /**
     * @param manifest the definition, as a {@link JobText}
     * @param log the facts, a line each
     * @param snapshot the job that they give
     */
    record Golden(String release, String name, String manifest, String log, String snapshot) {
        byte[] lines() {
            return log.getBytes(UTF_8);
        }

        @Override
        public String toString() {
            return release + "/" + name;
        }
    }

    static List<Golden> all() throws IOException {
        var all = new ArrayList<Golden>();
        try (var releases = Files.list(ROOT)) {
            for (var release : releases.sorted().toList()) {
                try (var files = Files.list(release)) {
                    for (var file : files.sorted().toList()) {
                        var name = file.getFileName().toString();
                        if (name.endsWith(".jsonl")) {
                            all.add(read(release, name.substring(0, name.length() - 6)));
                        }
                    }
                }
            }
        }
        return all;
    }

    private static Golden read(Path release, String name) throws IOException {
        return new Golden(
                release.getFileName().toString(),
                name,
                Files.readString(release.resolve(name + ".txt")),
                Files.readString(release.resolve(name + ".jsonl")),
                Files.readString(release.resolve(name + ".snapshot.json")));
    }

    /** Writes the logs of a release that is about to be made; the folder must not exist yet. */
    static void write(String release, List<Golden> logs) throws IOException {
        var folder = Files.createDirectory(ROOT.resolve(release));
        for (var golden : logs) {
            Files.writeString(folder.resolve(golden.name() + ".txt"), golden.manifest());
            Files.writeString(folder.resolve(golden.name() + ".jsonl"), golden.log());
            Files.writeString(folder.resolve(golden.name() + ".snapshot.json"), golden.snapshot());
        }
    }
}
