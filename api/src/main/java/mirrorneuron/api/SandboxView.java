package mirrorneuron.api;

import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.json.JsonObject;

/** Where an executor's last command ran. */
public record SandboxView(
        AgentId agentId,
        String sandboxName,
        OptionalInt exitCode,
        Optional<String> pool,
        JsonObject raw) {

    /** Reads the document; members that are missing become empty. */
    public static SandboxView fromJson(JsonObject raw) {
        var code = raw.integer("exit_code");
        return new SandboxView(
                AgentId.of(raw.string("agent_id").orElse("unknown")),
                raw.string("sandbox_name").orElse(""),
                code.isPresent() ? OptionalInt.of((int) code.getAsLong()) : OptionalInt.empty(),
                raw.string("pool"),
                raw);
    }

    public JsonObject toJson() {
        return raw;
    }
}
