package mirrorneuron.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;

/** The files of a run that has ended, read as they lie on the disk. */
final class RunFiles {

    static final String SUMMARY = "observability_summary.json";

    /** Files of lines that the summary counts under their names. */
    private static final List<String> COUNTED = List.of("events", "logs", "errors", "timeline");

    /** How a file and its parts that were put aside are called, oldest first. */
    private static final List<String> PARTS =
            List.of(".005.jsonl", ".004.jsonl", ".003.jsonl", ".002.jsonl", ".001.jsonl", ".jsonl");

    private RunFiles() {}

    /** The events of the job; what the run says of its own course has no number. */
    static List<JsonObject> jobEvents(Path run) throws IOException {
        return lines(run, "events").stream()
                .filter(event -> event.integer("seq").orElse(0) > 0)
                .toList();
    }

    /**
     * What is wrong with them: each event is there once, in order, nothing is torn, and the summary
     * counts what is there.
     *
     * @param end the type of the last event
     */
    static Optional<String> problem(Path run, String end) throws IOException {
        try {
            long expected = 1;
            String last = "";
            for (var event : jobEvents(run)) {
                if (event.integer("seq").orElse(0) != expected++) {
                    return Optional.of(run + ": event " + (expected - 1) + " is " + event);
                }
                last = event.string("type").orElse("");
            }
            if (!last.equals(end)) {
                return Optional.of(run + ": expected to end with " + end + ", but " + last);
            }
            var counts = document(run, SUMMARY).object("counts");
            for (var counted : COUNTED) {
                long there =
                        counted.equals("events")
                                ? jobEvents(run).size()
                                : lines(run, counted).size();
                if (counts.integer(counted).orElse(-1) != there) {
                    return Optional.of(
                            "%s: %d lines of %s, but the summary says %s"
                                    .formatted(run, there, counted, counts));
                }
            }
            lines(run, "resource_samples");
            document(run, "result.json");
            document(run, "timeline.json");
            return Optional.empty();
        } catch (IOException | JsonParseException unreadable) {
            return Optional.of(run + ": " + unreadable.getMessage());
        }
    }

    /** The lines of a file and of its parts that were put aside, oldest first. */
    static List<JsonObject> lines(Path run, String name) throws IOException {
        var all = new ArrayList<JsonObject>();
        for (var part : PARTS) {
            var file = run.resolve(name + part);
            if (!Files.exists(file)) {
                continue;
            }
            var text = Files.readString(file);
            if (!text.isEmpty() && !text.endsWith("\n")) {
                throw new IOException(file + ": the last line is torn");
            }
            for (var line : text.lines().toList()) {
                all.add((JsonObject) Json.parse(line));
            }
        }
        return all;
    }

    static JsonObject document(Path run, String name) throws IOException {
        return (JsonObject) Json.parse(Files.readString(run.resolve(name)));
    }

    /**
     * Names of files that differ between two moments, with the first lines that do; empty when a
     * run was written again exactly.
     *
     * @param before what {@link #contents} gave
     */
    static List<String> differences(Map<String, List<String>> before, Path run) throws IOException {
        var after = contents(run);
        var names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        var different = new ArrayList<String>();
        for (var name : names) {
            var was = before.getOrDefault(name, List.of());
            var is = after.getOrDefault(name, List.of());
            if (!was.equals(is)) {
                var gone = was.stream().filter(line -> !is.contains(line)).findFirst();
                var come = is.stream().filter(line -> !was.contains(line)).findFirst();
                different.add("%s/%s: %s became %s".formatted(run, name, gone, come));
            }
        }
        return different;
    }

    /** The lines of every file that people see, by its name. */
    static Map<String, List<String>> contents(Path run) throws IOException {
        var contents = new TreeMap<String, List<String>>();
        try (var files = Files.list(run)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var name = file.getFileName().toString();
                if (name.startsWith(".")) {
                    continue;
                }
                var lines = Files.readAllLines(file);
                contents.put(
                        name,
                        switch (name) {
                            // Samples of the machine are kept, those of the log come again.
                            case "resource_samples.jsonl" -> lines.stream().sorted().toList();
                            case "artifacts.json" ->
                                    List.of(withoutSamples(document(run, name)).toString());
                            default -> lines;
                        });
            }
        }
        return contents;
    }

    /** The file of samples holds the same lines in another order, so its hash is another one. */
    private static JsonArray withoutSamples(JsonObject artifacts) {
        return JsonArray.of(
                artifacts.array("artifacts").values().stream()
                        .filter(
                                entry ->
                                        !((JsonObject) entry)
                                                .string("path")
                                                .orElse("")
                                                .equals("resource_samples.jsonl"))
                        .toList());
    }
}
