package mirrorneuron.cli.job;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Capabilities.Mode;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.follow.EventSink;
import mirrorneuron.cli.follow.FollowEnd;
import mirrorneuron.cli.follow.FollowSink;
import mirrorneuron.cli.follow.Follower;
import mirrorneuron.cli.follow.JsonSink;
import mirrorneuron.cli.follow.LiveSink;
import mirrorneuron.cli.follow.PlainSink;
import mirrorneuron.cli.follow.Retries;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.OutputForm;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.view.EventText;
import mirrorneuron.cli.view.RequestText;
import mirrorneuron.cli.view.ResultText;
import mirrorneuron.cli.view.StepsProgress;

/**
 * Follows a job in the desk's form and says how it ended: what {@code blueprint run} and {@code job
 * monitor} share. Not for sharing between threads.
 */
public final class FollowCommand {

    private static final int FAILURES_MAX = 5;

    private final Desk desk;
    private final MirrorNeuron runtime;
    private final JobId job;
    private List<String> warnings = List.of();
    private boolean announce;
    private Runnable more = () -> {};
    private boolean silent;
    private boolean exitStatus;
    private boolean everyEvent;
    private boolean monitors;
    private Optional<Path> runFolder = Optional.empty();
    private long eventsSeen;
    private FollowOptions from = FollowOptions.fromStart();
    private Optional<Duration> limit = Optional.empty();

    public FollowCommand(Desk desk, MirrorNeuron runtime, JobId job) {
        this.desk = desk;
        this.runtime = runtime;
        this.job = job;
    }

    /** Says first that the job is there, with what was noticed about it. */
    public FollowCommand announced(List<String> newWarnings) {
        announce = true;
        warnings = List.copyOf(newWarnings);
        return this;
    }

    /** Says more about the job, between its id and its progress; not where a document is made. */
    public FollowCommand afterAnnouncement(Runnable value) {
        more = value;
        return this;
    }

    /** Shows no progress, only the end; with JSON this is one document. */
    public FollowCommand silently(boolean value) {
        silent = value;
        return this;
    }

    /** Exits with 1 unless the job completes. */
    public FollowCommand withExitStatus(boolean value) {
        exitStatus = value;
        return this;
    }

    /** In a pipe, one line for every event instead of the few that matter. */
    public FollowCommand withEveryEvent(boolean value) {
        everyEvent = value;
        return this;
    }

    /** The job was there before: Ctrl-C only ends the looking at it, wherever it is looked at. */
    public FollowCommand asMonitor() {
        monitors = true;
        return this;
    }

    /** Names the run's folder to whoever leaves the job. */
    public FollowCommand withRunFolder(Optional<Path> value) {
        runFolder = value;
        return this;
    }

    public FollowCommand from(FollowOptions value) {
        from = value;
        return this;
    }

    public FollowCommand atMost(Optional<Duration> value) {
        limit = value;
        return this;
    }

    /**
     * Shows the view, whether the job goes on or has ended, until its reader leaves; prints
     * nothing.
     */
    public void look() throws InterruptedException {
        follow(live(true));
    }

    private LiveSink live(boolean stays) {
        return new LiveSink(
                desk.surroundings().screens().open(),
                desk.page().palette(),
                desk.surroundings().clock(),
                ZoneId.systemDefault(),
                stays);
    }

    /** Follows, prints, and returns what is left to report. */
    public Report run() throws InterruptedException {
        announce();
        if (!isStream()) {
            return finish(follow(sink()), Optional.empty());
        }
        var json = new JsonSink(desk.surroundings().out(), desk.surroundings().clock());
        json.snapshot(JsonObject.builder().put("job_id", job.value()).build());
        try {
            return finish(follow(json), Optional.of(json));
        } catch (MirrorNeuronException exception) {
            // A stream of records ends with a record, whatever happened.
            var failure = desk.failure(exception);
            json.failed(failure.toJson());
            return Report.done(failure.exit());
        }
    }

