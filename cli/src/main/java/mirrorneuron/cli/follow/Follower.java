package mirrorneuron.cli.follow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.EventStream.EndReason;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.cli.view.Moment;
import mirrorneuron.cli.view.Wish;
import org.jspecify.annotations.Nullable;

/**
 * Follows one job: hands its events and, now and then, its state to a sink, until the job ends or
 * there is a reason to stop. A runtime that goes away is looked for again, and the events go on
 * where they were. Used by one thread.
 */
public final class Follower {

    /** How long one wait for an event may be: also how fast Ctrl-C is noticed. */
    private static final Duration TICK = Duration.ofMillis(100);

    /** Where a person looks on, the wait is for keys, and what has come is only taken. */
    private static final Duration TICK_LIVE = Duration.ofMillis(1);

    /** How often a job is looked at in which nothing happens. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    /** How soon after an event. */
    private static final Duration LOOK_AFTER_EVENT = Duration.ofMillis(300);

    /** Looking at a job of many agents may take at most a tenth of the time. */
    private static final int LOOK_COST_FACTOR = 10;

    /**
     * How long a job must look still before it is said to be: long enough that a job which was
     * submitted this moment has begun.
     */
    private static final Duration STILL_FOR = Duration.ofMillis(1_000);

    /** More events than this between two looks at the state would starve the view. */
    private static final int EVENTS_PER_TURN_MAX = 500;

    private final MirrorNeuron runtime;
    private final JobId job;
    private final FollowSink sink;
    private final Interrupts interrupts;
    private final InstantSource clock;
    private final Retries retries;
    private final Optional<Duration> limit;

    private FollowOptions next = FollowOptions.fromStart();
    private @Nullable EventStream stream; // null while the runtime is away
    private @Nullable JobDetails seen; // null before the first look
    private Optional<Instant> stillSince = Optional.empty();
    private Instant lookAt = Instant.MIN;
    private Instant lookNoSooner = Instant.MIN;
    private Instant lookBegan = Instant.MIN;
    private long events;

    /**
     * @param limit how long to follow, for a person who presses no key; empty = until the job's end
     */
    public Follower(
            MirrorNeuron runtime,
            JobId job,
            FollowSink sink,
            Interrupts interrupts,
            InstantSource clock,
            Retries retries,
            Optional<Duration> limit) {
        this.runtime = runtime;
        this.job = job;
        this.sink = sink;
        this.interrupts = interrupts;
        this.clock = clock;
        this.retries = retries;
        this.limit = limit;
    }

    /** How many events were handed on. */
    public long events() {
        return events;
    }

    /**
     * Follows to the end.
     *
     * @throws MirrorNeuronException when the runtime stayed away, or says no
     */
    public FollowEnd follow(FollowOptions from) throws InterruptedException {
        next = from;
        var began = clock.instant();
        try (var looks = new JobLooks(runtime, job)) {
            stream = runtime.jobs().follow(job, next);
            while (true) {
                if (!looks.isOpen()) {
                    read();
                }
                if (interrupts.terminated() || interrupts.pressed() > 0 || left()) {
                    return new FollowEnd.Left(
                            seen == null ? looks.details() : seen, !interrupts.terminated());
                }
                var now = clock.instant();
                if (!looks.isOpen() && now.isBefore(lookAt) && (!hasEnded() || sink.stays())) {
                    continue;
                }
                var look = look(looks, now);
                if (look.isEmpty()) {
                    continue;
                }
                var end = judge(look.get(), now);
                if (end.isPresent()) {
                    return end.get();
                }
                if (limit.isPresent() && !sink.used() && !now.isBefore(began.plus(limit.get()))) {
                    return new FollowEnd.TimeOver(look.get().details());
                }
            }
        } finally {
            closeStream();
        }
    }

    /** Takes what events have come, or looks for the runtime that was lost. */
    private void read() throws InterruptedException {
        try {
            if (stream != null) {
                drain(stream);
                if (stream.endReason() == EndReason.ERROR
                        || stream.endReason() == EndReason.CLOSED) {
                    throw new RuntimeUnavailableException("The stream of events broke off");
                }
            } else if (retries.isDue(clock.instant())) {
                stream = runtime.jobs().follow(job, next);
                lookAt = Instant.MIN;
            } else if (!sink.live()) {
                interrupts.await(TICK);
            }
        } catch (MirrorNeuronException failure) {
            lost(failure);
        }
    }

