package mirrorneuron.api;

import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.json.JsonObject;

/** The right to use slots of a pool, as far as it is known. */
public record Lease(Optional<String> leaseId, Optional<String> pool, OptionalInt slots) {

    /** Reads {@code lease_id}, {@code pool} and {@code slots}; what is missing is absent. */
    public static Lease fromJson(JsonObject json) {
        var slots = json.integer("slots");
        return new Lease(
                json.string("lease_id"),
                json.string("pool"),
                slots.isPresent() ? OptionalInt.of((int) slots.getAsLong()) : OptionalInt.empty());
    }
}
