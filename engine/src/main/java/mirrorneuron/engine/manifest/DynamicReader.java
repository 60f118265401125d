package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.workflow.DynamicSpec;
import mirrorneuron.engine.workflow.DynamicSpec.Limits;
import mirrorneuron.engine.workflow.DynamicSpec.Region;
import mirrorneuron.engine.workflow.DynamicSpec.Strategy;
import mirrorneuron.engine.workflow.StepEdge;

/**
 * Reads what may be added to a workflow while it runs.
 *
 * @see "manifest contract, section 4.5"
 */
final class DynamicReader {

    private static final String SCOPE = "dynamic";
    private static final String CODE = "dynamic.field_type";
    private static final int PATCHES_DEFAULT = 64;
    private static final int CHECKPOINT_PATCHES_DEFAULT = 10_000;

    private final Fields dynamic;
    private final Findings findings;
    private final Map<String, Integer> steps;
    private final StepTemplates templates;

    private DynamicReader(Fields dynamic, Map<String, Integer> steps, StepTemplates templates) {
        this.dynamic = dynamic;
        this.findings = dynamic.findings();
        this.steps = steps;
        this.templates = templates;
    }

    /**
     * Finds what may be added; empty when the graph stays as it is.
     *
     * @param mode whether the workflow says that its graph is dynamic
     */
    static Optional<DynamicReader> find(
            Layout layout,
            boolean mode,
            Map<String, Integer> steps,
            NodeDrafts nodes,
            boolean strict) {
        var dynamic = layout.with("dynamic").fields(CODE, "dynamic");
        boolean enabled = dynamic.flag(CODE, false, "enabled");
        if (enabled != mode) {
            dynamic.findings()
                    .error(
                            "dynamic.mode_mismatch",
                            dynamic.at("enabled"),
                            "Expected dynamic.enabled to be "
                                    + mode
                                    + " as the mode says, but found "
                                    + enabled,
                            "Write \"mode\": \"dynamic_dag\" with \"enabled\": true, or neither.");
        }
        dynamic.word("dynamic.apply_at_unsupported", List.of("between_steps"), "apply_at");
        return enabled
                ? Optional.of(
                        new DynamicReader(
                                dynamic,
                                steps,
                                StepTemplates.find(dynamic, SCOPE, steps.keySet(), nodes, strict)))
                : Optional.empty();
    }

    StepTemplates templates() {
        return templates;
    }

    /** True when all that is added hangs on a controller, so that no written edge is needed. */
    boolean onlyFansOut() {
        var regions = dynamic.json().array("regions");
        return !regions.isEmpty()
                && regions.values().stream()
                        .allMatch(
                                region ->
                                        region instanceof JsonObject json
                                                && json.string("strategy")
                                                        .equals(Optional.of("checkpoint_fanout")));
    }

    DynamicSpec read(StepReader reader, List<StepEdge> edges) {
        var regions = new ArrayList<Region>();
        var ids = new IdSet("dynamic.region_id_duplicate", "region");
        var taken = new HashSet<String>();
        if (dynamic.array(CODE, "regions").isEmpty()) {
            findings.error(
                    "dynamic.regions_required",
                    dynamic.at("regions"),
                    "Expected regions of the graph that may change, but found none",
                    "Name a controller, a strategy and templates.");
        } else {
            for (var region : dynamic.objects(CODE, "regions")) {
                region(region, ids, taken, edges).ifPresent(regions::add);
            }
        }
        boolean checkpoints =
                regions.stream().anyMatch(r -> r.strategy() == Strategy.CHECKPOINT_FANOUT);
        return new DynamicSpec(templates.read(reader), regions, limits(checkpoints));
    }

