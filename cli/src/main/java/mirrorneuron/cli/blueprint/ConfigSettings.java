package mirrorneuron.cli.blueprint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.CommandFailure;

/**
 * Turns {@code --set a.b=1} into members that are laid over a configuration. A list is laid over as
 * a whole, so the list of one changed element is the one that the configuration holds.
 */
final class ConfigSettings {

    /** {@code name}, {@code name[0]}, {@code name[0][1]}. */
    private static final Pattern PART = Pattern.compile("([^\\[\\]]+)((?:\\[[0-9]{1,9}])*)");

    private final String option;
    private final JsonValue value;

    private ConfigSettings(String option, JsonValue value) {
        this.option = option;
        this.value = value;
    }

    /** A part of a path; an index in brackets never names a member. */
    private record Step(String name, boolean index) {}

    /**
     * @param base the configuration of the blueprint
     * @param over what is laid over it so far
     * @param settings values by path; a value that is not JSON is a string
     * @return what is to be laid over it now
     */
    static JsonObject over(JsonObject base, JsonObject over, Map<String, String> settings) {
        var result = over;
        for (var setting : settings.entrySet()) {
            var one = new ConfigSettings("--set " + setting.getKey(), value(setting.getValue()));
            result = one.inObject(result, merged(base, result), one.path(setting.getKey()), "");
        }
        return result;
    }

    /** Objects are merged, anything else is replaced, as the runtime does it. */
    static JsonObject merged(JsonObject base, JsonObject over) {
        var merged = JsonObject.builder().putAll(base);
        over.forEach(
                (name, value) ->
                        merged.put(
                                name,
                                base.at(name) instanceof JsonObject below
                                                && value instanceof JsonObject above
                                        ? merged(below, above)
                                        : value));
        return merged.build();
    }

    private static JsonValue value(String text) {
        try {
            return Json.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (JsonParseException notJson) {
            return new JsonString(text);
        }
    }

    private List<Step> path(String text) {
        var path = new ArrayList<Step>();
        for (var part : text.split("\\.", -1)) {
            if (part.isBlank()) {
                throw refused("a part of the path is empty", "write --set sweep.limit=1000");
            }
            var matcher = PART.matcher(part);
            if (!matcher.matches()) {
                throw refused(
                        part + " is no part of a path (expected: name or name[0])",
                        "an element of a list is --set sweep.limits[0]=1000");
            }
            path.add(new Step(matcher.group(1), false));
            Pattern.compile("[0-9]+")
                    .matcher(matcher.group(2))
                    .results()
                    .forEach(found -> path.add(new Step(found.group(), true)));
        }
        return path;
    }

    /**
     * @param over what is laid over the object
     * @param seen the object with that laid over it
     */
    private JsonObject inObject(JsonObject over, JsonObject seen, List<Step> path, String above) {
        var name = path.getFirst().name();
        if (path.size() == 1) {
            return over.with(name, value);
        }
        var rest = path.subList(1, path.size());
        var at = above.isEmpty() ? name : above + "." + name;
        return switch (seen.at(name)) {
            case JsonArray list -> over.with(name, inList(list, rest, at));
            case JsonObject object -> {
                requireMember(rest.getFirst(), at);
                yield over.with(name, inObject(over.object(name), object, rest, at));
            }
            case JsonValue other -> {
                if (!other.isNull()) {
                    throw through(at, other);
                }
                requireMember(rest.getFirst(), at);
                yield over.with(name, inObject(JsonObject.empty(), JsonObject.empty(), rest, at));
            }
        };
    }

    private JsonArray inList(JsonArray list, List<Step> path, String above) {
        var step = path.getFirst();
        int index = step.name().matches("[0-9]{1,9}") ? Integer.parseInt(step.name()) : -1;
        if (index < 0 || index >= list.size()) {
            throw refused(
                    above
                            + " is a list of "
                            + list.size()
                            + ", and '"
                            + step.name()
                            + "' is none"
                            + " of its indexes",
                    list.isEmpty()
                            ? "give the whole list as JSON: --set " + above + "='[1, 2]'"
                            : "its indexes are 0 to " + (list.size() - 1));
        }
        var values = new ArrayList<>(list.values());
        values.set(index, inside(values.get(index), path, above + "[" + index + "]"));
        return JsonArray.of(values);
    }

    /** What becomes of a value of a list, which is always laid over whole. */
    private JsonValue inside(JsonValue seen, List<Step> path, String at) {
        if (path.size() == 1) {
            return value;
        }
        var rest = path.subList(1, path.size());
        return switch (seen) {
            case JsonArray list -> inList(list, rest, at);
            case JsonObject object -> {
                requireMember(rest.getFirst(), at);
                yield inObject(object, object, rest, at);
            }
            case JsonValue other -> throw through(at, other);
        };
    }

    private void requireMember(Step step, String at) {
        if (step.index()) {
            throw refused(
                    at + " is no list, so it has no element " + step.name(),
                    "give the whole list as JSON: --set " + at + "='[1, 2]'");
        }
    }

    private CommandFailure through(String at, JsonValue value) {
        return refused(
                at + " is " + value + " (expected: an object or a list)",
                "set " + at + " itself, to an object");
    }

    private CommandFailure refused(String why, String hint) {
        return CommandFailure.usage(option + ": " + why, hint);
    }
}
