package mirrorneuron.engine.manifest;

import java.util.Optional;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/**
 * By which words a node says that it ends the run.
 *
 * @see "manifest contract, section 5.7"
 */
enum Completion {
    /** Flat graphs: {@code complete_job} still works, and an aggregate without a type ends it. */
    EARLY,
    /** Graphs of steps: only {@code terminal_sink} with {@code complete_run}. */
    LATE;

    private static final String CODE = BehaviourReader.CODE;

    /** Whether the node says that it ends the run, or that it does not; empty = it says nothing. */
    Optional<Boolean> declared(Fields config) {
        boolean sink = config.flag(CODE, false, "terminal_sink");
        boolean run = config.flag(CODE, false, "complete_run");
        if (this == EARLY && !config.value("complete_job", "complete_job?").isNull()) {
            config.findings()
                    .warning(
                            "node.complete_job_deprecated",
                            config.at("complete_job", "complete_job?"),
                            "Expected terminal_sink and complete_run, but found complete_job",
                            "It still works here; workflow manifests refuse it.");
            return Optional.of(config.flag(CODE, false, "complete_job", "complete_job?"));
        }
        if (run && !sink) {
            config.findings()
                    .warning(
                            "node.field_ignored",
                            config.at("complete_run"),
                            "Expected terminal_sink beside complete_run, but found it alone: it"
                                    + " has no effect",
                            "Add \"terminal_sink\": true.");
            return Optional.empty();
        }
        if (run) {
            return Optional.of(true);
        }
        return config.value("complete_run").isNull() ? Optional.empty() : Optional.of(false);
    }

    /** Whether an aggregator's message ends the run. */
    boolean ofAggregate(Fields config) {
        return declared(config).orElse(this == EARLY && !config.has("output_message_type"));
    }

    /** Reports the early words, wherever in the configuration they stand. */
    void check(Fields config) {
        if (this == LATE) {
            refuseEarlyWords(config.json(), config.place(), config.findings());
        }
    }

    private static void refuseEarlyWords(JsonValue value, Place place, Findings findings) {
        switch (value) {
            case JsonObject object -> {
                for (var name : object.names()) {
                    if (name.equals("complete_job") || name.equals("complete_job?")) {
                        findings.error(
                                "node.complete_job_unsupported",
                                place.member(name),
                                "Expected no " + name + " in a graph of steps, but found one",
                                "End the run in a node with terminal_sink and complete_run.");
                    } else {
                        refuseEarlyWords(object.at(name), place.member(name), findings);
                    }
                }
            }
            case JsonArray array -> {
                for (int i = 0; i < array.size(); i++) {
                    refuseEarlyWords(array.get(i), place.element(i), findings);
                }
            }
            default -> {}
        }
    }
}
