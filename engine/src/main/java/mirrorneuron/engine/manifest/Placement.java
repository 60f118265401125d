package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Checks what a node needs from the machine that runs it: resources, and constraints on the choice
 * of the machine.
 *
 * @see "manifest contract, section 6.4"
 */
final class Placement {

    private static final String CODE = "node.resources.";
    private static final Pattern SIZE =
            Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,6})? ?([kmgt]i?b?|b)?");
    private static final List<String> AMOUNTS =
            List.of(
                    "cpu_cores",
                    "cores",
                    "cpu",
                    "cpu_millis",
                    "cpu_mcores",
                    "memory_mb",
                    "memory",
                    "memory_gb",
                    "disk_mb",
                    "disk",
                    "disk_gb",
                    "gpu_count",
                    "gpus");
    private static final Set<String> KNOWN = known();
    private static final List<String> OPERATORS =
            List.of(
                    "=",
                    "==",
                    "is",
                    "!=",
                    "not",
                    "contains",
                    "set_contains",
                    "contains_all",
                    "contains_any",
                    "in",
                    "exists",
                    "is_set",
                    "not_exists",
                    "is_not_set");

    private Placement() {}

    private static Set<String> known() {
        var known = new HashSet<>(AMOUNTS);
        known.addAll(Set.of("gpu", "devices", "ports", "volumes", "runtime_driver"));
        return Set.copyOf(known);
    }

    /** The node's resources, its own or its configuration's; {@code {}} when it names none. */
    static JsonObject resources(Fields node, Fields config) {
        var holder = node.value("resources").isNull() ? config : node;
        var resources = holder.fields("node.resources_type", "resources");
        resources.warnUnknown(
                "node.resources.key_unknown", KNOWN, "It is kept, and has no effect.");
        for (var amount : AMOUNTS) {
            checkAmount(resources, amount);
        }
        if (!(resources.value("gpu") instanceof JsonObject)) {
            checkAmount(resources, "gpu");
        }
        resources.text(CODE + "runtime_driver", "runtime_driver");
        checkDevices(resources);
        checkPorts(resources);
        checkVolumes(resources);
        var requirements = node.value("placement_requirements").isNull() ? config : node;
        requirements.object("node.placement_requirements_type", "placement_requirements");
        return resources.json();
    }

    private static void checkAmount(Fields resources, String name) {
        var value = resources.value(name);
        boolean right =
                switch (value) {
                    case JsonNull _ -> true;
                    case JsonNumber number ->
                            number.asDouble() >= 0 && Double.isFinite(number.asDouble());
                    case JsonString(var text) ->
                            SIZE.matcher(text.strip().toLowerCase(Locale.ROOT)).matches();
                    default -> false;
                };
        if (!right) {
            resources.wrong(CODE + name, "a number >= 0", name);
        }
    }

    private static void checkDevices(Fields resources) {
        for (var device : resources.objects(CODE + "devices", "devices")) {
            var code = CODE + "devices.";
            device.text(code + "kind", "kind", "type");
            device.whole(code + "count", 1, Integer.MAX_VALUE, "count");
            device.text(code + "vendor", "vendor");
            device.text(code + "driver", "driver");
            device.number(code + "min_memory_mb", 0, "min_memory_mb");
            var operators = List.of(">", ">=", "==");
            device.word(code + "memory_operator", operators, "memory_operator");
            device.word(code + "api_version_operator", operators, "api_version_operator");
            device.texts(code + "capabilities", "capabilities");
            device.array(code + "ids", "ids");
        }
    }

    private static void checkPorts(Fields resources) {
        var labels = new HashSet<String>();
        for (var port : resources.objects(CODE + "ports", "ports")) {
            var code = CODE + "ports.";
            checkName(port, code + "label", "label", labels);
            var value = port.value("port");
            if (!isPort(value) && !value.equals(new JsonString("auto"))) {
                port.wrong(code + "port", "a port 1..65535, or auto", "port");
            }
            port.word(code + "protocol", List.of("tcp", "udp", "http", "grpc"), "protocol");
        }
    }

    /** True for a port number, which may be written as text. */
    static boolean isPort(JsonValue value) {
        return switch (value) {
            case JsonNumber number ->
                    number.asInt().orElse(0) >= 1 && number.asInt().orElse(0) <= 65_535;
            case JsonString(var text) ->
                    text.strip().matches("[0-9]{1,5}")
                            && Integer.parseInt(text.strip()) >= 1
                            && Integer.parseInt(text.strip()) <= 65_535;
            default -> false;
        };
    }

    private static void checkVolumes(Fields resources) {
        var names = new HashSet<String>();
        for (var volume : resources.objects(CODE + "volumes", "volumes")) {
            var code = CODE + "volumes.";
            checkName(volume, code + "name", "name", names);
            for (var end : List.of("source", "target")) {
                var path = volume.value(end);
                if (!(path instanceof JsonString(var text)) || !isAbsolute(text)) {
                    volume.wrong(code + end, "an absolute path without ..", end);
                }
            }
            volume.word(code + "mode", List.of("ro", "rw"), "mode");
            volume.word(code + "type", List.of("host"), "type");
        }
    }

    private static boolean isAbsolute(String path) {
        return path.startsWith("/")
                && path.indexOf('\0') < 0
                && !List.of(path.split("/")).contains("..");
    }

    private static void checkName(Fields entry, String code, String member, Set<String> seen) {
        var name = entry.text(code + "_required", member);
        if (entry.value(member).isNull()) {
            entry.findings()
                    .error(
                            code + "_required",
                            entry.at(member),
                            "Expected a " + member + ", but found none",
                            "");
        }
        if (name.isPresent() && !seen.add(name.get())) {
            entry.findings()
                    .error(
                            code + "_duplicate",
                            entry.at(member),
                            "Expected every "
                                    + member
                                    + " once, but found "
                                    + name.get()
                                    + " again",
                            "");
        }
    }

    /** Checks a node's constraints, its own or its configuration's. */
    static void constraints(Fields node, Fields config) {
        var holder = node.value("constraints").isNull() ? config : node;
        checkConstraints(holder, "node.constraints");
    }

    /** Checks the {@code constraints} of an object: a list of texts and objects, or one of them. */
    static void checkConstraints(Fields holder, String code) {
        var elements = new ArrayList<JsonValue>();
        var place = holder.at("constraints");
        boolean listed = holder.value("constraints") instanceof JsonArray;
        switch (holder.value("constraints")) {
            case JsonNull _ -> {}
            case JsonArray array -> elements.addAll(array.values());
            case JsonObject object -> elements.add(object);
            default -> holder.wrong(code + "_type", "a list or an object", "constraints");
        }
        for (int i = 0; i < elements.size(); i++) {
            var at = listed ? place.element(i) : place;
            switch (elements.get(i)) {
                case JsonString(var capability) when !capability.isBlank() -> {}
                case JsonObject object when object.isEmpty() && !listed -> {}
                case JsonObject object ->
                        checkConstraint(new Fields(object, at, holder.findings()), code);
                default ->
                        holder.findings()
                                .wrong(
                                        code + "_type",
                                        at,
                                        elements.get(i),
                                        "the name of a capability, or an object with attribute,"
                                                + " operator and value",
                                        "");
            }
        }
    }

    private static void checkConstraint(Fields constraint, String code) {
        if (constraint.text(code + ".attribute", "attribute", "target", "l_target").isEmpty()
                && constraint.value("attribute", "target", "l_target").isNull()) {
            constraint
                    .findings()
                    .error(
                            code + ".attribute",
                            constraint.at("attribute"),
                            "Expected an attribute, but found none",
                            "Name what is compared: node, os, arch, capabilities, …");
        }
        var operator = constraint.text(code + ".operator", "operator", "operand");
        if (operator.isPresent() && !OPERATORS.contains(operator.get().toLowerCase(Locale.ROOT))) {
            constraint
                    .findings()
                    .odd(
                            code + ".operator_unknown",
                            constraint.at("operator", "operand"),
                            constraint.value("operator", "operand"),
                            "one of " + String.join(", ", OPERATORS),
                            "No node ever matches it.");
        }
    }
}
