package mirrorneuron.engine.manifest;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Warns of members that are read, checked and kept, and that this release does not act on. An
 * author who is not told waits for a schedule that nobody keeps.
 *
 * <p>A member of nodes is named once, where it stands first: a thousand nodes with resources would
 * otherwise push what is wrong with the manifest off the list of issues.
 */
final class Dormant {

    private static final String OWN_START =
            "The job starts when it is submitted; let a timer of the system submit it.";
    private static final String ONE_NODE =
            "Every agent runs on the node that takes the submission, whatever it is like.";
    private static final String NO_REGISTRY =
            "Nobody can look services up, and nothing checks their health.";
    private static final String NO_PREFLIGHT =
            "Nothing waits for services; let the first agent see whether what it needs is there.";

    /** What asks for no share of a machine. */
    private static final Set<String> NOT_RESERVED = Set.of("runtime_driver", "volumes");

    private final Set<String> told = new HashSet<>();

    /** Warns of members of a document's top. */
    static void checkTop(Fields top) {
        var dormant = new Dormant();
        var code = "manifest.field_ignored";
        dormant.check(top, code, OWN_START, "schedule");
        dormant.check(top, code, OWN_START, "triggers");
        dormant.check(top, code, NO_REGISTRY, "services");
        dormant.check(top, code, NO_PREFLIGHT, "required_services", "requiredServices");
        dormant.check(top, code, "Each submission is a job of its own.", "deployment");
        dormant.check(
                top,
                code,
                "Nothing looks whether one can be reached.",
                "requiredContextEngine",
                "required_context_engine");
        if (top.json().object("reload").string("mode").equals(Optional.of("interval"))) {
            dormant.check(top, code, "A job keeps the bundle that it began with.", "reload");
        }
    }

    /** Warns of members of a job's policies. */
    static void checkPolicies(Fields policies) {
        var code = "policies.field_ignored";
        new Dormant().check(policies, code, ONE_NODE, "constraints");
        if (policies.value("scheduler") instanceof JsonObject json) {
            var scheduler = new Fields(json, policies.at("scheduler"), policies.findings());
            new Dormant().check(scheduler, code, ONE_NODE, "constraints");
        }
        new Dormant().check(policies, code, "Each submission is a job of its own.", "update");
    }

    /** Warns of members of a node that no node before it had. */
    void checkNode(Fields node, Fields config) {
        var code = "node.field_ignored";
        check(node, code, NO_REGISTRY, "services");
        check(node, code, NO_PREFLIGHT, "requires_services", "requiresServices");
        check(node.value("constraints").isNull() ? config : node, code, ONE_NODE, "constraints");
        var holder = node.value("resources").isNull() ? config : node;
        if (holder.value("resources") instanceof JsonObject resources) {
            checkResources(new Fields(resources, holder.at("resources"), node.findings()));
        }
    }

    private void check(Fields holder, String code, String help, String... names) {
        if (!isNothing(holder.value(names)) && told.add(names[0])) {
            var place = holder.at(names);
            holder.findings()
                    .warning(
                            code,
                            place,
                            "Expected no "
                                    + place.label()
                                    + ", but found one: this release does not act on it",
                            help);
        }
    }

    /** A command is told what its node asks for, and that is all that comes of it. */
    private void checkResources(Fields resources) {
        boolean asks =
                resources.json().names().stream()
                        .anyMatch(
                                name ->
                                        !NOT_RESERVED.contains(name)
                                                && !isNothing(resources.value(name)));
        if (asks && told.add("resources")) {
            resources
                    .findings()
                    .warning(
                            "node.resources.not_reserved",
                            resources.place(),
                            "Expected no resources, but found some: this release reserves nothing"
                                    + " and sets no bounds",
                            "A command is told of them in MN_ALLOCATION_JSON; what the job needs"
                                    + " of its machine is checked under requirements.");
        }
        for (var port : resources.json().array("ports").objects()) {
            if (port.at("port").equals(new JsonString("auto")) && told.add("ports")) {
                resources
                        .findings()
                        .warning(
                                "node.resources.ports.not_chosen",
                                resources.at("ports"),
                                "Expected ports with numbers, but found auto: this release chooses"
                                        + " none",
                                "Give the number; the command finds it in MN_PORT_ and the label.");
            }
        }
    }

    /** Nothing is asked for: a default that somebody wrote out. */
    static boolean isNothing(JsonValue value) {
        return switch (value) {
            case JsonNull _ -> true;
            case JsonBool bool -> !bool.value();
            case JsonObject object -> object.isEmpty();
            case JsonArray array -> array.isEmpty();
            default -> false;
        };
    }
}
