package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Reads the config of the agents that begin, join and end the flow inside a step.
 *
 * @see "runtime contract, section 3.8; manifest contract, section 5.5"
 */
final class FlowReader {

    /** Types of messages when the config names none. */
    static final String DISPATCH_DEFAULT = "step_dispatch";

    static final String JOIN_DEFAULT = "step_join_result";
    static final String SINK_DEFAULT = "step_sink_result";

    private static final String CODE = BehaviourReader.CODE;
    private static final String REFERENCE = "$ref";
    private static final String FAILURE_DEFAULT = "a message came that means failure";

    private FlowReader() {}

    static Behaviour source(Fields config) {
        BehaviourReader.warnUnknown(config, Set.of("required_upstreams", "dispatches"));
        var dispatches = new ArrayList<Behaviour.Dispatch>();
        for (var dispatch : config.objects(CODE, "dispatches")) {
            dispatches.add(dispatch(dispatch));
        }
        if (config.value("dispatches").isNull()
                || config.value("dispatches").equals(JsonArray.empty())) {
            config.findings()
                    .error(
                            "node.dispatches_required",
                            config.at("dispatches"),
                            "Expected at least one dispatch, but found none: what the step gets"
                                    + " would go nowhere",
                            "Say what is sent: {\"message_type\": …}, and to whom, if no edge"
                                    + " does.");
        }
        var upstreams = new LinkedHashSet<String>();
        config.texts(CODE, "required_upstreams")
                .forEach(name -> upstreams.add(StepNames.ofStep(name.strip())));
        return new Behaviour.StepSource(upstreams, dispatches);
    }

    private static Behaviour.Dispatch dispatch(Fields dispatch) {
        dispatch.warnUnknown(
                "node.config_key_unknown",
                Set.of("to", "to_node", "message_type", "type", "fields", "schema"),
                "It is kept, and has no effect on this agent.");
        return new Behaviour.Dispatch(
                dispatch.text(CODE, "to", "to_node").map(AgentId::of),
                dispatch.text(CODE, "message_type", "type").orElse(DISPATCH_DEFAULT),
                shape(dispatch, EnumSet.of(FieldValue.Root.RUN_INPUT, FieldValue.Root.UPSTREAM)));
    }

    static Behaviour join(Fields config) {
        BehaviourReader.warnUnknown(
                config,
                Set.of(
                        "expected_sources",
                        "completion_mode",
                        "output_keys",
                        "passthrough",
                        "fail_on_message",
                        "failure_reason",
                        "output_message_type"));
        var sources = new LinkedHashSet<String>();
        config.texts(CODE, "expected_sources").forEach(name -> sources.add(name.strip()));
        boolean first =
                config.word(CODE, List.of("all", "first"), "completion_mode")
                        .equals(Optional.of("first"));
        boolean fails = config.flag(CODE, false, "fail_on_message");
        var reason = config.text(CODE, "failure_reason").orElse(FAILURE_DEFAULT);
        if (sources.isEmpty()
                && !first
                && !fails
                && config.array(CODE, "expected_sources").isEmpty()) {
            config.findings()
                    .error(
                            "node.expected_sources_required",
                            config.at("expected_sources"),
                            "Expected the agents whose messages are joined, but found none",
                            "List their ids, or set completion_mode to first.");
        }
        return new Behaviour.StepJoin(
                sources,
                first,
                outputKeys(config, List.copyOf(sources)),
                config.flag(CODE, false, "passthrough"),
                fails ? Optional.of(reason) : Optional.empty(),
                config.text(CODE, "output_message_type").orElse(JOIN_DEFAULT));
    }

    /** Keys by source; a list gives them in the order of the sources. */
    private static Map<String, String> outputKeys(Fields config, List<String> sources) {
        var keys = new LinkedHashMap<String, String>();
        switch (config.value("output_keys")) {
            case JsonNull _ -> {}
            case JsonArray list -> {
                var texts = config.texts(CODE, "output_keys");
                if (texts.size() == list.size() && texts.size() != sources.size()) {
                    config.wrong(CODE, "as many keys as expected_sources", "output_keys");
                }
                for (int i = 0; i < Math.min(texts.size(), sources.size()); i++) {
                    keys.put(sources.get(i), texts.get(i));
                }
            }
            case JsonObject _ -> {
                var fields = config.fields(CODE, "output_keys");
                for (var source : fields.json().names()) {
                    fields.text(CODE, source).ifPresent(key -> keys.put(source.strip(), key));
                    if (!sources.isEmpty() && !sources.contains(source.strip())) {
                        config.findings()
                                .wrong(
                                        CODE,
                                        fields.at(source),
                                        fields.value(source),
                                        "a key of one of the expected_sources",
                                        "");
                    }
                }
            }
            default -> config.wrong(CODE, "an object by source, or a list", "output_keys");
        }
        var used = new HashSet<>(keys.values());
        sources.stream().filter(source -> !keys.containsKey(source)).forEach(used::add);
        if (used.size() < Math.max(keys.size(), sources.size())) {
            config.wrong(CODE, "a key of its own for each source", "output_keys");
        }
        return keys;
    }

