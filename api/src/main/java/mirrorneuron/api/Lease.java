package mirrorneuron.api;

import java.util.Optional;
import java.util.OptionalInt;

/** The right to use slots of a pool, as far as it is known. */
public record Lease(Optional<String> leaseId, Optional<String> pool, OptionalInt slots) {}
