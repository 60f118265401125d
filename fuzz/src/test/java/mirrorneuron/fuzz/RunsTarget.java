package mirrorneuron.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.runtime.run.RunReads;

/**
 * The files of a run, which workers and people can write to: read, with what is no record shown as
 * such. The first byte of an input says which file the rest is.
 */
final class RunsTarget implements Target {

    private static final String RUN = RecordedJobs.RUN;
    private static final String UI =
            "{\"video\":{\"source\":\"clip.mp4\"},\"panels\":[{\"src\":\"/x\"}]}";
    private static final Map<Character, String> FILES =
            Map.of(
                    'p', ".recording.json",
                    'h', "human.jsonl",
                    'e', "events.jsonl",
                    's', "resource_samples.jsonl",
                    'u', "ui.json");

    /** A file that inputs stand in for, by the first byte of theirs. */
    private record Kind(char letter, String name, JsonEdits edits) {}

    private final Path folder;
    private final Map<String, byte[]> originals = new HashMap<>();
    private final List<Kind> kinds = new ArrayList<>();

    RunsTarget(Path folder) throws IOException {
        this.folder = folder;
        try (var files = Files.list(RecordedJobs.run())) {
            for (var file : files.toList()) {
                originals.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        originals.put("ui.json", UI.getBytes(UTF_8));
        FILES.forEach(
                (letter, name) ->
                        kinds.add(
                                new Kind(
                                        letter,
                                        name,
                                        new JsonEdits(List.of(document(name)), List.of()))));
        restore();
    }

    private JsonValue document(String name) {
        var text = new String(original(name), UTF_8);
        return name.endsWith(".jsonl")
                ? JsonArray.of(text.lines().map(Json::parse).toList())
                : Json.parse(text);
    }

    private byte[] original(String name) {
        return originals.getOrDefault(name, new byte[0]);
    }

    @Override
    public List<byte[]> seeds() {
        var seeds = new ArrayList<byte[]>();
        for (var kind : kinds) {
            seeds.add(StoredTarget.seed(kind.letter(), original(kind.name())));
            kind.edits().seeds().stream()
                    .filter(JsonEdits::isScript)
                    .forEach(script -> seeds.add(StoredTarget.seed(kind.letter(), script)));
        }
        seeds.add("ceyJldmVudHMiOnsiZyI6MCwibyI6MTB9fQ".getBytes(UTF_8));
        return seeds;
    }

    @Override
    public List<String> words() {
        return kinds.stream().flatMap(kind -> kind.edits().words().stream()).distinct().toList();
    }

    @Override
    public byte[] prepared(byte[] input) {
        for (var kind : kinds) {
            var rest = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
            if (JsonEdits.isScript(rest) && kind.letter() == input[0]) {
                return StoredTarget.seed(kind.letter(), made(kind.edits().run(rest), kind.name()));
            }
        }
        return input;
    }

    @Override
    public String read(byte[] input) throws IOException {
        if (input.length == 0) {
            return "nothing";
        }
        var rest = Arrays.copyOfRange(input, 1, input.length);
        if (input[0] == 'c') {
            return "page " + Math.min(3, RunReads.page(folder, RUN, new String(rest, UTF_8)));
        }
        for (var kind : kinds) {
            if (kind.letter() == input[0]) {
                return read(kind, rest);
            }
        }
        return "of no kind";
    }

    private String read(Kind kind, byte[] content) throws IOException {
        Files.write(folder.resolve(kind.name()), content);
        try {
            return kind.letter()
                    + " "
                    + switch (kind.letter()) {
                        case 'p' -> RunReads.position(folder, RUN);
                        case 'h' ->
                                Math.min(3, RunReads.human(folder, RUN))
                                        + Math.min(1, RunReads.page(folder, RUN, ""));
                        case 'e' -> Math.min(3, RunReads.events(folder));
                        case 's' -> Math.min(3, RunReads.resources(folder, RUN));
                        default -> RunReads.ui(folder);
                    };
        } finally {
            if (kind.letter() == 'p') {
                restore();
            } else {
                Files.write(folder.resolve(kind.name()), original(kind.name()));
            }
        }
    }

    private static byte[] made(JsonValue document, String name) {
        if (!name.endsWith(".jsonl") || !(document instanceof JsonArray lines)) {
            return Json.bytes(document);
        }
        var text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString().getBytes(UTF_8);
    }

    /** Brings the folder back to what was recorded. */
    private void restore() throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                var original = originals.get(file.getFileName().toString());
                if (original == null) {
                    Files.delete(file);
                }
            }
        }
        for (var original : originals.entrySet()) {
            var file = folder.resolve(original.getKey());
            if (!Files.exists(file)
                    || Files.size(file) != original.getValue().length
                    || FILES.containsValue(original.getKey())) {
                Files.write(file, original.getValue());
            }
        }
    }
}
