package mirrorneuron.cli.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lays two runs beside each other. */
@Command(
        name = "compare",
        description = {
            "Lay two runs beside each other: times, counts, tokens, how long steps took, and each"
                    + " single value of their final artifacts.",
            "Rows that differ are marked with *."
        },
        footer = {
            "",
            "Example:",
            "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab"
                    + " prime_sweep-1750000000001-0123456789ab"
        })
public final class RunCompare extends Leaf implements Watched {

    @Parameters(index = "0", paramLabel = "RUN_A", description = "A run's id, or that of its job.")
    String first = "";

    @Parameters(index = "1", paramLabel = "RUN_B", description = "The other run's.")
    String second = "";

    public RunCompare(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        Map<String, String> a;
        Map<String, String> b;
        try (var runtime = desk.openToRead()) {
            a = described(runtime, first);
            b = described(runtime, second);
        }
        var names = new ArrayList<>(a.keySet());
        var others = new TreeSet<>(b.keySet());
        names.forEach(others::remove);
        names.addAll(others);
        var rows = new ArrayList<List<String>>();
        var data = new ArrayList<JsonValue>();
        for (var name : names) {
            var left = a.getOrDefault(name, "");
            var right = b.getOrDefault(name, "");
            boolean differs = !left.equals(right);
            rows.add(List.of(differs ? "*" : "", name, left, right));
            data.add(
                    JsonObject.builder()
                            .put("field", name)
                            .put("a", left)
                            .put("b", right)
                            .put("differs", differs)
                            .build());
        }
        var table = Table.of(List.of("≠", "Field", first, second), rows);
        return Report.of(JsonArray.of(data), table::lines, table::plain)
                .withIds(List.of(first, second));
    }

    private static Map<String, String> described(MirrorNeuron runtime, String id) {
        var run = RunLookup.run(runtime, id);
        var runId = run.string("run_id").orElse(id);
        var summary = runtime.runFiles().summary(runId);
        var fields = new LinkedHashMap<String, String>();
        fields.put(
                "Blueprint",
                run.string("blueprint_id").or(() -> run.string("graph_id")).orElse(""));
        fields.put("Status", run.string("status").orElse(""));
        fields.put("Started", run.string("started_at").orElse(""));
        fields.put("Ended", run.string("ended_at").orElse(""));
        fields.put(
                "Duration",
                summary.integer("duration_ms").stream()
                        .mapToObj(RunText::duration)
                        .findFirst()
                        .orElse(""));
        fields.put("Event count", number(summary.object("counts"), "events"));
        fields.put("Errors", number(summary.object("counts"), "errors"));
        fields.put("Retries", number(summary, "retry_count"));
        fields.put("Tokens", number(summary.object("token_totals"), "total_tokens"));
        for (var step : steps(runtime, run).entrySet()) {
            fields.put("step." + step.getKey(), step.getValue());
        }
        try {
            var artifact = runtime.runFiles().finalArtifact(runId);
            fields.put("Final artifact", artifact.string("type").orElse("yes"));
            artifact.without("run_id")
                    .without("job_id")
                    .without("created_at")
                    .forEach((name, value) -> scalars("artifact." + name, value, fields));
        } catch (NoSuchEntityException none) {
            fields.put("Final artifact", "none");
        }
        return fields;
    }

    private static String number(JsonObject object, String name) {
        return object.integer(name).stream().mapToObj(Long::toString).findFirst().orElse("");
    }

    /** How long each step took; a run without steps has none. */
    private static Map<String, String> steps(MirrorNeuron runtime, JsonObject run) {
        var times = new LinkedHashMap<String, String>();
        run.string("job_id")
                .flatMap(job -> runtime.monitor().workflowProgress(mirrorneuron.api.JobId.of(job)))
                .ifPresent(
                        progress -> {
                            for (var element : progress.raw().array("steps")) {
                                var step = (JsonObject) element;
                                var took =
                                        step.integer("duration_ms").stream()
                                                .mapToObj(RunText::duration)
                                                .findFirst()
                                                .orElse("");
                                times.put(
                                        step.string("step_id")
                                                .or(() -> step.string("id"))
                                                .orElse("?"),
                                        (step.string("status").orElse("") + " " + took).strip());
                            }
                        });
        return times;
    }

    private static void scalars(String name, JsonValue value, Map<String, String> into) {
        switch (value) {
            case JsonObject object ->
                    object.forEach((member, inner) -> scalars(name + "." + member, inner, into));
            case JsonArray array -> into.put(name, array.size() + " items");
            case JsonString text -> into.put(name, text.value());
            default -> into.put(name, value.toString());
        }
    }
}
