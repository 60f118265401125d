package mirrorneuron.cli.view;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.cli.view.Choices.Body;

/**
 * All that a workflow's view is drawn from: what was seen of the job, and what its reader chose.
 *
 * @param events oldest first, at most {@value #LINES_MAX}
 * @param log lines of the run's log, oldest first, at most {@value #LINES_MAX}
 * @param trouble what stands between the view and the runtime; empty when nothing does
 * @param said what became of the last wish; empty when there is nothing to say
 */
public record WorkflowState(
        Moment moment,
        List<RuntimeEvent> events,
        List<String> log,
        Usage usage,
        String trouble,
        String said,
        Choices choices) {

    static final int LINES_MAX = 500;

    /** A list that is longer shows first what is at work. */
    private static final int AGENTS_IN_ORDER_MAX = 20;

    public WorkflowState {
        events = List.copyOf(events);
        log = List.copyOf(log);
    }

    /** The view of a job at first sight. */
    public static WorkflowState of(Moment moment) {
        return new WorkflowState(
                moment,
                moment.details().recentEvents().reversed(),
                List.of(),
                Usage.UNKNOWN,
                "",
                "",
                Choices.NONE);
    }

    /** After another look; what was said of a job that has changed since is not said any more. */
    public WorkflowState seeing(Moment value) {
        boolean changed = moment.details().job().status() != value.details().job().status();
        return new WorkflowState(value, events, log, usage, trouble, changed ? "" : said, choices);
    }

    public WorkflowState with(Usage value) {
        return new WorkflowState(moment, events, log, value, trouble, said, choices);
    }

    /** One that was seen already changes nothing. */
    public WorkflowState with(RuntimeEvent event) {
        long newest = events.isEmpty() ? 0 : events.getLast().sequence().orElse(0);
        return event.sequence().orElse(Long.MAX_VALUE) <= newest
                ? this
                : new WorkflowState(
                        moment, ended(events, List.of(event)), log, usage, trouble, said, choices);
    }

    public WorkflowState withLog(List<String> lines) {
        return new WorkflowState(moment, events, ended(log, lines), usage, trouble, said, choices);
    }

    public WorkflowState withTrouble(String value) {
        return new WorkflowState(moment, events, log, usage, value, said, choices);
    }

    public WorkflowState saying(String value) {
        return new WorkflowState(moment, events, log, usage, trouble, value, choices);
    }

    WorkflowState with(Choices value) {
        return new WorkflowState(moment, events, log, usage, trouble, said, value);
    }

    private static <T> List<T> ended(List<T> lines, List<T> more) {
        var all = new ArrayList<>(lines);
        all.addAll(more);
        return all.subList(Math.max(0, all.size() - LINES_MAX), all.size());
    }

    /** Whether the reader looks at the run's log. */
    public boolean wantsLog() {
        return choices.body() == Body.LOG;
    }

    /** The steps that pass the filter; none for a job that messages alone drive. */
    List<StepLine> steps(Instant now) {
        return moment.steps().map(progress -> StepLine.of(progress, now)).orElse(List.of()).stream()
                .filter(
                        step ->
                                step.matches(choices.filter())
                                        || step.agents(Map.of()).stream()
                                                .anyMatch(agent -> agent.matches(choices.filter())))
                .toList();
    }

    /** The chosen step, else the current one, else the next, else the last. */
    Optional<StepLine> step(List<StepLine> steps) {
        return choices.step()
                .flatMap(id -> steps.stream().filter(step -> step.id().equals(id)).findFirst())
                .or(() -> steps.stream().filter(StepLine::live).findFirst())
                .or(
                        () ->
                                steps.stream()
                                        .filter(step -> !StepsProgress.isOver(step.row().status()))
                                        .findFirst())
                .or(() -> steps.isEmpty() ? Optional.empty() : Optional.of(steps.getLast()));
    }

    /** The agents of a step that pass the filter, or of the job when it has no steps. */
    List<AgentRow> agents(Optional<StepLine> step) {
        var views =
                moment.details().agents().stream()
                        .collect(
                                Collectors.toMap(
                                        view -> view.agentId().value(),
                                        view -> view,
                                        (first, _) -> first));
        var agents = step.map(chosen -> chosen.agents(views)).orElseGet(() -> all(views));
        boolean ofMatch = step.isPresent() && step.get().matches(choices.filter());
        var wanted =
                ofMatch
                        ? agents
                        : agents.stream().filter(agent -> agent.matches(choices.filter())).toList();
        return wanted.size() <= AGENTS_IN_ORDER_MAX
                ? wanted
                : wanted.stream().sorted(Comparator.comparingInt(AgentRow::rank)).toList();
    }

    private List<AgentRow> all(Map<String, AgentView> views) {
        var told =
                moment.progress().map(WorkflowProgress::steps).orElse(List.of()).stream()
                        .flatMap(step -> step.raw().array("agents").objects().stream())
                        .map(
                                agent ->
                                        AgentRow.of(
                                                agent,
                                                agent.string("id")
                                                        .flatMap(
                                                                id ->
                                                                        Optional.ofNullable(
                                                                                views.get(id)))))
                        .toList();
        return told.isEmpty()
                ? moment.details().agents().stream().map(AgentRow::of).toList()
                : told;
    }

    /** The chosen agent, else the first. */
    Optional<AgentRow> agent(List<AgentRow> agents) {
        return choices.agent()
                .flatMap(id -> agents.stream().filter(agent -> agent.id().equals(id)).findFirst())
                .or(() -> agents.stream().findFirst());
    }
}
