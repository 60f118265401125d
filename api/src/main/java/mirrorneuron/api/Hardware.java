package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.List;
import mirrorneuron.api.json.JsonObject;

/**
 * What a node runs on, with what could be found out; parts that could not are empty.
 *
 * @param platform {@code os, family, display_name}
 * @param cpu {@code logical_processors, load_ratio, model}; the load is of all processors together
 * @param memory {@code total_bytes, available_bytes}
 * @param disk the same, of the disk that the home is on
 * @param devices such as graphics cards
 * @param raw the whole document
 */
public record Hardware(
        JsonObject platform,
        JsonObject cpu,
        JsonObject memory,
        JsonObject disk,
        List<JsonObject> devices,
        JsonObject raw) {

    public Hardware {
        requireNonNull(platform, "platform");
        requireNonNull(cpu, "cpu");
        requireNonNull(memory, "memory");
        requireNonNull(disk, "disk");
        devices = List.copyOf(devices);
        requireNonNull(raw, "raw");
    }

    /** Reads the document; members that are missing become empty. */
    public static Hardware fromJson(JsonObject raw) {
        return new Hardware(
                raw.object("platform"),
                raw.object("cpu"),
                raw.object("memory"),
                raw.object("disk"),
                raw.array("devices").objects(),
                raw);
    }

    public JsonObject toJson() {
        return raw;
    }
}
