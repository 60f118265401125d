package mirrorneuron.cli.blueprint;

import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Validation;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Issues;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.output.Fields;

/** What a submission would begin. Stateless. */
public final class BundlePlan {

    private BundlePlan() {}

    /**
     * @param preview of the bundle
     * @throws CommandFailure with every problem, when it would be refused
     */
    public static Plan of(Validation preview) {
        return switch (preview) {
            case Validation.Invalid invalid ->
                    throw Issues.attach(
                            CommandFailure.invalid(
                                    "It would be refused: " + invalid.issues().getFirst().message(),
                                    "mend the places named above"),
                            invalid.issues());
            case Validation.Valid valid -> {
                var manifest = valid.bundle().manifest();
                var entrypoints = manifest.entrypoints().stream().map(AgentId::value).toList();
                yield new Plan(
                        "Job submit",
                        true,
                        new Fields()
                                .add("Workflow", manifest.graphId())
                                .add("Entrypoints", String.join(", ", entrypoints))
                                .add("Fingerprint", valid.bundle().fingerprint())
                                .add(
                                        "Warnings",
                                        String.join("; ", Issues.warnings(valid.warnings()))),
                        JsonObject.builder()
                                .put("graph_id", manifest.graphId())
                                .put("entrypoints", JsonArray.ofStrings(entrypoints))
                                .put("fingerprint", valid.bundle().fingerprint())
                                .build(),
                        List.of(manifest.graphId()));
            }
        };
    }
}
