package mirrorneuron.cli.job;

import java.util.List;
import mirrorneuron.api.JobId;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.view.GraphText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws the agents of a job and the ways between them. */
@Command(
        name = "graph",
        description = "Draw the agents of a job, the ways between them, and what went along them.",
        footer = {
            "",
            "Example:",
            "  mn job graph prime_sweep-1750000000000-0123456789ab --format mermaid"
        })
public final class JobGraphCommand extends Leaf implements Watched {

    enum Format {
        ascii,
        mermaid,
        dot
    }

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    @Option(
            names = "--format",
            paramLabel = "FORM",
            description = "ascii, mermaid or dot. Default: ascii.")
    Format format = Format.ascii;

    public JobGraphCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var graph =
                    runtime.monitor()
                            .graph(JobId.of(jobId))
                            .orElseThrow(() -> JobLookup.unknown(runtime, jobId));
            var text = new GraphText(graph);
            var lines =
                    switch (format) {
                        case ascii -> text.ascii();
                        case mermaid -> text.mermaid();
                        case dot -> text.dot();
                    };
            return Report.of(graph.toJson(), page -> lines, () -> lines)
                    .withIds(List.of(graph.jobId().value()));
        }
    }
}
