package mirrorneuron.runtime.simulation;

import java.util.Optional;
import java.util.random.RandomGenerator;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Effect;

/**
 * Two modules on a circle with tiny mailboxes double every message until a depth: a full circle has
 * to turn, and every leaf has to arrive.
 */
final class Ring extends Workload {

    private final int depth;
    private final int room;

    Ring(RandomGenerator random) {
        this.depth = 2 + random.nextInt(4);
        this.room = 1 + random.nextInt(3);
    }

    @Override
    String name() {
        return "ring-" + depth + "-" + room;
    }

    @Override
    JsonObject manifest() {
        var config =
                "{\"module\": \"double\", \"backpressure\": {\"max_queue_depth\": %d}}"
                        .formatted(room);
        return new ManifestText(name())
                .entrypoints("left")
                .node("left", "module", config)
                .node("right", "module", config)
                .node("leaves", "aggregator", "{\"complete_after\": " + (1 << depth) + "}")
                .edge("left", "left", "grow")
                .edge("left", "right", "grow")
                .edge("right", "right", "grow")
                .edge("right", "left", "grow")
                .edge("left", "leaves", "leaf")
                .edge("right", "leaves", "leaf")
                .json();
    }

    @Override
    JsonObject inputs() {
        return JsonObject.of("left", JsonArray.of(Bodies.message("grow", "depth", depth)));
    }

    @Override
    AgentResult module(Effect.CallModule call) {
        long left = Bodies.number(call.message().body(), "depth");
        var result = AgentResult.with(JsonObject.empty());
        // Each of the two edges of the type gets one, so every message becomes two.
        return left == 0
                ? result.emit("leaf", JsonObject.empty()).build()
                : result.emit("grow", Bodies.body("depth", left - 1)).build();
    }

    @Override
    Optional<String> wrong(JsonValue output) {
        long count = Bodies.number(output, "count");
        return count == 1 << depth
                ? Optional.empty()
                : Optional.of("leaves: " + count + " (expected: " + (1 << depth) + ")");
    }
}
