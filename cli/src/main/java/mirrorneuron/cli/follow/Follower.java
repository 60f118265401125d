package mirrorneuron.cli.follow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchJobException;

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
                var left = interrupted();
                if (left.isPresent()) {
                    return left.get();
                }
                boolean ended = stream.endReason() != EventStream.EndReason.OPEN;
                if (!ended && now.isBefore(nextState)) {
                    continue;
                }
                var details = details();
                var cost = Duration.between(now, clock.instant());
                nextState = now.plus(later(STATE_EVERY, cost.multipliedBy(STATE_COST_FACTOR)));
                if (details.job().status().terminal()) {
                    drain(stream);
                    sink.state(details, Optional.empty());
                    return new FollowEnd.Ended(details);
                }
                if (ended) {
                    // The stream broke off although the job goes on: its end is told, not guessed.
                    return new FollowEnd.Left(details, false);
                }
                var still = standstill(details, now);
                sink.state(details, still);
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
        var why = Standstill.of(details, runtime.monitor().explain(job));
        if (why.isEmpty()) {
            stillSince = Optional.empty();
            return why;
        }
        if (stillSince.isEmpty()) {
            stillSince = Optional.of(now);
        }
        return now.isBefore(stillSince.get().plus(STILL_FOR)) ? Optional.empty() : why;
    }

    private Optional<FollowEnd> interrupted() throws InterruptedException {
        if (interrupts.terminated()) {
            return Optional.of(new FollowEnd.Left(details(), false));
        }
        int key = sink.key();
        boolean pressed = interrupts.pressed() > pressesSeen;
        if (!pressed && key != 'q' && key != 'Q') {
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

    private JobDetails details() {
        return runtime.monitor()
                .jobDetails(job, RECENT_EVENTS)
                .orElseThrow(
                        () ->
                                new NoSuchJobException(
                                        "Expected to follow job " + job + ", but it is gone"));
    }
}
