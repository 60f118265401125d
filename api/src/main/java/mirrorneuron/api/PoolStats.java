package mirrorneuron.api;

import mirrorneuron.api.json.JsonObject;

/**
 * A pool of worker slots: {@code capacity = available + inUse}; {@code queued} requests wait,
 * {@code active} leases run.
 */
public record PoolStats(int capacity, int available, int inUse, int queued, int active) {

    public JsonObject toJson() {
        return JsonObject.builder()
                .put("capacity", capacity)
                .put("available", available)
                .put("in_use", inUse)
                .put("queued", queued)
                .put("active", active)
                .build();
    }

    /** Reads what {@link #toJson()} wrote; what is missing is 0. */
    public static PoolStats fromJson(JsonObject json) {
        return new PoolStats(
                (int) json.integer("capacity").orElse(0),
                (int) json.integer("available").orElse(0),
                (int) json.integer("in_use").orElse(0),
                (int) json.integer("queued").orElse(0),
                (int) json.integer("active").orElse(0));
    }
}
