package mirrorneuron.cli.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.job.JobResult;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a run's whole result, or saves it. */
@Command(
        name = "result",
        description = "Print the whole result of a completed run, or save it with --output.",
        footer = {
            "",
            "Example:",
            "  mn run result prime_sweep-1750000000000-0123456789ab --output results"
        })
public final class RunResult extends Leaf {

    @Parameters(paramLabel = "RUN", description = "The run's id, or that of its job.")
    String runId = "";

    @Option(
            names = {"-o", "--output", "--out"},
            paramLabel = "DIR",
            description = "Write result.json into this folder and print its path.")
    Optional<Path> out = Optional.empty();

    public RunResult(Surroundings surroundings) {
        super(surroundings, OutputMeans.FOLDER);
    }

    @Override
    protected Report perform(Desk desk) throws IOException {
        try (var runtime = desk.openToRead()) {
            var left = left(runtime);
            if (left.isPresent()) {
                return JobResult.ofFile(desk, runId, left.get(), out);
            }
        }
        return JobResult.result(desk, runId, out);
    }

    /** {@code result.json} of a run whose job was deleted. */
    private Optional<JsonObject> left(MirrorNeuron runtime) {
        try {
            var run = runtime.runFiles().run(runId);
            return run.string("job_id")
                            .flatMap(job -> runtime.jobs().inspect(JobId.of(job)))
                            .isPresent()
                    ? Optional.empty()
                    : Optional.of(runtime.runFiles().result(runId));
        } catch (NoSuchEntityException | InvalidRequestException none) {
            return Optional.empty();
        }
    }
}
