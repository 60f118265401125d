package mirrorneuron.cli;

import java.util.List;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.output.Fields;

/**
 * What a command would do.
 *
 * @param action noun and verb: {@code Job cancel}
 * @param changes false when it is so already
 * @param fields for people
 * @param data the same for programs
 * @param ids of what it is about
 */
public record Plan(
        String action, boolean changes, Fields fields, JsonObject data, List<String> ids) {

    public Plan {
        ids = List.copyOf(ids);
    }

    /** About one thing, whose id has this label and this name in the document. */
    public static Plan of(String action, String label, String member, String id) {
        return new Plan(
                action,
                true,
                new Fields().add(label, id),
                JsonObject.builder().put(member, id).build(),
                List.of(id));
    }
}
