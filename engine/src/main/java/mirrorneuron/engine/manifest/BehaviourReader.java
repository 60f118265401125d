package mirrorneuron.engine.manifest;

import java.util.HashSet;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonString;

/**
 * Reads a node's {@code config} as its agent type understands it. A module's configuration is its
 * own; elsewhere a key that nobody reads is warned about.
 *
 * @see "runtime contract, sections 3.2 to 3.6"
 */
final class BehaviourReader {

    static final String CODE = "node.config_invalid";
    private static final String DEDUPE_DEFAULT = "message_id";
    private static final String ALL_SOURCES = "all_sources";

    /** Keys that every agent type has. */
    private static final Set<String> COMMON =
            Set.of(
                    "backpressure",
                    "resources",
                    "constraints",
                    "placement_requirements",
                    "node_type",
                    "role",
                    "description",
                    "metadata");

    private static final Set<String> COMPLETION =
            Set.of("complete_job", "complete_job?", "complete_run", "terminal_sink");

    private BehaviourReader() {}

    static Behaviour read(AgentType type, Fields config, Fields node, Completion completion) {
        return switch (type) {
            case ROUTER -> router(config);
            case AGGREGATOR -> aggregator(config, completion);
            case SENSOR -> sensor(config, completion);
            case MODULE -> module(config);
            case EXECUTOR -> new ExecutorReader(config, node, completion).read();
            case STEP_SOURCE -> FlowReader.source(config);
            case STEP_JOIN -> FlowReader.join(config);
            case STEP_SINK -> FlowReader.sink(config);
        };
    }

    /** Warns of keys that neither this agent type nor every agent reads. */
    static void warnUnknown(Fields config, Set<String> own) {
        var known = new HashSet<>(own);
        known.addAll(COMMON);
        known.addAll(SafetyFlags.KEYS);
        config.warnUnknown(
                "node.config_key_unknown", known, "It is kept, and has no effect on this agent.");
    }

    static Set<String> withCompletion(String... keys) {
        var all = new HashSet<>(COMPLETION);
        all.addAll(Set.of(keys));
        return all;
    }

    private static Behaviour router(Fields config) {
        warnUnknown(config, Set.of("emit_type"));
        return new Behaviour.Router(config.text(CODE, "emit_type"));
    }

    private static Behaviour aggregator(Fields config, Completion completion) {
        warnUnknown(
                config,
                withCompletion(
                        "complete_after",
                        "complete_on_message",
                        "output_message_type",
                        "dedupe_by",
                        "reset_after_emit"));
        boolean onMessage = config.flag(CODE, false, "complete_on_message");
        boolean allSources = isAllSources(config);
        var after = allSources ? OptionalInt.empty() : threshold(config);
        var output = config.text(CODE, "output_message_type");
        boolean completes = completion.ofAggregate(config);
        if ((onMessage || allSources || after.isPresent()) && output.isEmpty() && !completes) {
            config.findings()
                    .error(
                            "node.output_message_type_required",
                            config.at("output_message_type"),
                            "Expected an output_message_type, or terminal_sink with complete_run,"
                                    + " but found neither: the aggregate would go nowhere",
                            "Name the type of the aggregate message, or let it end the run.");
        }
        return new Behaviour.Aggregator(
                after,
                allSources,
                onMessage,
                output,
                completes,
                config.text(CODE, "dedupe_by").orElse(DEDUPE_DEFAULT),
                config.flag(CODE, false, "reset_after_emit"));
    }

    private static boolean isAllSources(Fields config) {
        return config.value("complete_after") instanceof JsonString(var text)
                && text.strip().equals(ALL_SOURCES);
    }

    /** A positive count, as a number or as digits. Anything else means never, with a warning. */
    private static OptionalInt threshold(Fields config) {
        var value = config.value("complete_after");
        var count =
                switch (value) {
                    case JsonNumber number -> number.asInt();
                    case JsonString(var text) when isDigits(text.strip()) ->
                            OptionalInt.of(Integer.parseInt(text.strip()));
                    default -> OptionalInt.empty();
                };
        if (count.isPresent() && count.getAsInt() > 0) {
            return count;
        }
        if (!value.isNull()) {
            config.findings()
                    .odd(
                            "node.complete_after_ignored",
                            config.at("complete_after"),
                            value,
                            "a whole number >= 1, or " + ALL_SOURCES,
                            "The aggregator collects and never emits because of it.");
        }
        return OptionalInt.empty();
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty()
                && text.length() <= 9
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static Behaviour sensor(Fields config, Completion completion) {
        warnUnknown(config, withCompletion("complete_after", "output_message_type"));
        int after =
                switch (config.value("complete_after")) {
                    case JsonNull _ -> 1;
                    case JsonString(var text)
                            when isDigits(text.strip()) && Integer.parseInt(text.strip()) > 0 ->
                            Integer.parseInt(text.strip());
                    default ->
                            (int)
                                    config.whole(CODE, 1, Integer.MAX_VALUE, "complete_after")
                                            .orElse(1);
                };
        return new Behaviour.Sensor(
                after,
                config.text(CODE, "output_message_type").orElse("sensor_ready"),
                completion.declared(config).orElse(false));
    }

    private static Behaviour module(Fields config) {
        var source = config.text(CODE, "module_source");
        var module = config.text(CODE, "module");
        if (source.isPresent() && !source.get().toLowerCase(Locale.ROOT).endsWith(".java")) {
            config.findings()
                    .wrong(
                            "node.module_unsupported",
                            config.at("module_source"),
                            config.value("module_source"),
                            "a .java file",
                            "This runtime runs Java. Write the agent in Java, or let an executor"
                                    + " run it as a command.");
        } else if (source.isPresent() && RelativePath.normalise(source.get()).isEmpty()) {
            config.wrong("node.path_unsafe", "a relative path below payloads/", "module_source");
        }
        if (module.isEmpty() && source.isEmpty()) {
            config.findings()
                    .error(
                            "node.module_required",
                            config.at("module"),
                            "Expected the name of a module, but found none",
                            "Name a registered agent in config.module.");
        }
        return new Behaviour.Module(module.orElse(""), source.flatMap(RelativePath::normalise));
    }
}
