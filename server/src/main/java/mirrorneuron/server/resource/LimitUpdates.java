package mirrorneuron.server.resource;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.ResourceReport;
import mirrorneuron.api.Resources;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.server.http.Problem;

/**
 * Changes of limits, for every edge: what a request names is set and the rest stays. Two changes of
 * different limits at once both hold. Safe from any thread.
 */
public final class LimitUpdates {

    /** The limits that there are. */
    public static final List<String> NAMES = List.of("cpu", "gpu", "memory", "disk");

    private static final Map<String, BiFunction<ResourceLimits, Integer, ResourceLimits>> SETTERS =
            Map.of(
                    "cpu", ResourceLimits::withCpu,
                    "gpu", ResourceLimits::withGpu,
                    "memory", ResourceLimits::withMemory,
                    "disk", ResourceLimits::withDisk);

    private final Resources resources;
    private final ReentrantLock updating = new ReentrantLock();

    public LimitUpdates(Resources resources) {
        this.resources = resources;
    }

    /** A limit that was named with a value that it cannot have. */
    public record Refused(String limit, String why) {}

    /** Whether the object names a limit. */
    public static boolean isAbout(JsonObject wanted) {
        return NAMES.stream().anyMatch(wanted::has);
    }

    /** Whether both are the same limit, as a number or as text. */
    public static boolean isSame(JsonValue one, JsonValue other) {
        return one.equals(other) || percent(one).isPresent() && percent(one).equals(percent(other));
    }

    /** Limits that cannot be set as named; empty when all can. */
    public static List<Refused> problems(JsonObject wanted) {
        return NAMES.stream()
                .filter(wanted::has)
                .filter(name -> percent(wanted.at(name)).isEmpty())
                .map(
                        name ->
                                new Refused(
                                        name,
                                        name
                                                + ": "
                                                + Problem.shown(wanted.at(name).toString())
                                                + " (expected: 25, 50, 75 or 100)"))
                .toList();
    }

    /**
     * @throws InvalidRequestException when a limit cannot be set; none was
     */
    public ResourceReport apply(JsonObject wanted) {
        var problems = problems(wanted);
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(
                    ErrorCode.VALIDATION_FAILED, problems.getFirst().why(), null);
        }
        updating.lock();
        try {
            var limits = resources.get().limits();
            for (var setter : SETTERS.entrySet()) {
                var percent = percent(wanted.at(setter.getKey()));
                if (percent.isPresent()) {
                    limits = setter.getValue().apply(limits, percent.getAsInt());
                }
            }
            return resources.set(limits);
        } finally {
            updating.unlock();
        }
    }

    private static OptionalInt percent(JsonValue value) {
        var text =
                switch (value) {
                    case JsonNumber number -> number.toString();
                    case JsonString(var digits) -> digits.strip();
                    default -> "";
                };
        return List.of("25", "50", "75", "100").contains(text)
                ? OptionalInt.of(Integer.parseInt(text))
                : OptionalInt.empty();
    }
}