    private FollowEnd follow(FollowSink open) throws InterruptedException {
        var surroundings = desk.surroundings();
        try (var interrupts = surroundings.interrupts().listen();
                var sink = open) {
            var follower =
                    new Follower(
                            runtime,
                            job,
                            sink,
                            interrupts,
                            surroundings.clock(),
                            Retries.of(surroundings),
                            limit);
            var end = follower.follow(from);
            eventsSeen = follower.events();
            return end;
        }
    }

    private boolean isStream() {
        return !silent && (desk.form() == OutputForm.JSON || desk.form() == OutputForm.NDJSON);
    }

    private void announce() {
        if (!announce) {
            return;
        }
        var out = desk.surroundings().out();
        if (desk.quiet()) {
            out.println(job);
        } else if (!desk.form().isDocument()) {
            out.println("Job ID: " + job);
            warnings.forEach(desk::warn);
        }
        // Whoever reads a pipe wants to know the id now: the process may be killed at any moment.
        out.flush();
        if (!desk.quiet() && !desk.form().isDocument() && !silent) {
            more.run();
        }
    }

    private boolean isLive() {
        return !silent && !desk.quiet() && !desk.form().isDocument() && desk.canRedraw();
    }

    private FollowSink sink() {
        if (isLive()) {
            return live(false);
        }
        if (silent || desk.quiet() || desk.form().isDocument()) {
            return new EventSink(event -> {});
        }
        if (everyEvent) {
            var out = desk.surroundings().out();
            return new EventSink(
                    event -> {
                        out.println(Secrets.in(EventText.line(event)));
                        out.flush();
                    });
        }
        return new PlainSink(desk::note, desk.surroundings().clock());
    }

    private Report finish(FollowEnd end, Optional<JsonSink> stream) {
        var exit = exit(end);
        var data = document(end);
        if (stream.isPresent()) {
            stream.get().complete(data);
            return Report.done(exit);
        }
        if (desk.form().isDocument()) {
            return report(data, end, exit);
        }
        if (!desk.quiet()) {
            print(end);
        }
        return Report.done(exit);
    }

    private Report report(JsonObject data, FollowEnd end, ExitCode exit) {
        var report = Report.of(data, page -> List.of(), List::of);
        return switch (exit) {
            case SUCCESS -> report;
            case INTERRUPTED -> report.withProblem(exit, "MN_INTERRUPTED", "Interrupted.");
            default ->
                    report.withProblem(
                            exit,
                            "MN_COMMAND_FAILED",
                            "Job " + job + " is " + end.details().job().status().wire());
        };
    }

    private ExitCode exit(FollowEnd end) {
        return switch (end) {
            case FollowEnd.Ended(var details) ->
                    exitStatus && details.job().status() != JobStatus.COMPLETED
                            ? ExitCode.FAILED
                            : ExitCode.SUCCESS;
            case FollowEnd.StandsStill _ -> exitStatus ? ExitCode.FAILED : ExitCode.SUCCESS;
            case FollowEnd.TimeOver _ -> exitStatus ? ExitCode.FAILED : ExitCode.SUCCESS;
            case FollowEnd.Left(_, var asked) ->
                    asked && (monitors || isLive()) ? ExitCode.SUCCESS : ExitCode.INTERRUPTED;
        };
    }

    private JsonObject document(FollowEnd end) {
        var record = end.details().job();
        var document =
                JsonObject.builder()
                        .put("job_id", job.value())
                        .putIfPresent("run_id", record.raw().string("run_id"))
                        .put("status", record.status().wire())
                        .put("followed_to_end", end instanceof FollowEnd.Ended);
        if (record.status() == JobStatus.COMPLETED) {
            document.put("result", record.output());
        }
        record.failure().ifPresent(failure -> document.put("failure", failure.toJson()));
        if (end instanceof FollowEnd.StandsStill(_, var why)) {
            document.put("explanation", why.toJson());
        }
        return document.build();
    }

