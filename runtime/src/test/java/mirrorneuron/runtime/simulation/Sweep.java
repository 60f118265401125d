package mirrorneuron.runtime.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Effect;

/** Commands square numbers, an aggregator collects the squares: none missing, none twice. */
final class Sweep extends Workload {

    enum Kind {
        /** May be repeated; fails now and then and is tried again. */
        SAFE,
        /** Some items fail until a person replays their dead letters. */
        FLAKY,
        /** Must not be repeated without a person's word. */
        UNSAFE
    }

    private static final int ITEMS = 12;
    private static final List<String> WORKERS = List.of("a", "b", "c");

    private final Kind kind;
    private final int slots;
    private final List<List<Long>> items = new ArrayList<>();

    Sweep(Kind kind, RandomGenerator random, int slotsMax) {
        this.kind = kind;
        this.slots = 1 + random.nextInt(Math.min(2, slotsMax));
        WORKERS.forEach(_ -> items.add(new ArrayList<>()));
        for (long i = 1; i <= ITEMS; i++) {
            items.get(random.nextInt(WORKERS.size())).add(i);
        }
    }

    @Override
    String name() {
        return "sweep-" + kind.name().toLowerCase(java.util.Locale.ROOT) + "-" + slots;
    }

    @Override
    boolean unsafe() {
        return kind == Kind.UNSAFE;
    }

    @Override
    JsonObject manifest() {
        var manifest = new ManifestText(name()).entrypoints("a", "b", "c");
        for (var worker : WORKERS) {
            manifest.node(
                    worker,
                    "executor",
                    """
                    {"runner_module": "host_local", "command": ["square"], "pool_slots": %d,
                     "output_message_type": null, "retry_backoff_ms": 300, %s}"""
                            .formatted(
                                    slots,
                                    kind == Kind.UNSAFE
                                            ? "\"side_effects\": \"external\""
                                            : "\"safe_to_retry\": true, \"max_attempts\": 3"));
            manifest.edge(worker, "squares", "square");
        }
        return manifest.node("squares", "aggregator", "{\"complete_after\": " + ITEMS + "}").json();
    }

    @Override
    JsonObject inputs() {
        var inputs = JsonObject.builder();
        for (int i = 0; i < WORKERS.size(); i++) {
            var own =
                    items.get(i).stream()
                            .map(item -> Bodies.message("item", "value", item))
                            .toList();
            inputs.put(WORKERS.get(i), JsonArray.of(own));
        }
        return inputs.build();
    }

    @Override
    Command command(Effect.StartWorker start) {
        long value = Bodies.number(start.message().body(), "value");
        boolean replayed = start.message().headers().has("mn.replayed_from");
        boolean fails =
                switch (kind) {
                    case SAFE -> start.attempt() <= value % 3;
                    case FLAKY -> value % 4 == 0 && !replayed;
                    case UNSAFE -> false;
                };
        return fails
                ? new Command(List.of(), new Ending(1, Optional.empty()))
                : new Command(
                        List.of(),
                        new Ending(
                                0,
                                Optional.of(
                                        Bodies.emits(
                                                Bodies.emission(
                                                        "square",
                                                        Bodies.body("value", value * value))))));
    }

    @Override
    Optional<String> wrong(JsonValue output) {
        long count = Bodies.number(output, "count");
        var found = new ArrayList<Long>();
        for (var body : ((JsonObject) output).array("messages")) {
            found.add(Bodies.number(body, "value"));
        }
        found.sort(null);
        var expected = new ArrayList<Long>();
        for (long i = 1; i <= ITEMS; i++) {
            expected.add(i * i);
        }
        return count == ITEMS && found.equals(expected)
                ? Optional.empty()
                : Optional.of("squares: " + count + " " + found + " (expected: " + expected + ")");
    }
}
