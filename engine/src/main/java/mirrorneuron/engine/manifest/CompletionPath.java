package mirrorneuron.engine.manifest;

import java.util.List;

/** Warns of jobs that messages alone drive and that nothing in their graph can end. */
final class CompletionPath {

    private CompletionPath() {}

    /**
     * A command may also end the run by what it prints, which nobody can know beforehand, and so
     * may a module; a graph that has only commands is warned about, because forgetting the end is
     * the usual mistake.
     */
    static void check(Place place, Findings findings, String jobType, List<NodeSpec> nodes) {
        boolean ends = jobType.equals("batch") || jobType.equals("sysbatch");
        if (ends && !nodes.isEmpty() && nodes.stream().noneMatch(CompletionPath::canCompleteRun)) {
            findings.warning(
                    "job.no_completion_path",
                    place,
                    "Expected a node that completes the run, but found none: the job runs until it"
                            + " is cancelled, unless a command prints complete_run",
                    "End the graph in an aggregator with terminal_sink and complete_run, or make"
                            + " it a service.");
        }
    }

    private static boolean canCompleteRun(NodeSpec node) {
        return switch (node.behaviour()) {
            case Behaviour.Router _,
                    Behaviour.StepSource _,
                    Behaviour.StepJoin _,
                    Behaviour.StepSink _ ->
                    false;
            case Behaviour.Aggregator aggregator ->
                    aggregator.completesRun()
                            && (aggregator.completeOnMessage()
                                    || aggregator.allSources()
                                    || aggregator.completeAfter().isPresent());
            case Behaviour.Sensor sensor -> sensor.completesRun();
            case Behaviour.Executor executor -> executor.completesRun();
            case Behaviour.Module _ -> true;
        };
    }
}
