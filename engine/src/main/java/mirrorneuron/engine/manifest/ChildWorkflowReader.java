package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.workflow.Approval;
import mirrorneuron.engine.workflow.ChildWorkflowSpec;
import mirrorneuron.engine.workflow.StepSpec;

/**
 * Reads which steps unfold into rounds of steps.
 *
 * @see "manifest contract, section 4.5"
 */
final class ChildWorkflowReader {

    private static final String SCOPE = "child_workflow";
    private static final String CODE = "child_workflow.field_type";
    private static final int ROUNDS_MAX = 20;
    private static final int STEPS_MAX = 128;

    /** A parent step with what it may unfold into. */
    private record Draft(String parent, Fields spec, StepTemplates templates) {}

    private final List<Draft> drafts;

    private ChildWorkflowReader(List<Draft> drafts) {
        this.drafts = drafts;
    }

    static ChildWorkflowReader find(
            Layout layout, Set<String> stepIds, NodeDrafts nodes, boolean strict) {
        var children = layout.with("child_workflows").fields(CODE, "child_workflows");
        var drafts = new ArrayList<Draft>();
        for (var parent : children.json().names()) {
            var spec = children.fields(CODE, parent);
            if (stepIds.contains(parent)) {
                var templates = StepTemplates.find(spec, SCOPE, stepIds, nodes, strict);
                drafts.add(new Draft(parent, spec, templates));
            } else {
                children.findings()
                        .error(
                                "child_workflow.parent_unknown",
                                children.at(parent),
                                "Expected the id of a step, but found " + parent,
                                "Name the step that unfolds.");
            }
        }
        return new ChildWorkflowReader(drafts);
    }

    /** Agents that run steps of a plan. */
    void addTo(Map<AgentId, List<StepDraft>> byAgent) {
        drafts.forEach(draft -> draft.templates().addTo(byAgent));
    }

    /** By the id of the parent step. */
    Map<String, ChildWorkflowSpec> read(StepReader reader) {
        var specs = new LinkedHashMap<String, ChildWorkflowSpec>();
        for (var draft : drafts) {
            var spec = draft.spec();
            var planner = planner(draft);
            var templates = draft.templates().read(reader);
            planner.flatMap(draft.templates()::find)
                    .ifPresent(
                            step ->
                                    refuseGate(
                                            step,
                                            Objects.requireNonNull(templates.get(step.id())).step(),
                                            "template " + step.id() + ", which plans the rounds",
                                            "Ask on another template, or on a step after "
                                                    + draft.parent()
                                                    + "."));
            specs.put(
                    draft.parent(),
                    new ChildWorkflowSpec(
                            planner.orElse(""),
                            templates,
                            limit(spec, "max_rounds", ROUNDS_MAX),
                            limit(spec, "max_steps_per_round", STEPS_MAX),
                            paths(spec, "inputs"),
                            paths(spec, "outputs")));
        }
        return specs;
    }

    /**
     * Reports what asks people about the output of a step that unfolds: no agent of its own makes
     * one.
     */
    void check(StepDraft step, StepSpec spec) {
        if (drafts.stream().anyMatch(draft -> draft.parent().equals(step.id()))) {
            refuseGate(
                    step,
                    spec,
                    "step " + step.id() + ", which unfolds into rounds of steps",
                    "Ask on a template of its rounds, or on a step after it.");
        }
    }

    private static void refuseGate(StepDraft step, StepSpec spec, String who, String help) {
        boolean unsure = spec.minConfidence().isPresent();
        boolean asks =
                spec.approval().filter(gate -> gate.mode() != Approval.Mode.DISABLED).isPresent();
        if (asks || unsure) {
            step.fields()
                    .findings()
                    .error(
                            "child_workflow.approval_unsupported",
                            step.fields().at("control").member(asks ? "approval" : "uncertainty"),
                            "Expected no approval on "
                                    + who
                                    + ", but found one: nobody would be asked",
                            help);
        }
    }

    private static Optional<String> planner(Draft draft) {
        if (draft.spec().value("planner") instanceof JsonString(var text)
                && draft.templates().has(text.strip())) {
            return Optional.of(text.strip());
        }
        draft.spec().wrong("child_workflow.planner_unknown", "the id of a template", "planner");
        return Optional.empty();
    }

    private static int limit(Fields spec, String name, int max) {
        return (int) spec.whole("child_workflow.limit_invalid", 1, max, name).orElse(max);
    }

    private static Map<String, List<String>> paths(Fields spec, String member) {
        var paths = new LinkedHashMap<String, List<String>>();
        var fields = spec.fields(CODE, member);
        fields.json().names().forEach(name -> paths.put(name, fields.texts(CODE, name)));
        return paths;
    }
}
