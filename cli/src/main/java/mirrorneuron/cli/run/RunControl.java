package mirrorneuron.cli.run;

import java.util.List;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.job.ControlPlan;
import mirrorneuron.cli.job.Controls;
import mirrorneuron.cli.job.Questions;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Steers the job behind a run. */
public abstract class RunControl extends Leaf implements Plans {

    @Parameters(paramLabel = "RUN", description = "The run's id, or that of its job.")
    String runId = "";

    RunControl(Surroundings surroundings) {
        super(surroundings);
    }

    Report controlled(Desk desk, String verb) {
        try (var runtime = desk.openToWork()) {
            var job = RunLookup.job(runtime, runId);
            return Controls.report(
                    runtime,
                    "Run " + verb,
                    new Fields().add("Run ID", RunLookup.id(runtime, runId)),
                    result(runtime, job),
                    "mn run status " + runId);
        }
    }

    @Override
    public final Plan plan(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var ofJob = plan().of(runtime, List.of(RunLookup.job(runtime, runId).value()));
            return new Plan(
                    ofJob.action().replaceFirst("^Job", "Run"),
                    ofJob.changes(),
                    new Fields().add("Run ID", RunLookup.id(runtime, runId)).addAll(ofJob.fields()),
                    ofJob.data(),
                    ofJob.ids());
        }
    }

    abstract ControlPlan plan();

    abstract ControlResult result(MirrorNeuron runtime, JobId job);

    /** Stops the job of a run at the next safe place. */
    @Command(
            name = "pause",
            description = "Pause a run: work that is under way ends, nothing new begins.",
            footer = {
                "",
                "Example:",
                "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab"
            })
    public static final class Pause extends RunControl {
        public Pause(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected Report perform(Desk desk) {
            return controlled(desk, "pause");
        }

        @Override
        ControlPlan plan() {
            return ControlPlan.PAUSE;
        }

        @Override
        ControlResult result(MirrorNeuron runtime, JobId job) {
            return runtime.jobs().pause(job);
        }
    }

    /** Lets it go on. */
    @Command(
            name = "resume",
            description = "Let a paused run go on.",
            footer = {
                "",
                "Example:",
                "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab"
            })
    public static final class Resume extends RunControl {
        public Resume(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected Report perform(Desk desk) {
            return controlled(desk, "resume");
        }

        @Override
        ControlPlan plan() {
            return ControlPlan.RESUME;
        }

        @Override
        ControlResult result(MirrorNeuron runtime, JobId job) {
            return runtime.jobs().resume(job);
        }
    }

    /** Ends it. */
    @Command(
            name = "cancel",
            description = "End a run: running commands are stopped, waiting messages dropped.",
            footer = {
                "",
                "Example:",
                "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab"
            })
    public static final class Cancel extends RunControl {
        public Cancel(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        protected Report perform(Desk desk) {
            var questions = new Questions(desk);
            questions.confirmWhereSomebodyIs("Cancel run " + runId + "?");
            return questions.agreed() ? controlled(desk, "cancel") : questions.aborted();
        }

        @Override
        ControlPlan plan() {
            return ControlPlan.CANCEL;
        }

        @Override
        ControlResult result(MirrorNeuron runtime, JobId job) {
            return runtime.jobs().cancel(job);
        }
    }

    /** Deletes its folder. */
    @Command(
            name = "delete",
            description = {
                "Delete the folder of a run that has ended, with what workers wrote there.",
                "As long as its job is kept, reading the run writes the rest again."
            },
            footer = {
                "",
                "Example:",
                "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab --yes"
            })
    public static final class Delete extends Leaf implements Plans {

        @Parameters(paramLabel = "RUN", description = "The run's id, or that of its job.")
        String runId = "";

        public Delete(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        public Plan plan(Desk desk) {
            try (var runtime = desk.openToRead()) {
                var id = RunLookup.id(runtime, runId);
                var job = runtime.jobs().inspect(RunLookup.job(runtime, runId));
                if (job.filter(one -> !one.status().terminal()).isPresent()) {
                    throw unfinished(id);
                }
                return Plan.of("Run delete", "Run ID", "run_id", id);
            }
        }

        @Override
        protected Report perform(Desk desk) {
            var questions = new Questions(desk);
            questions.confirm("Delete the files of run " + runId + "?");
            if (!questions.agreed()) {
                return questions.aborted();
            }
            try (var runtime = desk.openToRead()) {
                var id = RunLookup.id(runtime, runId);
                if (!runtime.runFiles().delete(id)) {
                    throw unfinished(id);
                }
                return Report.of(
                                JsonObject.builder()
                                        .put("run_id", id)
                                        .put("status", "deleted")
                                        .build(),
                                new Confirmation(
                                        "Run delete",
                                        true,
                                        new Fields().add("Status", "deleted").add("Run ID", id),
                                        "mn run list"))
                        .withIds(List.of(id));
            }
        }

        private static CommandFailure unfinished(String id) {
            return CommandFailure.precondition(
                    "Run " + id + " has not ended, so its files stay",
                    "mn run cancel " + id + " ends it");
        }
    }
}
