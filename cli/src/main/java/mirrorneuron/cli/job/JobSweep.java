package mirrorneuron.cli.job;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What is done to many jobs at once. Not a command itself. */
public final class JobSweep {

    private JobSweep() {}

    /** Ends every job. */
    @Command(
            name = "cancel-all",
            description = {
                "End every job that has not ended. One that cannot be ended does not keep the others.",
                "Exit code 1 when any could not."
            },
            footer = {"", "Example:", "  mn job cancel-all --dry-run"})
    public static final class CancelAll extends Leaf {

        @Option(names = "--dry-run", description = "Only say which jobs it would be.")
        boolean dryRun;

        public CancelAll(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected Report perform(Desk desk) {
            var questions = new Questions(desk);
            if (!dryRun) {
                questions.confirm("Cancel every job of this home?");
                if (!questions.agreed()) {
                    return questions.aborted();
                }
            }
            try (var runtime = dryRun ? desk.openToRead() : desk.openToWork()) {
                var ids =
                        runtime.monitor().listJobs(JobQuery.unfinished()).stream()
                                .map(job -> job.jobId())
                                .toList();
                return dryRun
                        ? planned(ids)
                        : done(ids, ids.stream().map(runtime.jobs()::cancel).toList());
            }
        }

        private static Report planned(List<JobId> ids) {
            var words = ids.stream().map(JobId::value).toList();
            return Report.of(
                            JsonObject.builder()
                                    .put("status", "planned")
                                    .put("job_ids", JsonArray.ofStrings(words))
                                    .build(),
                            new Confirmation(
                                    "Job cancel-all",
                                    false,
                                    new Fields()
                                            .add("Status", "planned")
                                            .add("Jobs", Integer.toString(words.size())),
                                    "mn job cancel-all --yes"))
                    .withIds(words);
        }

        private static Report done(List<JobId> ids, List<ControlResult> results) {
            int ended = 0;
            int pending = 0;
            int failed = 0;
            var each = new ArrayList<JsonValue>();
            for (var result : results) {
                switch (result) {
                    case ControlResult.Applied _, ControlResult.Unchanged _ -> ended++;
                    case ControlResult.Pending _ -> pending++;
                    // It ended by itself, or was deleted, while the others were asked.
                    case ControlResult.Refused refused -> {
                        if (refused.status().terminal()) {
                            ended++;
                        } else {
                            failed++;
                        }
                    }
                    case ControlResult.NotFound _ -> ended++;
                }
                each.add(JsonObject.builder().put("job_id", result.jobId().value()).build());
            }
            return Report.of(
                            JsonObject.builder()
                                    .put("cancelled_count", ended)
                                    .put("pending_count", pending)
                                    .put("failed_count", failed)
                                    .put("results", JsonArray.of(each))
                                    .build(),
                            new Confirmation(
                                    "Job cancel-all",
                                    !ids.isEmpty(),
                                    new Fields()
                                            .add(
                                                    "Status",
                                                    failed == 0 ? "cancelled" : "partly cancelled")
                                            .add("Cancelled", Integer.toString(ended))
                                            .add("Pending", Integer.toString(pending))
                                            .add("Failed", Integer.toString(failed)),
                                    "mn job list"))
                    .withIds(ids.stream().map(JobId::value).toList())
                    .withExit(failed == 0 ? ExitCode.SUCCESS : ExitCode.FAILED);
        }
    }

    /** Deletes the records of jobs that have ended. */
    @Command(
            name = "clear",
            description = {
                "Delete the records of jobs that have ended. Jobs that go on are never touched.",
                "The folders of their runs stay."
            },
            footer = {"", "Example:", "  mn job clear --yes"})
    public static final class Clear extends Leaf {

        public Clear(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected Report perform(Desk desk) {
            var questions = new Questions(desk);
            questions.confirm("Delete the records of every job that has ended?");
            if (!questions.agreed()) {
                return questions.aborted();
            }
            try (var runtime = desk.openToRead()) {
                var deleted = runtime.jobs().cleanup(false);
                var ids = deleted.deletedJobs().stream().map(JobId::value).toList();
                return Report.of(
                                JsonObject.builder()
                                        .put("cleared_count", ids.size())
                                        .put("deleted_jobs", JsonArray.ofStrings(ids))
                                        .build(),
                                new Confirmation(
                                        "Job clear",
                                        !ids.isEmpty(),
                                        new Fields()
                                                .add("Status", "cleared")
                                                .add("Jobs", Integer.toString(ids.size())),
                                        "mn job list"))
                        .withIds(ids);
            }
        }
    }
}