    private Optional<Region> region(
            Fields region, IdSet ids, Set<String> taken, List<StepEdge> edges) {
        var id = Identifiers.read(region, "dynamic.region_id_invalid", "id");
        if (id.isEmpty() && region.value("id").isNull()) {
            region.wrong("dynamic.region_id_invalid", Identifiers.EXPECTED, "id");
        }
        id.ifPresent(text -> ids.add(region, text));
        var strategy =
                region.word(
                        "dynamic.strategy_unsupported",
                        List.of("replace_path", "checkpoint_fanout"),
                        "strategy");
        if (strategy.isEmpty() && region.value("strategy").isNull()) {
            region.wrong(
                    "dynamic.strategy_unsupported",
                    "replace_path or checkpoint_fanout",
                    "strategy");
        }
        var controller = step(region, "controller");
        var allowed = allowedTemplates(region);
        if (id.isEmpty() || strategy.isEmpty() || controller.isEmpty()) {
            return Optional.empty();
        }
        var kind = Strategy.valueOf(strategy.get().toUpperCase(Locale.ROOT));
        return switch (kind) {
            case REPLACE_PATH -> {
                var exit = step(region, "exit");
                var mutable =
                        exit.map(to -> mutableEdges(region, controller.get(), to, taken, edges));
                yield Optional.of(
                        new Region(
                                id.get(),
                                kind,
                                controller.get(),
                                exit,
                                allowed,
                                mutable.orElse(Set.of())));
            }
            case CHECKPOINT_FANOUT -> {
                if (region.has("mutable_edges")) {
                    findings.error(
                            "dynamic.mutable_edges_not_allowed",
                            region.at("mutable_edges"),
                            "Expected no mutable_edges in a region that fans out, but found some",
                            "Remove them: written edges stay, only added steps come and go.");
                }
                yield Optional.of(
                        new Region(
                                id.get(),
                                kind,
                                controller.get(),
                                Optional.empty(),
                                allowed,
                                Set.of()));
            }
        };
    }

    private Optional<Integer> step(Fields region, String name) {
        if (region.value(name) instanceof JsonString(var text)
                && steps.get(text.strip()) instanceof Integer index) {
            return Optional.of(index);
        }
        region.wrong("dynamic." + name + "_unknown", "the id of a fixed step", name);
        return Optional.empty();
    }

    private Set<String> allowedTemplates(Fields region) {
        var allowed = new LinkedHashSet<String>();
        var array = region.array("dynamic.region_templates_invalid", "templates");
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i) instanceof JsonString(var text) && templates.has(text.strip())) {
                allowed.add(text.strip());
            } else {
                findings.wrong(
                        "dynamic.region_templates_invalid",
                        region.at("templates").element(i),
                        array.get(i),
                        "the id of a template",
                        "");
            }
        }
        if (array.isEmpty()) {
            region.wrong("dynamic.region_templates_invalid", "ids of templates", "templates");
        }
        return allowed;
    }

    /** Ids of edges that a patch may take away; an edge is in one region at most. */
    private Set<String> mutableEdges(
            Fields region, int controller, int exit, Set<String> taken, List<StepEdge> edges) {
        var mutable = new LinkedHashSet<String>();
        var code = "dynamic.mutable_edges_invalid";
        var between =
                edges.stream()
                        .filter(edge -> edge.from() == controller && edge.to() == exit)
                        .map(StepEdge::id)
                        .collect(Collectors.toSet());
        var array = region.array(code, "mutable_edges");
        for (int i = 0; i < array.size(); i++) {
            var edge = array.get(i) instanceof JsonString(var id) ? id.strip() : "";
            boolean fits = between.contains(edge);
            if (!fits) {
                findings.wrong(
                        code,
                        region.at("mutable_edges").element(i),
                        array.get(i),
                        "the id of an edge from the controller to the exit",
                        "");
            } else if (!taken.add(edge)) {
                findings.error(
                        "dynamic.mutable_edge_shared",
                        region.at("mutable_edges").element(i),
                        "Expected edge " + edge + " in one region, but found it in two",
                        "Leave it to one of them.");
            } else {
                mutable.add(edge);
            }
        }
        if (array.isEmpty()) {
            region.wrong(code, "ids of the edges that a patch may remove", "mutable_edges");
        }
        return mutable;
    }

    private Limits limits(boolean checkpoints) {
        var limits = dynamic.fields(CODE, "limits");
        return new Limits(
                limit(
                        limits,
                        "max_patches",
                        1,
                        100_000,
                        checkpoints ? CHECKPOINT_PATCHES_DEFAULT : PATCHES_DEFAULT),
                limit(limits, "max_active_steps", 1, 1_000, 128),
                limit(limits, "max_operations_per_patch", 1, 256, 64),
                limit(limits, "max_instance_input_bytes", 1, Integer.MAX_VALUE, 32_768),
                limit(limits, "max_history", 0, 10_000, 256));
    }

    private static int limit(Fields limits, String name, int min, int max, int fallback) {
        return (int) limits.whole("dynamic.limit_invalid", min, max, name).orElse(fallback);
    }
}
