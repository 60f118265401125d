package mirrorneuron.cli.job;

import java.time.Duration;
import java.util.Optional;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes up an unfinished job and follows it to its end. */
@Command(
        name = "monitor",
        description = {
            "Follow a job to its end; an unfinished one that no server runs is taken up.",
            "On a terminal this is a view of its steps and agents: ? shows the keys, q leaves.",
            "In a pipe: one line per event."
        },
        footer = {"", "Example:", "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab"})
public final class JobMonitor extends Leaf {

    @Parameters(paramLabel = "JOB", description = "The job's id, or that of its run.")
    String jobId = "";

    @Option(names = "--plain", description = "One line per event, also on a terminal.")
    boolean plain;

    @Option(names = "--from-start", description = "Show the job's earlier events too.")
    boolean fromStart;

    @Option(names = "--exit-status", description = "Exit with 1 unless the job completes.")
    boolean exitStatus;

    @Option(
            names = "--follow-seconds",
            paramLabel = "N",
            description = "Leave the job for later after this time. Default: follow to the end.")
    Optional<Long> followSeconds = Optional.empty();

    public JobMonitor(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) throws InterruptedException {
        try (var runtime = desk.openToWork()) {
            var details = JobLookup.details(runtime, jobId, 1);
            var newest =
                    details.recentEvents().isEmpty()
                            ? 0
                            : details.recentEvents().getFirst().sequence().orElse(0);
            boolean onlyNew = !fromStart && !details.job().status().terminal();
            return new FollowCommand(plain ? desk.asPlain() : desk, runtime, details.job().jobId())
                    .asMonitor()
                    .withEveryEvent(true)
                    .withExitStatus(exitStatus)
                    .withRunFolder(details.job().raw().string("run_id").flatMap(desk::runFolder))
                    .from(onlyNew ? FollowOptions.after(newest) : FollowOptions.fromStart())
                    .atMost(followSeconds.map(Duration::ofSeconds))
                    .run();
        }
    }
}
