package mirrorneuron.engine.run;

import mirrorneuron.api.json.JsonObject;

/**
 * What a recorded fact knows beside the events that are shown of it.
 *
 * @param stdout what a command printed, already without secrets; empty when nothing ran
 * @param stderr the same of its other output
 * @param usage what model calls cost, in the shape of {@link Usage}; empty when nobody said
 * @param human members for the record of a request to people: {@code mode, allowed_decisions,
 *     expires_at, output}; empty when nobody was asked
 */
public record Aside(String stdout, String stderr, JsonObject usage, JsonObject human) {

    public static final Aside NONE = new Aside("", "", JsonObject.empty(), JsonObject.empty());

    public static Aside ofOutput(String stdout, String stderr, JsonObject usage) {
        return new Aside(stdout, stderr, usage, JsonObject.empty());
    }

    public static Aside ofRequest(JsonObject human) {
        return new Aside("", "", JsonObject.empty(), human);
    }
}