    private void drain(EventStream open) throws InterruptedException {
        var event = open.next(sink.live() ? TICK_LIVE : TICK);
        for (int i = 0; event.isPresent() && i < EVENTS_PER_TURN_MAX; i++) {
            var one = event.get();
            one.sequence().ifPresent(sequence -> next = FollowOptions.after(sequence));
            events++;
            sink.event(one);
            lookAt = lookNoSooner;
            // The one that begins the next turn is left where it is.
            event = i + 1 < EVENTS_PER_TURN_MAX ? open.next(Duration.ZERO) : Optional.empty();
        }
    }

    /** What was lost is looked for again, as long as the retries allow. */
    private void lost(MirrorNeuronException failure) {
        var sentence = retries.failed(failure, clock.instant());
        closeStream();
        sink.trouble(sentence);
    }

    private void closeStream() {
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }

    private boolean hasEnded() {
        return stream != null && stream.endReason() == EndReason.TERMINAL_EVENT;
    }

    /** Empty when there is nothing to see yet. */
    private Optional<Look> look(JobLooks looks, Instant now) throws InterruptedException {
        if (stream == null && !looks.isOpen()) {
            return Optional.empty();
        }
        try {
            if (!looks.isOpen()) {
                lookBegan = now;
            }
            var look = looks.look(sink, now, TICK);
            if (look.isPresent()) {
                if (retries.answered()) {
                    sink.trouble("");
                }
                seen = look.get().details();
                var cost = Duration.between(lookBegan, clock.instant());
                lookNoSooner =
                        now.plus(later(LOOK_AFTER_EVENT, cost.multipliedBy(LOOK_COST_FACTOR)));
                lookAt = later(now.plus(LOOK_EVERY), lookNoSooner);
            }
            return look;
        } catch (MirrorNeuronException failure) {
            lost(failure);
            return Optional.empty();
        }
    }

    private static Duration later(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isBefore(b) ? b : a;
    }

    /** Shows a look; a reason to stop, when there is one. */
    private Optional<FollowEnd> judge(Look look, Instant now) throws InterruptedException {
        look.usage().ifPresent(sink::usage);
        sink.log(look.log());
        var details = look.details();
        if (details.job().status().terminal()) {
            if (stream != null) {
                drain(stream);
            }
            // What was read after the details cannot be older than they are: this is the end.
            sink.state(new Moment(details, look.progress(), List.of(), Optional.empty()));
            return sink.stays() ? Optional.empty() : Optional.of(new FollowEnd.Ended(details));
        }
        if (hasEnded()) {
            // The stream ended although the job goes on: its end is told, not guessed.
            return Optional.of(new FollowEnd.Left(details, false));
        }
        var still = standstill(look, now);
        sink.state(new Moment(details, look.progress(), look.requests(), still));
        return still.isPresent() && !sink.live()
                ? Optional.of(new FollowEnd.StandsStill(details, still.get()))
                : Optional.empty();
    }

    private Optional<Explanation> standstill(Look look, Instant now) {
        var why = Standstill.of(look.details(), look.explanation(), now);
        if (why.isEmpty()) {
            stillSince = Optional.empty();
            return why;
        }
        if (stillSince.isEmpty()) {
            stillSince = Optional.of(now);
        }
        var certain = stillSince.get().plus(STILL_FOR);
        if (now.isBefore(certain)) {
            lookAt = certain;
            return Optional.empty();
        }
        return why;
    }

    /** Carries out what the person wants; whether they want to leave. */
    private boolean left() {
        var wish = sink.wish();
        if (wish.isEmpty()) {
            return false;
        }
        if (wish.get() instanceof Wish.Leave) {
            return true;
        }
        try {
            sink.said(carriedOut(wish.get()));
        } catch (MirrorNeuronException failure) {
            sink.said("That did not work: " + failure.getMessage());
        }
        lookAt = Instant.MIN;
        return false;
    }

    private String carriedOut(Wish wish) {
        return switch (wish) {
            case Wish.Leave _ -> "";
            case Wish.Pause _ ->
                    told("pausing", runtime.jobs().pause(job, PauseOptions.defaults()));
            case Wish.Resume _ -> told("resumed", runtime.jobs().resume(job));
            case Wish.Cancel _ -> told("cancelled", runtime.jobs().cancel(job));
            case Wish.Answer(var request, var decision) ->
                    told(
                            request.stepId() + ": " + decision,
                            runtime.jobs()
                                    .respond(
                                            job,
                                            request.requestId(),
                                            Answers.of(request, decision)));
        };
    }

    private static String told(String done, ControlResult result) {
        return switch (result) {
            case ControlResult.Applied _, ControlResult.Pending _ -> done;
            case ControlResult.Unchanged(_, var status) -> "It is " + status.wire() + " already.";
            case ControlResult.Refused refused -> refused.why();
            case ControlResult.NotFound _ -> "The job is gone.";
        };
    }
}
