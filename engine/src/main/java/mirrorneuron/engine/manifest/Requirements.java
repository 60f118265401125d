package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * What a job needs from all machines together. Whether they have it is asked at submission, by the
 * runtime.
 *
 * @param cpuCoresMin absent = any
 * @param memoryMbMin mebibytes; absent = any
 * @param diskMbMin mebibytes; absent = any
 * @see "manifest contract, section 6.1"
 */
public record Requirements(
        OptionalDouble cpuCoresMin,
        OptionalLong memoryMbMin,
        OptionalLong diskMbMin,
        Optional<Gpu> gpu) {

    /** Nothing is needed. */
    public static final Requirements NONE =
            new Requirements(
                    OptionalDouble.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Optional.empty());

    private static final Set<String> KNOWN = Set.of("cpu", "memory", "disk", "gpu");
    private static final Pattern SIZE =
            Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?) ?([kmgt]?)(?:i?b)?");

    /**
     * Graphics processors that a job needs.
     *
     * @param memoryMbMin mebibytes of each; absent = any
     * @param memoryOperator {@code >}, {@code >=} or {@code ==}
     * @param enforcement as written, such as {@code hard}
     */
    public record Gpu(
            int countMin,
            Optional<String> vendor,
            Optional<String> driver,
            OptionalLong memoryMbMin,
            String memoryOperator,
            Optional<String> enforcement) {

        /** True when no force option may skip this requirement. */
        public boolean isHard() {
            return enforcement.filter(text -> text.equalsIgnoreCase("hard")).isPresent();
        }
    }

    /** The requirements of an accepted manifest. */
    public static Requirements of(RuntimeManifest manifest) {
        return read(new Fields(manifest.raw(), Place.root(ManifestLoader.SOURCE), new Findings(1)));
    }

    static Requirements read(Fields top) {
        var requirements = top.fields("requirements.type", "requirements", "requirments");
        requirements.warnUnknown(
                "requirements.key_unknown", KNOWN, "It is kept, and has no effect.");
        return new Requirements(
                cores(requirements),
                mebibytes(requirements, "memory"),
                mebibytes(requirements, "disk"),
                gpu(requirements));
    }

    private static OptionalDouble cores(Fields requirements) {
        var holder =
                requirements.value("cpu") instanceof JsonNumber
                        ? requirements.number("requirements.cpu", 0, "cpu")
                        : requirements
                                .fields("requirements.cpu", "cpu")
                                .number(
                                        "requirements.cpu.min_cores",
                                        0,
                                        "min_cores",
                                        "cores",
                                        "min");
        return holder.isPresent()
                ? OptionalDouble.of(holder.get().asDouble())
                : OptionalDouble.empty();
    }

    /** Gibibytes, mebibytes, or a text with its unit; a number without a unit means mebibytes. */
    private static OptionalLong mebibytes(Fields requirements, String kind) {
        var code = "requirements." + kind;
        var value = requirements.value(kind);
        if (!(value instanceof JsonObject json)) {
            return amount(requirements, code, kind, 1);
        }
        var fields = new Fields(json, requirements.at(kind), requirements.findings());
        if (fields.has("min_gb", "gb")) {
            var name = fields.has("min_gb") ? "min_gb" : "gb";
            return amount(fields, code + "." + name, name, 1_024);
        }
        var name = fields.has("min_mb") ? "min_mb" : fields.has("mb") ? "mb" : "min";
        return amount(fields, code + "." + name, name, 1);
    }

    private static OptionalLong amount(Fields fields, String code, String name, int mebibytes) {
        var amount =
                switch (fields.value(name)) {
                    case JsonNull _ -> OptionalLong.empty();
                    case JsonNumber number
                            when number.asDouble() >= 0 && number.asDouble() <= 1e15 ->
                            OptionalLong.of((long) Math.ceil(number.asDouble() * mebibytes));
                    case JsonString(var text) -> size(text, mebibytes);
                    default -> OptionalLong.empty();
                };
        if (amount.isEmpty() && !fields.value(name).isNull()) {
            fields.wrong(code, "a number >= 0, or a size such as 8GB", name);
        }
        return amount;
    }

    private static OptionalLong size(String text, int mebibytesDefault) {
        var match = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!match.matches()) {
            return OptionalLong.empty();
        }
        double number = Double.parseDouble(match.group(1));
        boolean bare = match.end(1) == match.end();
        double mebibytes =
                switch (match.group(2)) {
                    case "k" -> number / 1_024;
                    case "m" -> number;
                    case "g" -> number * 1_024;
                    case "t" -> number * 1_024 * 1_024;
                    default -> bare ? number * mebibytesDefault : number / (1_024 * 1_024);
                };
        return OptionalLong.of((long) Math.ceil(mebibytes));
    }

    private static Optional<Gpu> gpu(Fields requirements) {
        JsonValue value = requirements.value("gpu");
        if (value.isNull()) {
            return Optional.empty();
        }
        if (value instanceof JsonNumber) {
            var count = requirements.whole("requirements.gpu", 0, Integer.MAX_VALUE, "gpu");
            return Optional.of(gpu((int) count.orElse(0)));
        }
        var code = "requirements.gpu.";
        var gpu = requirements.fields("requirements.gpu", "gpu");
        var count =
                gpu.whole(code + "min_count", 0, Integer.MAX_VALUE, "min_count", "count", "min");
        return Optional.of(
                new Gpu(
                        (int) count.orElse(1),
                        gpu.text(code + "vendor", "vendor"),
                        gpu.text(code + "driver", "driver"),
                        gpu.whole(code + "min_memory_mb", 0, Long.MAX_VALUE, "min_memory_mb"),
                        gpu.word(
                                        code + "memory_operator",
                                        List.of(">", ">=", "=="),
                                        "memory_operator")
                                .orElse(">="),
                        gpu.text(code + "enforcement", "enforcement")));
    }

    private static Gpu gpu(int count) {
        return new Gpu(
                count,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                ">=",
                Optional.empty());
    }
}
