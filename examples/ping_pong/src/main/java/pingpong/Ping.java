package pingpong;

import mirrorneuron.api.Message;
import mirrorneuron.api.agent.Agent;
import mirrorneuron.api.agent.AgentContext;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;

/** Serves, counts the returns, and ends the run after the last one. */
public final class Ping implements Agent {

    @Override
    public AgentResult handle(Message message, JsonObject state, AgentContext context) {
        if (!(message.body() instanceof JsonObject body)) {
            return new AgentResult.Reject("body: " + message.body() + " (expected: an object)");
        }
        return switch (message.type()) {
            case "serve" -> {
                long rounds = body.integer("rounds").orElse(1_000);
                yield AgentResult.with(
                                JsonObject.builder()
                                        .put("rounds", rounds)
                                        .put("returns", 0)
                                        .build())
                        .emit("ping", ball(1))
                        .build();
            }
            case "pong" -> returned(state, body);
            default -> new AgentResult.Reject("type: " + message.type() + " (expected: pong)");
        };
    }

    private static AgentResult returned(JsonObject state, JsonObject body) {
        long rounds = state.integer("rounds").orElse(0);
        long returns = state.integer("returns").orElse(0) + 1;
        long ball = body.integer("ball").orElse(-1);
        if (ball != returns) {
            // Never seen: a message that was lost or handled twice would show here.
            return new AgentResult.Reject("ball: " + ball + " (expected: " + returns + ")");
        }
        var next = AgentResult.with(state.with("returns", JsonNumber.of(returns)));
        return returns < rounds
                ? next.emit("ping", ball(returns + 1)).build()
                : next.completeRun(
                                JsonObject.builder()
                                        .put("rounds", rounds)
                                        .put("messages", 2 * rounds)
                                        .build())
                        .build();
    }

    private static JsonObject ball(long number) {
        return JsonObject.builder().put("ball", number).build();
    }
}