    private void print(FollowEnd end) {
        switch (end) {
            case FollowEnd.Ended(var details) -> printEnd(details);
            case FollowEnd.StandsStill(var details, var why) -> {
                status(details);
                var requests = requests();
                (requests.isEmpty() ? RequestText.standstill(why, desk.errorPage()) : requests)
                        .forEach(desk::note);
                left(details, "the job is left for later");
            }
            case FollowEnd.TimeOver(var details) -> {
                status(details);
                left(details, "the time to follow is over");
            }
            case FollowEnd.Left(var details, _) -> {
                status(details);
                left(details, "the job is left for later");
            }
        }
    }

    private void status(JobDetails details) {
        var status = details.job().status().wire();
        desk.surroundings()
                .out()
                .println("Status: " + desk.page().palette().status(status, status));
        desk.surroundings().out().flush();
    }

    /** Where the job stays, and how to come back to it. */
    private void left(JobDetails details, String why) {
        boolean goesOn = runtime.capabilities().mode() == Mode.REMOTE;
        var stays = goesOn ? "it goes on without a reader" : "it keeps its place";
        desk.note("→ " + why + "; " + stays + ": mn job monitor " + job);
        if (desk.canRedraw()) {
            desk.panel(
                    "Job left",
                    new Fields()
                            .add("Job ID", job.value())
                            .add("Run ID", details.job().raw().string("run_id"))
                            .add("Events seen", Long.toString(eventsSeen))
                            .add("Run folder", runFolder.map(Path::toString))
                            .add(goesOn ? "Follow" : "Take up", "mn job monitor " + job)
                            .add("Look", "mn job status " + job)
                            .add("End", "mn job cancel " + job));
        }
    }

    private List<String> requests() {
        var pending =
                runtime.jobs().humanRequests(job).stream().filter(HumanRequest::pending).toList();
        return RequestText.lines(
                job, pending, desk.surroundings().clock().instant(), desk.errorPage());
    }

    /** A job may complete although steps of it failed; that must not go unseen. */
    private void failures() {
        var failures =
                runtime.monitor()
                        .workflowProgress(job)
                        .filter(WorkflowProgress::hasSteps)
                        .map(StepsProgress::failures)
                        .orElse(List.of());
        failures.stream()
                .limit(FAILURES_MAX)
                .forEach(
                        step ->
                                desk.warn(
                                        "step "
                                                + step.id()
                                                + " failed and the workflow went on: "
                                                + firstLine(failure(step))));
        if (failures.size() > FAILURES_MAX) {
            desk.warn(failures.size() - FAILURES_MAX + " more steps failed: mn job steps " + job);
        }
    }

    private static String failure(WorkflowProgress.Step step) {
        var details = step.raw().object("failure").object("details");
        return details.string("message").orElse(step.reason());
    }

    private void printEnd(JobDetails details) {
        var out = desk.surroundings().out();
        var record = details.job();
        status(details);
        if (record.status() == JobStatus.COMPLETED) {
            out.println("Result:");
            ResultText.cut(job, record.output()).forEach(out::println);
        }
        out.flush();
        if (record.status() == JobStatus.COMPLETED) {
            failures();
        }
        record.failure()
                .ifPresent(
                        failure -> {
                            desk.note(
                                    desk.errorPage().palette().red("×")
                                            + " Job failed: ("
                                            + failure.code()
                                            + ") "
                                            + failure.desc());
                            failure.details()
                                    .string("message")
                                    .filter(text -> !text.equals(failure.desc()))
                                    .ifPresent(text -> desk.note("  " + firstLine(text)));
                            if (!failure.remediation().isEmpty()) {
                                desk.hint(failure.remediation());
                            }
                        });
        if (record.status() == JobStatus.FAILED) {
            desk.hint("mn job status " + job + " shows agents and events");
        }
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
