package mirrorneuron.runtime.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Effect;
import mirrorneuron.engine.worker.StructuredResult;

/**
 * A command prints frames line by line while it runs and fails half-way the first time; a module
 * with a small mailbox must see each frame once and in order.
 */
final class FrameStream extends Workload {

    private final long frames;
    private final int room;
    private final boolean throughCommand;

    FrameStream(RandomGenerator random) {
        this.frames = 4 + random.nextInt(20);
        this.room = 1 + random.nextInt(4);
        this.throughCommand = random.nextBoolean();
    }

    @Override
    String name() {
        return "frame-stream-" + room + (throughCommand ? "-command" : "");
    }

    @Override
    JsonObject manifest() {
        var manifest =
                new ManifestText(name())
                        .entrypoints("reader")
                        .node(
                                "reader",
                                "executor",
                                """
                                {"runner_module": "host_local", "command": ["read"],
                                 "output_message_type": null, "max_attempts": 3,
                                 "retry_backoff_ms": 200, "safe_to_retry": true}""")
                        .node(
                                "order",
                                "module",
                                "{\"module\": \"order\", \"backpressure\": {\"max_queue_depth\": %d}}"
                                        .formatted(room));
        if (!throughCommand) {
            return manifest.edge("reader", "order", "frame").json();
        }
        return manifest.node(
                        "polish",
                        "executor",
                        """
                        {"runner_module": "host_local", "command": ["polish"],
                         "output_message_type": null, "max_attempts": 3, "safe_to_retry": true,
                         "backpressure": {"max_queue_depth": %d}}"""
                                .formatted(room))
                .edge("reader", "polish", "frame")
                .edge("polish", "order", "frame")
                .json();
    }

    @Override
    JsonObject inputs() {
        return JsonObject.of("reader", JsonArray.of(Bodies.message("begin", "count", frames)));
    }

    @Override
    Command command(Effect.StartWorker start) {
        if (start.vertex().id().value().equals("polish")) {
            return new Command(
                    List.of(),
                    new Ending(
                            0,
                            Optional.of(
                                    Bodies.emits(
                                            Bodies.emission("frame", start.message().body())))));
        }
        boolean fails = start.attempt() == 1 && frames % 2 == 0;
        long printed = fails ? frames / 2 : frames;
        var lines = new ArrayList<StructuredResult>();
        for (long seq = 0; seq < printed; seq++) {
            var frame = new StreamFrame("frames", seq, seq == 0, seq == frames - 1);
            lines.add(
                    Bodies.emits(
                            Bodies.emission("frame", Bodies.body("seq", seq), Optional.of(frame))));
        }
        return new Command(lines, new Ending(fails ? 3 : 0, Optional.empty()));
    }

    @Override
    AgentResult module(Effect.CallModule call) {
        long seq = Bodies.number(call.message().body(), "seq");
        var before = call.state() instanceof JsonObject known ? known : JsonObject.empty();
        long next = before.integer("next").orElse(0);
        boolean inOrder = before.bool("in_order").orElse(true) && seq == next;
        var after = JsonObject.builder().put("next", next + 1).put("in_order", inOrder).build();
        var result = AgentResult.with(after);
        return next + 1 == frames ? result.completeRun(after).build() : result.build();
    }

    @Override
    Optional<String> wrong(JsonValue output) {
        var state = (JsonObject) output;
        return state.bool("in_order").orElse(false) && Bodies.number(state, "next") == frames
                ? Optional.empty()
                : Optional.of("frames: " + output + " (expected: " + frames + " in order)");
    }
}
