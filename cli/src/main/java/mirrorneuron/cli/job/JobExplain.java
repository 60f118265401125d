package mirrorneuron.cli.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.DidYouMean;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says why a job, a step or an agent is where it is. */
@Command(
        name = "explain",
        description = {
            "Say why a job, or one of its steps or agents, is where it is and what it waits for.",
            "Where a step and an agent have the same name, the step is meant, unless --agent is given."
        },
        footer = {"", "Example:", "  mn job explain flaky_worker-1750000000000-0123456789ab"})
public final class JobExplain extends Leaf implements Watched {

    @Parameters(index = "0", paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "STEP|AGENT",
            description = "One step or one agent of the job.")
    Optional<String> part = Optional.empty();

    @Option(names = "--agent", description = "Explain the agent of this name.")
    boolean agentMeant;

    public JobExplain(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var explanation = explanation(runtime);
            return Report.of(
                    explanation.toJson(),
                    page -> table(explanation, page),
                    () -> plain(explanation));
        }
    }

    private Explanation explanation(MirrorNeuron runtime) {
        var details = JobLookup.details(runtime, jobId, 1);
        var id = details.job().jobId();
        if (part.isEmpty()) {
            return runtime.monitor()
                    .explain(id)
                    .orElseThrow(() -> JobLookup.unknown(runtime, jobId));
        }
        var name = part.get();
        var step =
                agentMeant
                        ? Optional.<Explanation>empty()
                        : runtime.monitor().explainStep(id, name);
        return step.or(() -> runtime.monitor().explain(id, AgentId.of(name)))
                .orElseThrow(() -> unknown(runtime, details, name));
    }

    private static CommandFailure unknown(MirrorNeuron runtime, JobDetails details, String name) {
        var id = details.job().jobId();
        var known = new ArrayList<String>();
        var steps = runtime.monitor().workflowProgress(id).filter(WorkflowProgress::hasSteps);
        steps.ifPresent(progress -> progress.steps().forEach(step -> known.add(step.id())));
        details.agents().forEach(view -> known.add(view.agentId().value()));
        return CommandFailure.notFound(
                "Job "
                        + id
                        + (steps.isPresent() ? " has no step and no agent '" : " has no agent '")
                        + name
                        + "'"
                        + DidYouMean.sentence(name, known.stream().distinct().toList()),
                "mn job " + (steps.isPresent() ? "steps " : "agents ") + id);
    }

    private static Fields fields(Explanation explanation) {
        return new Fields()
                .add("Subject", explanation.subject())
                .add("State", explanation.state())
                .add("Cause", explanation.cause())
                .add("Why", explanation.sentence())
                .add("Looks again", explanation.nextWake().map(Timestamps::format))
                .add("What to do", explanation.remediation());
    }

    private static List<String> table(Explanation explanation, Page page) {
        var lines = new ArrayList<>(fields(explanation).lines(page));
        if (!explanation.evidence().isEmpty()) {
            lines.add(page.palette().dim("Evidence:"));
            explanation.evidence().forEach(fact -> lines.add("  " + fact));
        }
        return lines;
    }

    private static List<String> plain(Explanation explanation) {
        var lines = new ArrayList<>(fields(explanation).plain());
        explanation.evidence().forEach(fact -> lines.add("Evidence: " + fact));
        return lines;
    }
}
