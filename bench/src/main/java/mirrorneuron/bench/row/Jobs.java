package mirrorneuron.bench.row;

import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Load;
import mirrorneuron.bench.Product;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;
import mirrorneuron.engine.manifest.ManifestLimits;

/**
 * Jobs of one workflow in a closed loop.
 *
 * @param inFlight clients, each of which waits for its job before it submits the next
 * @param unit what is counted: {@code job}, {@code step} or {@code message}
 * @param perJob how many of them a job has
 * @param recordRuns whether each job leaves the files of its run, as it does by default
 * @param size what the workflow is made for; fewer in short runs
 */
record Jobs(
        String name,
        String title,
        Workflow workflow,
        int inFlight,
        String unit,
        double perJob,
        int size,
        boolean recordRuns,
        List<Budget> budgets)
        implements Row {

    /** Jobs that leave no files, so that the row measures the jobs alone. */
    Jobs(
            String name,
            String title,
            Workflow workflow,
            int inFlight,
            String unit,
            double perJob,
            int size,
            List<Budget> budgets) {
        this(name, title, workflow, inFlight, unit, perJob, size, false, budgets);
    }

    /** A manifest and the inputs of each submission, both by size. */
    record Workflow(IntFunction<String> manifest, IntFunction<JsonObject> inputs) {

        /** Always the same, with the manifest's own inputs. */
        static Workflow of(String manifest) {
            return new Workflow(_ -> manifest, _ -> JsonObject.empty());
        }
    }

    @Override
    public List<Figure> run(Trial trial) throws Exception {
        int scaled = size == 1 ? 1 : trial.scaled(size);
        double each = perJob * scaled / size;
        try (var runtime =
                Product.open(trial.home(), Map.of(), ManifestLimits.DEFAULT, recordRuns)) {
            var options = SubmitOptions.defaults().withInputs(workflow.inputs().apply(scaled));
            var source = Product.keep(runtime, workflow.manifest().apply(scaled), options);
            var result =
                    Load.closed(inFlight, trial, () -> Product.complete(runtime, source, options));
            return result.figures(unit, each);
        }
    }
}
