package mirrorneuron.engine.manifest;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.workflow.TriggerRule;

/**
 * Reads when a step may run. A rule stands in one of several places, as a word or as an object with
 * its quorum; the first place that has one counts.
 *
 * @see "manifest contract, section 4.4"
 */
final class TriggerReader {

    private static final String[] RULE = {"rule", "type", "mode"};
    private static final String[] QUORUM = {"quorum", "count", "minimum", "min_success"};
    private static final int DIGITS_MAX = 9;

    private final Fields step;
    private final Fields control;
    private final Optional<Fields> join;
    private final Fields graph;
    private final Findings findings;

    /**
     * @param graph holds {@code join_default}
     */
    TriggerReader(Fields step, Fields control, Fields graph) {
        this.step = step;
        this.control = control;
        this.graph = graph;
        this.findings = step.findings();
        this.join =
                step.value("join") instanceof JsonObject json
                        ? Optional.of(new Fields(json, step.at("join"), findings))
                        : Optional.empty();
    }

    /**
     * @param quorum 0 unless the rule counts
     */
    record Trigger(TriggerRule rule, int quorum) {}

    /** One place where a rule may stand. */
    private record Spot(Fields holder, String name) {
        boolean taken() {
            return !holder.value(name).isNull();
        }
    }

    /**
     * Reads the rule.
     *
     * @param incoming edges that lead to the step
     */
    Trigger read(int incoming) {
        var spot = spot();
        if (spot.isEmpty()) {
            return new Trigger(TriggerRule.ALL_SUCCESS, 0);
        }
        var holder = spot.get().holder();
        var name = spot.get().name();
        if (holder.value(name) instanceof JsonObject json) {
            var form = new Fields(json, holder.at(name), findings);
            return trigger(form, form.has(RULE) ? RULE : new String[] {"rule"}, form, incoming);
        }
        return trigger(holder, new String[] {name}, step, incoming);
    }

    private Optional<Spot> spot() {
        var first = new Spot(step, "trigger_rule");
        if (first.taken()) {
            return Optional.of(first);
        }
        var second = new Spot(control, "trigger_rule");
        if (second.taken()) {
            return Optional.of(second);
        }
        if (join.isPresent()) {
            for (var name : new String[] {"trigger_rule", "rule", "mode"}) {
                if (new Spot(join.get(), name).taken()) {
                    return Optional.of(new Spot(join.get(), name));
                }
            }
        } else if (new Spot(step, "join").taken()) {
            return Optional.of(new Spot(step, "join"));
        }
        return Optional.of(new Spot(graph, "join_default")).filter(Spot::taken);
    }

    private Trigger trigger(Fields holder, String[] names, Fields form, int incoming) {
        var word =
                holder.value(names) instanceof JsonString(var text)
                        ? text.strip().toLowerCase(Locale.ROOT)
                        : "";
        var rule = TriggerRule.of(word);
        if (rule.isEmpty()) {
            holder.wrong(
                    "step.trigger_rule_unknown",
                    "one of all_success, all_done, one_success, one_done, one_failed,"
                            + " none_failed_min_one_success, quorum_success",
                    names);
            return new Trigger(TriggerRule.ALL_SUCCESS, 0);
        }
        boolean counts = rule.get() == TriggerRule.QUORUM_SUCCESS;
        return new Trigger(rule.get(), counts ? quorum(form, holder, names, incoming) : 0);
    }

    private int quorum(Fields form, Fields rule, String[] ruleNames, int incoming) {
        var holder = quorumHolder(form);
        if (holder.isEmpty()) {
            findings.error(
                    "step.quorum_required",
                    rule.at(ruleNames),
                    "Expected a quorum beside quorum_success, but found none",
                    "Say how many of the steps before must succeed: \"quorum\": 2.");
            return 1;
        }
        var count = count(holder.get());
        if (count.isEmpty()) {
            holder.get().wrong("step.quorum_invalid", "a whole number >= 1", QUORUM);
            return 1;
        }
        if (incoming > 0 && count.getAsInt() > incoming) {
            holder.get()
                    .wrong(
                            "step.quorum_too_large",
                            "at most " + incoming + ", the number of edges to the step",
                            QUORUM);
        }
        return count.getAsInt();
    }

    private Optional<Fields> quorumHolder(Fields form) {
        if (hasQuorum(form)) {
            return Optional.of(form);
        }
        if (hasQuorum(step)) {
            return Optional.of(step);
        }
        return hasQuorum(control) ? Optional.of(control) : join.filter(TriggerReader::hasQuorum);
    }

    private static boolean hasQuorum(Fields holder) {
        return !holder.value(QUORUM).isNull();
    }

    /** A positive number, or digits. */
    private static OptionalInt count(Fields holder) {
        var count =
                switch (holder.value(QUORUM)) {
                    case JsonNumber number -> number.asInt();
                    case JsonString(var text)
                            when !text.isBlank()
                                    && text.strip().length() <= DIGITS_MAX
                                    && text.strip().chars().allMatch(c -> c >= '0' && c <= '9') ->
                            OptionalInt.of(Integer.parseInt(text.strip()));
                    default -> OptionalInt.empty();
                };
        return count.isPresent() && count.getAsInt() > 0 ? count : OptionalInt.empty();
    }
}
