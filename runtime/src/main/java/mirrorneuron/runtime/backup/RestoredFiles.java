package mirrorneuron.runtime.backup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;

/**
 * Puts a run's folder and a job's data folder back, before the job is there. What the recorder
 * derives from the log it derives again; the rest is the workers'. A crash leaves files that no job
 * has, which the next try overwrites.
 */
final class RestoredFiles {

    /** What says that a run is there; the recorder writes it. */
    private static final Set<String> DERIVED = Set.of("run.json", "job.json");

    /** Lines of the runtime's own that no log holds; they name job and run. */
    private static final Set<String> LINES = Set.of("human.jsonl", "resource_samples.jsonl");

    private RestoredFiles() {}

    static void put(BackupFolder backup, Places places, RestoredState.As as) throws IOException {
        Trees.copy(backup.at(Sections.JOB_DATA), places.data(as.job()), _ -> true);
        var run = places.run(as.run());
        Trees.copy(
                backup.at(Sections.RUN_STORE),
                run,
                path -> !isRecorders(path) && !DERIVED.contains(path) && !LINES.contains(path));
        for (var name : LINES) {
            var file = backup.at(Sections.RUN_STORE).resolve(name);
            if (Files.isRegularFile(file)) {
                Files.createDirectories(run);
                lines(file, run.resolve(name), as);
            }
        }
    }

    /** Where the recorder stands, and files that it is about to move to their place. */
    static boolean isRecorders(String path) {
        return path.equals(".recording.json")
                || path.startsWith(".") && path.endsWith(".new") && path.indexOf('/') < 0;
    }

    private static void lines(Path from, Path to, RestoredState.As as) throws IOException {
        var draft = to.resolveSibling("." + to.getFileName() + ".new");
        Files.deleteIfExists(draft);
        // A worker may write anything there, so what is no text becomes some.
        try (var reader =
                        new BufferedReader(
                                new InputStreamReader(
                                        Files.newInputStream(from), StandardCharsets.UTF_8));
                var out = Files.newOutputStream(draft, StandardOpenOption.CREATE_NEW)) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                out.write(renamed(line, as).getBytes(StandardCharsets.UTF_8));
                out.write('\n');
            }
        }
        Trees.force(draft);
        Files.move(draft, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String renamed(String line, RestoredState.As as) {
        try {
            return Json.parse(line) instanceof JsonObject record
                    ? as.ids().in(record).toString()
                    : line;
        } catch (JsonParseException torn) {
            return line;
        }
    }
}
