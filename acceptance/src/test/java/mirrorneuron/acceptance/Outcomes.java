package mirrorneuron.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/** What the jobs of {@link Shapes} end with, whatever happened on the way. */
final class Outcomes {

    private Outcomes() {}

    /** The status of a job of this kind when it has ended. */
    static String status(JobId job) {
        return Shapes.kind(job).equals("doomed") ? "failed" : "completed";
    }

    /** How many commands do their work in a job of this kind. */
    static int commands(JobId job) {
        return switch (Shapes.kind(job)) {
            case "sweep" -> Shapes.SWEEP_RANGES;
            case "flaky", "patient" -> Shapes.FLAKY_ITEMS;
            case "mill" -> Shapes.MILL_ITEMS;
            case "bulk" -> Shapes.BULK_ITEMS;
            case "stream", "report", "waiting", "beating" -> 1;
            case "chain", "gated" -> 2;
            default -> 0;
        };
    }

    /** Whether a job that has ended may have recorded so many commands as completed. */
    static boolean completed(JobId job, long commands) {
        // The last frame of a stream ends the job, so its command need not come to its own end.
        return Shapes.kind(job).equals("stream")
                ? commands <= commands(job)
                : commands == commands(job);
    }

    /** Files that commands of the job leave in its run. */
    static Set<String> artifacts(JobId job) {
        return switch (Shapes.kind(job)) {
            case "report", "waiting", "beating" -> Set.of(Shapes.kind(job) + ".md");
            case "chain" -> Set.of("first.md", "second.md");
            case "gated" -> Set.of("draft.md", "publish.md");
            default -> Set.of();
        };
    }

    /** What commands noted in the file of {@code EFFECTS}; repeated attempts are one. */
    static Map<JobId, Set<String>> effects(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .collect(
                        Collectors.groupingBy(
                                line -> JobId.of(line.split("/", 2)[0]), Collectors.toSet()));
    }

    /** What is wrong with a completed job; empty when every number is exact. */
    static Optional<String> problem(JobId id, JsonValue output, Set<String> effects) {
        if (effects.size() != commands(id)) {
            return Optional.of(id + ": expected " + commands(id) + " effects, but " + effects);
        }
        return switch (Shapes.kind(id)) {
            case "pong" ->
                    unlike(
                            id,
                            JsonObject.builder()
                                    .put("rounds", Shapes.PING_PONG_ROUNDS)
                                    .put("messages", 2L * Shapes.PING_PONG_ROUNDS)
                                    .build(),
                            output);
            case "report", "waiting", "beating" -> unlike(id, by(Shapes.kind(id)), output);
            case "chain" -> unlike(id, by("second"), output);
            case "gated" -> unlike(id, by("publish"), output);
            case "sweep" -> misnumbered(id, Shapes.SWEEP_RANGES, output);
            case "relay" -> misnumbered(id, Shapes.RELAY_MESSAGES, output);
            case "flaky", "patient" -> misnumbered(id, Shapes.FLAKY_ITEMS, output);
            case "mill" -> misnumbered(id, Shapes.MILL_ITEMS, output);
            case "bulk" -> misnumbered(id, Shapes.BULK_ITEMS, output);
            case "stream" -> misnumbered(id, Shapes.STREAM_FRAMES, output);
            default -> Optional.of(id + " should not complete");
        };
    }

    private static JsonObject by(String agent) {
        return JsonObject.of("by", new JsonString(agent));
    }

    private static Optional<String> unlike(JobId id, JsonValue expected, JsonValue output) {
        return output.equals(expected)
                ? Optional.empty()
                : Optional.of(id + ": expected " + expected + ", but " + output);
    }

    /** An aggregate of messages numbered from 0, in any order unless they are a stream. */
    private static Optional<String> misnumbered(JobId id, int messages, JsonValue output) {
        var numbers =
                ((JsonObject) output)
                        .array("messages").stream()
                                .map(body -> ((JsonObject) body).integer("n").orElse(-1))
                                .toList();
        var expected = IntStream.range(0, messages).mapToObj(n -> (long) n).toList();
        boolean exact =
                Shapes.kind(id).equals("stream")
                        ? numbers.equals(expected)
                        : numbers.size() == messages
                                && new HashSet<>(numbers).equals(new HashSet<>(expected));
        return exact
                ? Optional.empty()
                : Optional.of(id + ": expected " + expected + ", but " + numbers);
    }
}
