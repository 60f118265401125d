package mirrorneuron.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonValue;

/** Real inputs, as the repository has them. */
final class Corpus {

    private static final Path ROOT = Path.of("..");
    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("`([^`\n]{1,40})`");

    private Corpus() {}

    static String text(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files of a folder, and of those below it, whose names end so; in order. */
    static List<Path> files(String folder, String end) {
        try (var files = Files.walk(ROOT.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<JsonValue> documents(List<Path> files) {
        return files.stream().map(file -> Json.parse(bytes(file))).toList();
    }

    /** The documents that a guide shows. */
    static List<JsonValue> shown(String guide) {
        return EXAMPLE.matcher(text(guide))
                .results()
                .map(match -> Json.parse(match.group(1)))
                .toList();
    }

    /** What a guide sets as code: names, values, paths. */
    static List<String> words(String guide) {
        return WORD.matcher(text(guide)).results().map(match -> match.group(1)).distinct().toList();
    }
}