    static Behaviour sink(Fields config) {
        BehaviourReader.warnUnknown(config, Set.of("fields", "schema", "output_message_type"));
        return new Behaviour.StepSink(
                shape(config, EnumSet.of(FieldValue.Root.RUN_INPUT, FieldValue.Root.FLOW_OUTPUT)),
                config.text(CODE, "output_message_type").orElse(SINK_DEFAULT));
    }

    private static BodyShape shape(Fields holder, Set<FieldValue.Root> roots) {
        var schema = holder.fields(CODE, "schema");
        boolean object = schema.json().string("type").equals(Optional.of("object"));
        if (!object && !schema.value("type").isNull()) {
            schema.findings()
                    .odd(
                            "node.schema_unchecked",
                            schema.at("type"),
                            schema.value("type"),
                            "object",
                            "Only objects and their required members are checked.");
        }
        return new BodyShape(
                holder.value("fields").isNull()
                        ? Optional.empty()
                        : Optional.of(members(holder.fields(CODE, "fields"), roots)),
                object,
                schema.texts(CODE, "required"));
    }

    private static FieldValue.Members members(Fields fields, Set<FieldValue.Root> roots) {
        var members = new LinkedHashMap<String, FieldValue>();
        for (var name : fields.json().names()) {
            members.put(
                    name, value(fields.json().at(name), fields.at(name), fields.findings(), roots));
        }
        return new FieldValue.Members(members);
    }

    private static FieldValue value(
            JsonValue value, Place place, Findings findings, Set<FieldValue.Root> roots) {
        return switch (value) {
            case JsonObject object when object.has(REFERENCE) ->
                    reference(new Fields(object, place, findings), roots);
            case JsonObject object -> members(new Fields(object, place, findings), roots);
            case JsonArray array -> {
                var elements = new ArrayList<FieldValue>(array.size());
                for (int i = 0; i < array.size(); i++) {
                    elements.add(value(array.get(i), place.element(i), findings, roots));
                }
                yield new FieldValue.Elements(elements);
            }
            default -> new FieldValue.Literal(value);
        };
    }

    private static FieldValue reference(Fields reference, Set<FieldValue.Root> roots) {
        var words = roots.stream().map(root -> root.name().toLowerCase(Locale.ROOT));
        var root = reference.word(CODE, words.toList(), REFERENCE);
        if (root.isEmpty()) {
            if (reference.value(REFERENCE).isNull()) {
                reference.wrong(CODE, "the name of what it refers to", REFERENCE);
            }
            return new FieldValue.Literal(JsonNull.NULL);
        }
        var step = reference.text(CODE, "step_id").map(StepNames::ofStep);
        if (root.get().equals("upstream") && step.isEmpty()) {
            reference
                    .findings()
                    .error(
                            CODE,
                            reference.at("step_id"),
                            "Expected the step whose output it is, but found none",
                            "");
        }
        return new FieldValue.Reference(
                FieldValue.Root.valueOf(root.get().toUpperCase(Locale.ROOT)),
                step.orElse(""),
                path(reference));
    }

    private static List<String> path(Fields reference) {
        var path = new ArrayList<String>();
        var parts = reference.array(CODE, "path");
        for (int i = 0; i < parts.size(); i++) {
            switch (parts.get(i)) {
                case JsonString(var name) -> path.add(name);
                case JsonNumber number when number.asInt().orElse(-1) >= 0 ->
                        path.add(Integer.toString(number.asInt().orElse(0)));
                default ->
                        reference
                                .findings()
                                .wrong(
                                        CODE,
                                        reference.at("path").element(i),
                                        parts.get(i),
                                        "the name of a member, or a position",
                                        "");
            }
        }
        return path;
    }
}
