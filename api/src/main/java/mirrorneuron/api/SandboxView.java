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
        JsonObject raw) {}
