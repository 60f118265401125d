package mirrorneuron.cli.follow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.cli.view.Moment;

/**
 * Follows one job: hands its events and, a few times a second, its state to a sink, until the job
 * ends or there is a reason to stop. Used by one thread.
 */
public final class Follower {

    /** How long one wait for an event may be: also how fast Ctrl-C is noticed. */
    private static final Duration TICK = Duration.ofMillis(100);

    private static final Duration STATE_EVERY = Duration.ofMillis(250);

    /** Looking at a job of many agents may take at most a tenth of the time. */
    private static final int STATE_COST_FACTOR = 10;

    /**
     * How long a job must look still before it is said to be: long enough that a job which was
     * submitted this moment has begun.
     */
    private static final Duration STILL_FOR = Duration.ofMillis(1_000);

    /** More events than this between two looks at the state would starve the view. */
    private static final int EVENTS_PER_TURN_MAX = 500;

    private static final int RECENT_EVENTS = 10;

    private final MirrorNeuron runtime;
    private final JobId job;
    private final FollowSink sink;
    private final Interrupts interrupts;
    private final InstantSource clock;
    private final Optional<Duration> limit;

    private int pressesSeen;
    private Optional<Instant> stillSince = Optional.empty();
    private List<HumanRequest> requests = List.of();
    private boolean withoutSteps;

    /**
     * @param limit how long to follow; empty = until the job's end
     */
    public Follower(
            MirrorNeuron runtime,
            JobId job,
            FollowSink sink,
            Interrupts interrupts,
            InstantSource clock,
            Optional<Duration> limit) {
        this.runtime = runtime;
        this.job = job;
        this.sink = sink;
        this.interrupts = interrupts;
        this.clock = clock;
        this.limit = limit;
    }

    /** Follows to the end. */
    public FollowEnd follow(FollowOptions from) throws InterruptedException {
        var began = clock.instant();
        var nextState = began;
        try (var stream = runtime.jobs().follow(job, from)) {
            while (true) {
                drain(stream);
                var now = clock.instant();
                int key = sink.key();
                var left = interrupted(key);
                if (left.isPresent()) {
                    return left.get();
                }
                if (AnswerDecision.isAnswer(key) && !requests.isEmpty()) {
                    answer(requests.getFirst());
                    nextState = now;
                }
                boolean ended = stream.endReason() != EventStream.EndReason.OPEN;
                if (!ended && now.isBefore(nextState)) {
                    continue;
                }
                var details = details();
                var steps = steps();
                requests = requests(steps);
                var cost = Duration.between(now, clock.instant());
                nextState = now.plus(later(STATE_EVERY, cost.multipliedBy(STATE_COST_FACTOR)));
                if (details.job().status().terminal()) {
                    drain(stream);
                    // Steps may have moved between the two looks, and what stays must be the end.
                    sink.state(new Moment(details, steps(), List.of(), Optional.empty()));
                    return new FollowEnd.Ended(details);
                }
                if (ended) {
                    // The stream broke off although the job goes on: its end is told, not guessed.
                    return new FollowEnd.Left(details, false);
                }
                var still = standstill(details, now);
                sink.state(new Moment(details, steps, requests, still));
                if (still.isPresent() && !sink.waitsOutStandstill()) {
                    return new FollowEnd.StandsStill(details, still.get());
                }
                if (limit.isPresent() && !now.isBefore(began.plus(limit.get()))) {
                    return new FollowEnd.TimeOver(details);
                }
            }
        }
    }

    private static Duration later(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private void drain(EventStream stream) throws InterruptedException {
        var event = stream.next(TICK);
        for (int i = 0; event.isPresent(); i++) {
            sink.event(event.get());
            if (i == EVENTS_PER_TURN_MAX) {
                return;
            }
            event = stream.next(Duration.ZERO);
        }
    }

    private Optional<Explanation> standstill(JobDetails details, Instant now) {
        var why = Standstill.of(details, runtime.monitor().explain(job), now);
        if (why.isEmpty()) {
            stillSince = Optional.empty();
            return why;
        }
        if (stillSince.isEmpty()) {
            stillSince = Optional.of(now);
        }
        return now.isBefore(stillSince.get().plus(STILL_FOR)) ? Optional.empty() : why;
    }

    private Optional<FollowEnd> interrupted(int key) throws InterruptedException {
        if (interrupts.terminated()) {
            return Optional.of(new FollowEnd.Left(details(), false));
        }
        boolean pressed = interrupts.pressed() > pressesSeen;
        if (!pressed && !InterruptDecision.isPress(key)) {
            return Optional.empty();
        }
        pressesSeen = interrupts.pressed();
        var decision = InterruptDecision.onPress(sink.canAsk());
        while (decision == InterruptDecision.ASK) {
            int answer = sink.ask(InterruptDecision.QUESTION);
            if (interrupts.pressed() > pressesSeen || interrupts.terminated()) {
                decision = InterruptDecision.LEAVE;
            } else if (answer != FollowSink.NO_KEY) {
                decision = InterruptDecision.onKey(answer);
            }
        }
        return switch (decision) {
            case LEAVE, ASK -> Optional.of(new FollowEnd.Left(details(), sink.canAsk()));
            case CANCEL -> {
                runtime.jobs().cancel(job);
                yield Optional.empty();
            }
            case GO_ON -> Optional.empty();
        };
    }

    /** Asks for the decision on a request, once; no answer leaves it open. */
    private void answer(HumanRequest request) {
        while (interrupts.pressed() == pressesSeen && !interrupts.terminated()) {
            int key = sink.ask(AnswerDecision.question(request));
            var decision = AnswerDecision.onKey(request, key);
            if (decision.isPresent()) {
                // A request that was answered meanwhile refuses it, and the next look shows that.
                runtime.jobs()
                        .respond(job, request.requestId(), Answers.of(request, decision.get()));
                return;
            }
            if (key != FollowSink.NO_KEY) {
                return;
            }
        }
    }

    /** Absent, and not asked for again, when messages alone drive the job. */
    private Optional<WorkflowProgress> steps() {
        if (withoutSteps) {
            return Optional.empty();
        }
        var progress = runtime.monitor().workflowProgress(job).filter(WorkflowProgress::hasSteps);
        withoutSteps = progress.isEmpty();
        return progress;
    }

    private List<HumanRequest> requests(Optional<WorkflowProgress> steps) {
        boolean deciding =
                steps.isPresent()
                        && steps.get().steps().stream()
                                .anyMatch(step -> step.status().equals("waiting"));
        return deciding
                ? runtime.jobs().humanRequests(job).stream().filter(HumanRequest::pending).toList()
                : List.of();
    }

    private JobDetails details() {
        return runtime.monitor()
                .jobDetails(job, RECENT_EVENTS)
                .orElseThrow(
                        () ->
                                new NoSuchJobException(
                                        "Expected to follow job " + job + ", but it is gone"));
    }
}
