package mirrorneuron.cli.job;

import java.util.List;
import java.util.Set;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Operation;
import mirrorneuron.api.OperationRequest;
import mirrorneuron.api.OperationStatus;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.operation.OperationFollow;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;

/** What is done to many jobs at once: as an operation, which goes on without the command. */
public final class JobSweep {

    private static final JobQuery ENDED =
            JobQuery.all()
                    .withStatuses(
                            Set.of(JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED));

    private JobSweep() {}

    private static Plan planned(Desk desk, String action, JobQuery query) {
        try (var runtime = desk.openToRead()) {
            var ids =
                    runtime.monitor().listJobs(query).stream()
                            .map(job -> job.jobId().value())
                            .toList();
            return new Plan(
                    action,
                    !ids.isEmpty(),
                    new Fields().add("Jobs", Integer.toString(ids.size())),
                    JsonObject.builder().put("job_ids", JsonArray.ofStrings(ids)).build(),
                    ids);
        }
    }

    private static Operation carriedOut(Desk desk, MirrorNeuron runtime, OperationRequest request)
            throws InterruptedException {
        var id = runtime.operations().start(request).id();
        return new OperationFollow(desk, runtime, id)
                .run(OperationFollow.Until.DEALT_WITH, event -> {});
    }

    private static int count(Operation operation, String itemStatus) {
        return (int)
                operation.items().stream().filter(item -> item.status().equals(itemStatus)).count();
    }

    private static List<String> targets(Operation operation) {
        return operation.items().stream().map(Operation.Item::target).toList();
    }

    private static Report report(
            String action, Operation operation, JsonObject data, Fields fields, String ended) {
        var counters = operation.counters();
        boolean goesOn = !operation.status().terminal();
        var status =
                operation.status() == OperationStatus.RUNNING
                        ? "running"
                        : counters.failed() > 0 ? "partly " + ended : ended;
        var report =
                Report.of(
                                data,
                                new Confirmation(
                                        action,
                                        counters.total() > 0,
                                        new Fields()
                                                .add("Status", status)
                                                .addAll(fields)
                                                .add("Failed", Integer.toString(counters.failed()))
                                                .add("Operation", operation.id().value()),
                                        goesOn
                                                ? "mn operation watch " + operation.id()
                                                : counters.failed() > 0
                                                        ? "mn operation status " + operation.id()
                                                        : "mn job list"))
                        .withIds(targets(operation));
        return counters.failed() > 0
                ? report.withProblem(
                        ExitCode.FAILED,
                        "MN_COMMAND_FAILED",
                        counters.failed() + " of " + counters.total() + " jobs failed")
                : report;
    }

    private static JsonObject.Builder document(Operation operation) {
        return JsonObject.builder()
                .put("operation_id", operation.id().value())
                .put("status", operation.status().wire())
                .put("failed_count", operation.counters().failed())
                .put(
                        "results",
                        JsonArray.of(operation.items().stream().map(JobSweep::document).toList()));
    }

    private static JsonObject document(Operation.Item item) {
        var document =
                JsonObject.builder().put("job_id", item.target()).put("status", item.status());
        document.putIfPresent("error", item.error());
        return document.build();
    }

    /** Ends every job. */
    @Command(
            name = "cancel-all",
            description = {
                "End every job that has not ended. One that cannot be ended does not keep the others.",
                "Exit code 1 when any could not."
            },
            footer = {"", "Example:", "  mn job cancel-all --dry-run"})
    public static final class CancelAll extends Leaf implements Plans {

        public CancelAll(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        public Plan plan(Desk desk) {
            return planned(desk, "Job cancel-all", JobQuery.unfinished());
        }

        @Override
        protected Report perform(Desk desk) throws InterruptedException {
            var questions = new Questions(desk);
            questions.confirm("Cancel every job of this home?");
            if (!questions.agreed()) {
                return questions.aborted();
            }
            try (var runtime = desk.openToWork()) {
                return done(carriedOut(desk, runtime, new OperationRequest.CancelAllJobs()));
            }
        }

        private static Report done(Operation operation) {
            // What ended by itself, or was deleted, while the others were dealt with, has ended.
            int ended = count(operation, "cancelled") + count(operation, "skipped");
            int pending = operation.counters().deferred();
            return report(
                    "Job cancel-all",
                    operation,
                    document(operation)
                            .put("cancelled_count", ended)
                            .put("pending_count", pending)
                            .build(),
                    new Fields()
                            .add("Cancelled", Integer.toString(ended))
                            .add("Pending", Integer.toString(pending)),
                    "cancelled");
        }
    }

    /** Deletes the records of jobs that have ended. */
    @Command(
            name = "clear",
            description = {
                "Delete the records of jobs that have ended. Jobs that go on are never touched.",
                "The folders of their runs stay. Exit code 1 when any could not be deleted."
            },
            footer = {"", "Example:", "  mn job clear --yes"})
    public static final class Clear extends Leaf implements Plans {

        public Clear(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        public Plan plan(Desk desk) {
            return planned(desk, "Job clear", ENDED);
        }

        @Override
        protected Report perform(Desk desk) throws InterruptedException {
            var questions = new Questions(desk);
            questions.confirm("Delete the records of every job that has ended?");
            if (!questions.agreed()) {
                return questions.aborted();
            }
            try (var runtime = desk.openToRead()) {
                var operation = carriedOut(desk, runtime, new OperationRequest.ClearJobs());
                int cleared = count(operation, "cleared");
                return report(
                        "Job clear",
                        operation,
                        document(operation).put("cleared_count", cleared).build(),
                        new Fields().add("Jobs", Integer.toString(cleared)),
                        "cleared");
            }
        }
    }
}
