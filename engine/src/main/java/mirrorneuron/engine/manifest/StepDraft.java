package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A step before it is read.
 *
 * @param index position among the steps that have a usable id
 */
record StepDraft(int index, Fields fields, String id, StepRun run) {

    /** Reads the ids of the steps and what runs them. */
    static List<StepDraft> readAll(Layout layout, ManifestLimits limits) {
        var holder = layout.steps();
        var list = layout.stepList();
        int count = holder.array("workflow.field_type", list).size();
        if (count > limits.nodesMax()) {
            holder.findings()
                    .error(
                            "workflow.too_many_steps",
                            holder.at(list),
                            "Expected at most " + limits.nodesMax() + " steps, but found " + count,
                            "Split the workflow, or let one step handle many items.");
            return List.of();
        }
        var drafts = new ArrayList<StepDraft>(count);
        if (count > 0) {
            var ids = new IdSet("step.id_duplicate", "step");
            for (var step : holder.objects("step.not_an_object", list)) {
                id(step, ids)
                        .ifPresent(
                                id ->
                                        drafts.add(
                                                new StepDraft(
                                                        drafts.size(),
                                                        step,
                                                        id,
                                                        StepRun.read(step, id))));
            }
        }
        return drafts;
    }

    private static Optional<String> id(Fields step, IdSet ids) {
        if (step.value("id").isNull()) {
            step.findings()
                    .error(
                            "step.id_required",
                            step.at("id"),
                            "Expected an id, but found none",
                            "Name the step; edges refer to it by this name.");
            return Optional.empty();
        }
        return Identifiers.read(step, "step.id_invalid", "id").filter(id -> ids.add(step, id));
    }
}
