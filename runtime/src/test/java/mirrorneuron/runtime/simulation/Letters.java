package mirrorneuron.runtime.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/**
 * Clients send everything. Messages whose id the client chose are repeated until one is
 * acknowledged and must count once; the others are sent once and must be there when they were
 * acknowledged.
 */
final class Letters extends Workload {

    private static final int COUNTED = 10;

    private final List<Letter> letters = new ArrayList<>();

    Letters(RandomGenerator random) {
        for (long i = 1; i <= COUNTED; i++) {
            var message = Message.of("letter", Bodies.body("value", i)).withId("letter-" + i);
            letters.add(new Letter(AgentId.of("desk"), message));
            if (random.nextBoolean()) {
                var note = Message.of("note", Bodies.body("value", i));
                letters.add(new Letter(AgentId.of("log"), note));
            }
        }
    }

    @Override
    String name() {
        return "letters";
    }

    @Override
    JsonObject manifest() {
        return new ManifestText(name())
                .entrypoints("desk")
                .node("desk", "router", "{}")
                .node("log", "sensor", "{}")
                .node("all", "aggregator", "{\"complete_after\": " + COUNTED + "}")
                .edge("desk", "all", "letter")
                .json();
    }

    @Override
    JsonObject inputs() {
        return JsonObject.of("desk", Json.parse("[]"));
    }

    @Override
    List<Letter> letters() {
        return letters;
    }

    @Override
    Optional<String> wrong(JsonValue output) {
        long sum = 0;
        for (var body : ((JsonObject) output).array("messages")) {
            sum += Bodies.number(body, "value");
        }
        long expected = COUNTED * (COUNTED + 1) / 2;
        return sum == expected && Bodies.number(output, "count") == COUNTED
                ? Optional.empty()
                : Optional.of("letters: " + output + " (expected: each of " + COUNTED + " once)");
    }
}
