package mirrorneuron.engine.job;

import java.util.Optional;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.manifest.NodeSpec;

/**
 * What people call an agent, as its author wrote it; never part of routing.
 *
 * @param shown the first of alias, display name, label, role and id
 */
record Names(
        Optional<String> alias,
        Optional<String> displayName,
        Optional<String> label,
        Optional<String> role,
        String shown) {

    static Names of(AgentState agent) {
        var spec = agent.vertex.spec();
        var alias = written(spec, "alias");
        var displayName = written(spec, "display_name");
        var label = written(spec, "label");
        return new Names(
                alias,
                displayName,
                label,
                spec.role(),
                alias.or(() -> displayName)
                        .or(() -> label)
                        .or(spec::role)
                        .orElse(agent.id().value()));
    }

    private static Optional<String> written(NodeSpec spec, String name) {
        return spec.display().string(name).filter(text -> !text.isBlank());
    }

    /** Adds alias, display name and role; one that is unknown is left out. */
    void put(JsonObject.Builder to) {
        alias.ifPresent(text -> to.put("alias", text));
        displayName.ifPresent(text -> to.put("display_name", text));
        role.ifPresent(text -> to.put("role", text));
    }
}
