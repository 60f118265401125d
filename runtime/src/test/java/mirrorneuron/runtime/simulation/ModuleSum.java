package mirrorneuron.runtime.simulation;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Effect;

/**
 * One module sends numbers through a small mailbox, another adds them up in its state and ends the
 * run.
 */
final class ModuleSum extends Workload {

    private final long count;
    private final int room;

    ModuleSum(RandomGenerator random) {
        this.count = 5 + random.nextInt(25);
        this.room = 2 + random.nextInt(4);
    }

    @Override
    String name() {
        return "module-sum-" + room;
    }

    @Override
    JsonObject manifest() {
        return new ManifestText(name())
                .entrypoints("source")
                .node("source", "module", "{\"module\": \"source\"}")
                .node("pass", "router", "{\"backpressure\": {\"max_queue_depth\": 2}}")
                .node(
                        "sum",
                        "module",
                        "{\"module\": \"sum\", \"backpressure\": {\"max_queue_depth\": %d}}"
                                .formatted(room))
                .edge("source", "pass", "number")
                .edge("pass", "sum", "number")
                .json();
    }

    @Override
    JsonObject inputs() {
        return JsonObject.of("source", JsonArray.of(Bodies.message("begin", "count", count)));
    }

    @Override
    AgentResult module(Effect.CallModule call) {
        if (call.vertex().id().value().equals("source")) {
            var result = AgentResult.with(JsonObject.empty());
            for (long i = 1; i <= Bodies.number(call.message().body(), "count"); i++) {
                result.emit("number", Bodies.body("value", i));
            }
            return result.build();
        }
        long value = Bodies.number(call.message().body(), "value");
        if (value % 7 == 0 && call.attempt() == 1) {
            return new AgentResult.Retry(Duration.ofMillis(700), "not now");
        }
        var before = call.state() instanceof JsonObject known ? known : JsonObject.empty();
        long sum = before.integer("sum").orElse(0) + value;
        long seen = before.integer("seen").orElse(0) + 1;
        var after = JsonObject.builder().put("sum", sum).put("seen", seen).build();
        var result = AgentResult.with(after);
        return seen == count ? result.completeRun(after).build() : result.build();
    }

    @Override
    Optional<String> wrong(JsonValue output) {
        long expected = count * (count + 1) / 2;
        long sum = Bodies.number(output, "sum");
        return sum == expected
                ? Optional.empty()
                : Optional.of("sum: " + sum + " (expected: " + expected + ")");
    }
}
