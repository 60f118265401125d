package mirrorneuron.cli.run;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.follow.JsonSink;
import mirrorneuron.cli.follow.LiveLoop;
import mirrorneuron.cli.job.FollowCommand;
import mirrorneuron.cli.output.Durations;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.RunsState;
import mirrorneuron.cli.view.RunsView;
import mirrorneuron.cli.view.Size;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists runs: of the jobs that are kept, and those whose folders are left. */
@Command(
        name = "list",
        description = {
            "List runs, newest change first; those whose job was deleted come last.",
            "With --follow the list is drawn again as it changes, and Enter shows a run; q leaves.",
            "In a pipe each change is a line of its own until Ctrl-C."
        },
        footer = {"", "Example:", "  ${COMMAND-FULL-NAME} --max-runs 5"})
public final class RunList extends Leaf implements Watched {

    private static final double INTERVAL_SECONDS_MIN = 0.1;

    @Option(
            names = {"--max-runs", "--limit"},
            paramLabel = "N",
            description = "At most this many. Default: ${DEFAULT-VALUE}.")
    int limit = 20;

    @Option(
            names = {"--blueprint-id", "--blueprint"},
            paramLabel = "ID",
            description = "Only runs of this workflow.")
    Optional<String> blueprint = Optional.empty();

    @Option(names = "--job", paramLabel = "JOB", description = "Only the run of this job.")
    Optional<String> job = Optional.empty();

    @Option(
            names = {"-f", "--follow"},
            description = "Stay and show what changes.")
    boolean follow;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "How often to look. Default: ${DEFAULT-VALUE}.")
    double intervalSeconds = 2;

    public RunList(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public boolean isReading() {
        return !follow;
    }

    @Override
    protected Report perform(Desk desk) throws InterruptedException {
        var interval = Durations.interval(intervalSeconds, INTERVAL_SECONDS_MIN);
        if (limit < 1 || interval.isEmpty()) {
            throw CommandFailure.usage(
                    "--max-runs has to be at least 1, and --interval at least 0.1",
                    "see " + name() + " --help");
        }
        if (follow) {
            var report =
                    desk.canRedraw()
                            ? watched(desk, interval.get())
                            : followed(desk, interval.get());
            desk.note("→ stopped; " + name() + " --follow goes on");
            return report;
        }
        try (var runtime = desk.openToRead()) {
            var runs = runs(desk, runtime);
            var table = table(runs);
            return Report.of(
                            JsonArray.of(runs.stream().map(ListedRun::document).toList()),
                            page -> runs.isEmpty() ? List.of("No runs found") : table.lines(page),
                            () -> runs.isEmpty() ? List.of("No runs found") : table.plain())
                    .withIds(runs.stream().map(ListedRun::id).toList());
        }
    }

    /** Of jobs first; folders whose jobs were deleted are older than any of them. */
    private List<ListedRun> runs(Desk desk, MirrorNeuron runtime) {
        var query = JobQuery.all();
        boolean filtered = blueprint.isPresent() || job.isPresent();
        var all =
                runtime.monitor().listJobs(filtered ? query : query.withLimit(limit)).stream()
                        .map(ListedRun::of)
                        .toList();
        var runs = new ArrayList<ListedRun>();
        all.stream().filter(this::isWanted).limit(limit).forEach(runs::add);
        if (runs.size() < limit) {
            var known = all.stream().map(ListedRun::id).collect(Collectors.toSet());
            desk.runStore()
                    .map(
                            root ->
                                    LeftFolders.below(
                                            root, known, this::isWanted, limit - runs.size()))
                    .ifPresent(runs::addAll);
        }
        return runs;
    }

    private boolean isWanted(ListedRun run) {
        return (job.isEmpty() || run.job().equals(job.get()))
                && (blueprint.isEmpty()
                        || run.blueprint().equals(blueprint.get())
                        || run.graph().equals(blueprint.get()));
    }

    private static Table table(List<ListedRun> runs) {
        return Table.of(
                        List.of("Run ID", "Job ID", "Status", "Ended", "Blueprint"),
                        runs.stream().map(ListedRun::row).toList())
                .withSpare("Job ID", "Ended");
    }

    private Report watched(Desk desk, Duration interval) throws InterruptedException {
        var loop = new LiveLoop<RunsState>(desk.surroundings(), desk.page().palette(), interval);
        var state = loop.run(RunsState.unseen(), new Watch(desk));
        while (state.opened()) {
            show(desk, state.run().orElseThrow());
            state = loop.run(state.closed(), new Watch(desk));
        }
        return Report.done(ExitCode.SUCCESS);
    }

    private static void show(Desk desk, RunsState.Run run) throws InterruptedException {
        try (var runtime = desk.openToRead()) {
            new FollowCommand(desk, runtime, JobId.of(run.job())).look();
        }
    }

    /** The list as something that is watched. */
    private final class Watch implements LiveLoop.Subject<RunsState> {

        private final Desk desk;

        private Watch(Desk desk) {
            this.desk = desk;
        }

        @Override
        public RunsState look(RunsState before) {
            // Opened anew each time: a home that no server holds belongs to others in between.
            try (var runtime = desk.openToRead()) {
                return before.seeing(
                        runs(desk, runtime).stream().map(ListedRun::shown).toList(),
                        desk.surroundings().clock().instant());
            }
        }

        @Override
        public RunsState troubled(RunsState state, String sentence) {
            return state.withTrouble(sentence);
        }

        @Override
        public RunsState press(RunsState state, int key) {
            return state.press(key);
        }

        @Override
        public boolean isOver(RunsState state) {
            return state.left() || state.opened();
        }

        @Override
        public List<String> frame(RunsState state, Size size, boolean live) {
            return state.opened()
                    ? List.of()
                    : RunsView.frame(state, ZoneId.systemDefault(), size, live);
        }
    }

    private Report followed(Desk desk, Duration interval) throws InterruptedException {
        var sink = new JsonSink(desk.surroundings().out(), desk.surroundings().clock());
        Map<String, String> known = new HashMap<>();
        try (var interrupts = desk.surroundings().interrupts().listen()) {
            do {
                try (var runtime = desk.openToRead()) {
                    var changed = new ArrayList<ListedRun>();
                    for (var run : runs(desk, runtime)) {
                        if (!run.status().wire().equals(known.put(run.id(), run.status().wire()))) {
                            changed.add(run);
                        }
                    }
                    changed.reversed().forEach(run -> print(desk, sink, run));
                }
            } while (!interrupts.await(interval));
        }
        if (desk.form().isDocument()) {
            sink.complete(JsonObject.builder().put("runs", known.size()).build());
        }
        return Report.done(ExitCode.SUCCESS);
    }

    private static void print(Desk desk, JsonSink sink, ListedRun run) {
        if (desk.form().isDocument()) {
            sink.happened(run.document());
        } else {
            desk.surroundings().out().println(Text.harmless(String.join("\t", run.row())));
            desk.surroundings().out().flush();
        }
    }
}
