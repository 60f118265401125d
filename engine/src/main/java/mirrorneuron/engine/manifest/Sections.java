package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Checks the sections that every dialect has and that say nothing about the graph. They stay in the
 * manifest as written; whoever acts on one reads it from there.
 *
 * @see "manifest contract, section 6"
 */
final class Sections {

    private static final int PATTERN_CHARS_MAX = 1_000;

    private Sections() {}

    static void check(Fields top) {
        Requirements.read(top);
        checkInputValidation(top);
        ServiceCheck.checkTop(top);
        DeploymentCheck.checkTop(top);
        ScheduleCheck.check(top);
        DependencyCheck.check(top);
        checkReload(top);
        checkMetadata(top);
        top.flag("manifest.field_type", false, "requiredContextEngine", "required_context_engine");
        top.object("manifest.field_type", "contract");
        Dormant.checkTop(top);
    }

    private static void checkReload(Fields top) {
        if (!(top.value("reload") instanceof JsonObject json)) {
            return;
        }
        var reload = new Fields(json, top.at("reload"), top.findings());
        reload.word("reload.mode_unsupported", List.of("manual", "interval"), "mode");
        reload.whole("reload.interval_invalid", 1, Integer.MAX_VALUE, "interval_seconds");
    }

    private static void checkMetadata(Fields top) {
        var metadata = top.fields("manifest.field_type", "metadata");
        var data = metadata.fields("metadata.job_data_type", "job_data");
        for (var resource : data.objects("metadata.job_data_type", "resources")) {
            resource.text("metadata.job_data_name_invalid", "name");
            resource.word(
                    "metadata.job_data_access_unsupported",
                    List.of("read_only", "read_write"),
                    "access");
            var seed = resource.value("seed");
            boolean safe =
                    seed.isNull()
                            || (seed instanceof JsonString(var text)
                                    && text.startsWith("@/")
                                    && RelativePath.normalise(text.substring(2)).isPresent());
            if (!safe) {
                resource.wrong(
                        "metadata.job_data_seed_unsafe", "@/ and a path in the bundle", "seed");
            }
        }
    }

    private static void checkInputValidation(Fields top) {
        var names = new String[] {"input_validation", "inputValidation"};
        var place = top.at(names);
        switch (top.value(names)) {
            case JsonNull _ -> {}
            case JsonArray rules -> checkRules(rules, place, top.findings());
            case JsonObject object -> {
                var fields = new Fields(object, place, top.findings());
                checkRules(
                        fields.array("input_validation.rules_type", "rules"),
                        fields.at("rules"),
                        top.findings());
            }
            default -> top.wrong("input_validation.type", "an object with rules, or a list", names);
        }
    }

    private static void checkRules(JsonArray rules, Place place, Findings findings) {
        for (int i = 0; i < rules.size(); i++) {
            JsonValue rule = rules.get(i);
            if (rule instanceof JsonObject object) {
                checkRule(new Fields(object, place.element(i), findings));
            } else {
                findings.wrong(
                        "input_validation.rule_type", place.element(i), rule, "an object", "");
            }
        }
    }

    private static void checkRule(Fields rule) {
        if (rule.json().string("type").equals(Optional.of("command"))) {
            rule.findings()
                    .error(
                            "input_validation.command_refused",
                            rule.at("type"),
                            "Expected a pattern rule, but found a command: input is checked"
                                    + " without running anything",
                            "Check it in the first agent of the graph.");
            return;
        }
        rule.word("input_validation.type_unsupported", List.of("pattern"), "type");
        rule.word("input_validation.source_unsupported", List.of("config", "manifest"), "source");
        if (rule.text("input_validation.path_required", "path", "input").isEmpty()
                && rule.value("path", "input").isNull()) {
            rule.findings()
                    .error(
                            "input_validation.path_required",
                            rule.at("path"),
                            "Expected the path of an input, but found none",
                            "");
        }
        rule.flag("input_validation.required_type", true, "required");
        if (!(rule.value("pattern") instanceof JsonString(var pattern)) || !isPattern(pattern)) {
            rule.wrong(
                    "input_validation.pattern_invalid",
                    "a regular expression of at most " + PATTERN_CHARS_MAX + " characters",
                    "pattern");
        }
    }

    private static boolean isPattern(String text) {
        if (text.length() > PATTERN_CHARS_MAX) {
            return false;
        }
        try {
            return Pattern.compile(text) != null;
        } catch (IllegalArgumentException notAPattern) {
            return false;
        }
    }
}
