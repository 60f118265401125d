package mirrorneuron.cli.runtime;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.follow.JsonSink;
import mirrorneuron.cli.follow.LiveLoop;
import mirrorneuron.cli.output.Durations;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.Size;
import mirrorneuron.cli.view.TopState;
import mirrorneuron.cli.view.TopText;
import mirrorneuron.cli.view.TopView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what a runtime does now. */
@Command(
        name = "top",
        description = {
            "Show nodes, worker pools, unfinished jobs and rates, again every two seconds; q leaves.",
            "In a pipe, and with --json, this is one look; --follow goes on until Ctrl-C."
        },
        footer = {"", "Example:", "  mn runtime top"})
public final class RuntimeTop extends Leaf {

    private static final double INTERVAL_SECONDS_MIN = 0.1;

    /** As many as a high terminal shows. */
    private static final int JOBS_MAX = 50;

    /** How far these are costs a question each. */
    private static final int PROGRESS_MAX = 20;

    /** A page that nobody looks at on a terminal has as many lines as it needs. */
    private static final int ANY_HEIGHT = 1_000;

    @Option(
            names = {"-f", "--follow"},
            description = "In a pipe: go on until Ctrl-C.")
    boolean follow;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "How often to look. Default: ${DEFAULT-VALUE}.")
    double intervalSeconds = 2;

    public RuntimeTop(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) throws InterruptedException {
        var interval =
                Durations.interval(intervalSeconds, INTERVAL_SECONDS_MIN)
                        .orElseThrow(
                                () ->
                                        CommandFailure.usage(
                                                "--interval has to be at least 0.1",
                                                "see " + name() + " --help"));
        if (desk.canRedraw()) {
            try (var runtime = desk.openToRead()) {
                new LiveLoop<TopState>(desk.surroundings(), desk.page().palette(), interval)
                        .run(TopState.unseen(), new Watch(desk, runtime));
                return Report.done(ExitCode.SUCCESS);
            }
        }
        try (var runtime = desk.openToRead()) {
            return follow
                    ? followed(desk, runtime, interval)
                    : report(look(desk, runtime, TopState.unseen()));
        }
    }

    private static TopState look(Desk desk, MirrorNeuron runtime, TopState before) {
        var overview = runtime.monitor().clusterOverview(JobQuery.unfinished().withLimit(JOBS_MAX));
        var jobs = overview.jobs();
        var listed = new ArrayList<TopState.Job>();
        for (var job : jobs) {
            listed.add(job(runtime, job, listed.size() < PROGRESS_MAX));
        }
        return before.seeing(
                desk.surroundings().clock().instant(),
                overview.nodes().stream().map(RuntimeTop::node).toList(),
                runtime.monitor().metrics().byStatus(),
                listed);
    }

    private static TopState.Node node(NodeInfo node) {
        return new TopState.Node(
                node.name().value(),
                node.status().wire(),
                node.schedulingEligible(),
                node.executorPools().entrySet().stream()
                        .map(pool -> Map.entry(pool.getKey(), pool.getValue()))
                        .toList());
    }

    private static TopState.Job job(MirrorNeuron runtime, JobSummary job, boolean asked) {
        var progress =
                asked
                        ? runtime.monitor().workflowProgress(job.jobId())
                        : Optional.<WorkflowProgress>empty();
        return new TopState.Job(
                job.jobId().value(),
                job.jobName().orElse(job.graphId()),
                job.status(),
                progress.map(one -> OptionalInt.of((int) one.percent()))
                        .orElse(OptionalInt.empty()),
                job.submittedAt(),
                progress.map(WorkflowProgress::sequence).orElse(0L));
    }

    private static Report report(TopState state) {
        return Report.of(state.toJson(), page -> lines(state, page), () -> TopText.plain(state))
                .withIds(state.jobs().stream().map(TopState.Job::id).toList());
    }

    private static List<String> lines(TopState state, Page page) {
        return TopView.frame(state, ZoneId.systemDefault(), new Size(page, ANY_HEIGHT), false);
    }

    private Report followed(Desk desk, MirrorNeuron runtime, Duration interval)
            throws InterruptedException {
        var out = desk.surroundings().out();
        var sink = new JsonSink(out, desk.surroundings().clock());
        var state = TopState.unseen();
        try (var interrupts = desk.surroundings().interrupts().listen()) {
            do {
                state = look(desk, runtime, state);
                if (desk.form().isDocument()) {
                    sink.snapshot(state.toJson());
                } else {
                    TopText.plain(state).forEach(line -> out.println(Text.harmless(line)));
                    out.println();
                    out.flush();
                }
            } while (!interrupts.await(interval));
        }
        if (desk.form().isDocument()) {
            sink.complete(state.toJson());
        }
        return Report.done(ExitCode.SUCCESS);
    }

    /** The runtime as something that is watched. */
    private record Watch(Desk desk, MirrorNeuron runtime) implements LiveLoop.Subject<TopState> {

        @Override
        public TopState look(TopState before) {
            return RuntimeTop.look(desk, runtime, before);
        }

        @Override
        public TopState troubled(TopState state, String sentence) {
            return state.withTrouble(sentence);
        }

        @Override
        public TopState press(TopState state, int key) {
            return state.press(key);
        }

        @Override
        public boolean isOver(TopState state) {
            return state.left();
        }

        @Override
        public List<String> frame(TopState state, Size size, boolean live) {
            return TopView.frame(state, ZoneId.systemDefault(), size, live);
        }
    }
}
