package mirrorneuron.runtime.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.Decision;
import mirrorneuron.engine.job.Job;
import mirrorneuron.engine.job.JobCommand;
import mirrorneuron.store.Commit;
import mirrorneuron.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who wants one job done and does what careful people do: submits it again under the same
 * key when no answer came, repeats messages that have an id of their own, lets a job go on that
 * waits for a person, and replays dead letters. Now and then it pauses or cancels the job.
 */
final class Client {

    private final World world;
    private final int number;
    private final Workload workload;
    private final List<Workload.Letter> letters;
    private final boolean cancels;

    private @Nullable JobId job;
    private int tries;
    private int nextLetter;
    private boolean asking;
    private boolean pausedByUs;
    private boolean cancelled;
    private int asked;

    Client(World world, int number, Workload workload) {
        this.world = world;
        this.number = number;
        this.workload = workload;
        this.letters = new ArrayList<>(workload.letters());
        this.cancels = world.chance().nextInt(12) == 0;
        again(world.chance().nextInt(20_000));
    }

    private void again(long delayMs) {
        var _ = world.time().after(delayMs, () -> !done(), this::step);
    }

    /** The job has ended; nothing that a client could do would change it. */
    boolean done() {
        return job != null && world.status(job).terminal();
    }

    private void step() {
        try {
            act();
        } catch (Crash gone) {
            // The connection broke in the middle of the call; nobody knows what came of it.
        }
        if (!done()) {
            again(200 + world.chance().nextInt(3_000));
        }
    }

    private void act() {
        var process = world.process();
        if (process == null || asking) {
            return;
        }
        if (job == null) {
            submit(process);
            return;
        }
        var status = world.status(job);
        if (status == JobStatus.PAUSED && cancels && world.chance().nextInt(4) == 0) {
            ask(process, job, new JobCommand.Cancel("not worth the wait"), this::cancelled);
        } else if (status == JobStatus.PAUSED) {
            askWhy(process, job);
            resume(process, job);
        } else if (nextLetter < letters.size()) {
            send(process, job, letters.get(nextLetter));
        } else if (cancels && !cancelled && world.chance().nextInt(8) == 0) {
            ask(process, job, new JobCommand.Cancel("no longer wanted"), this::cancelled);
        } else if (status == JobStatus.RUNNING
                && !world.isQuiet()
                && world.chance().nextInt(25) == 0) {
            ask(process, job, pause(), _ -> pausedByUs = true);
        } else {
            replay(process, job);
        }
    }

    private JobCommand pause() {
        return new JobCommand.Pause(
                "lunch", world.chance().nextBoolean(), 1_000L + world.chance().nextInt(20_000));
    }

    private void submit(Incarnation process) {
        var id = JobId.of(workload.name() + "-" + number + "-" + ++tries);
        var submission =
                new Job.Submission(
                        workload.inputs(), JsonObject.empty(), JsonObject.empty(), List.of());
        var key =
                new Commit.Idempotency(
                        "submit:" + number, "same", Instant.ofEpochMilli(world.time().millis()));
        world.expect(id, workload);
        world.trace().add("submit " + id);
        try {
            var bundle = process.library().keep(Bundles.of(workload));
            var earlier = process.jobs().submit(id, bundle, submission, Optional.of(key));
            job = earlier.map(reply -> reply.job()).orElse(id);
            world.trace().add("acknowledged " + job);
            world.acknowledged(job);
        } catch (StoreException refused) {
            world.trace().add("submission refused: " + refused.code());
        } catch (java.io.IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }

    private void send(Incarnation process, JobId id, Workload.Letter letter) {
        boolean named = !letter.message().messageId().isEmpty();
        var fresh = "fresh-" + number + "-" + nextLetter + "-" + ++asked;
        var messageId = named ? letter.message().messageId() : fresh;
        if (!named) {
            // Nobody can tell whether it arrived when no answer comes, so it is sent only once.
            nextLetter++;
        }
        ask(
                process,
                id,
                new JobCommand.Send(letter.to(), letter.message(), fresh),
                decision -> {
                    if (decision instanceof Decision.Refused) {
                        return;
                    }
                    if (!world.disk().audit(id).hasMessage(messageId)) {
                        world.violation(
                                "job "
                                        + id
                                        + ": message "
                                        + messageId
                                        + " was acknowledged and is not durable");
                    }
                    if (named && world.chance().nextInt(3) > 0) {
                        nextLetter++;
                    }
                });
    }

    /**
     * A job rests because somebody paused it, or because a command was caught that must not run
     * twice.
     */
    private void askWhy(Incarnation process, JobId id) {
        world.inquiry()
                .job(
                        process,
                        id,
                        world.disk().audit(id).pausedBecause(),
                        () -> world.status(id) == JobStatus.PAUSED);
    }

    private void resume(Incarnation process, JobId id) {
        if (pausedByUs && world.chance().nextInt(4) > 0) {
            return;
        }
        world.effects().allow(id);
        ask(process, id, new JobCommand.Resume(), _ -> pausedByUs = false);
    }

    private void cancelled(Decision decision) {
        cancelled |= !(decision instanceof Decision.Refused);
    }

    private void replay(Incarnation process, JobId id) {
        var open =
                world.disk().durable().deadLetters(id).stream()
                        .filter(letter -> letter.replayCount() == 0)
                        .findFirst();
        open.ifPresent(letter -> ask(process, id, new JobCommand.Replay(letter, false), _ -> {}));
    }

    private void ask(Incarnation process, JobId id, JobCommand command, Consumer<Decision> heard) {
        var actor = process.jobs().find(id);
        if (actor.isEmpty()) {
            return;
        }
        asking = true;
        var what = command.getClass().getSimpleName() + " " + id + " #" + ++asked;
        world.trace().add("ask " + what);
        var _ =
                actor.get()
                        .ask(command)
                        .whenComplete(
                                (decision, failure) -> {
                                    if (!process.alive()) {
                                        return;
                                    }
                                    asking = false;
                                    if (failure == null) {
                                        world.trace()
                                                .add("answered " + what + " " + word(decision));
                                        heard.accept(decision);
                                    } else {
                                        world.trace().add("not answered " + what);
                                    }
                                });
    }

    private static String word(Decision decision) {
        return decision instanceof Decision.Refused refused
                ? "refused " + refused.code()
                : decision.getClass().getSimpleName();
    }

    /** Calls in progress end without an answer. */
    void processDied() {
        asking = false;
    }

    /** What is wrong with the job now that everything had time to end. */
    void check() {
        if (job == null) {
            world.violation("client " + number + " could never submit " + workload.name());
            return;
        }
        if (asking && world.process() != null) {
            world.violation("job " + job + ": a call was never answered");
        }
        var record = world.disk().durable().record(job);
        if (record.isEmpty()) {
            world.violation("job " + job + " was acknowledged and is not there");
            return;
        }
        long made = world.jobsOf(workload);
        if (made > 1) {
            world.violation("job " + job + " was submitted once and made " + made + " times");
        }
        var status = record.get().status();
        if (!status.terminal()) {
            world.stuck(job);
        } else if (cancelled ? status != JobStatus.CANCELLED : status != workload.end()) {
            if (!(cancels && status == JobStatus.CANCELLED)) {
                world.violation("job " + job + " ended " + status + ": " + record.get().result());
            }
        } else if (status == JobStatus.COMPLETED) {
            workload.wrong(record.get().output())
                    .ifPresent(wrong -> world.violation("job " + job + ": " + wrong));
        }
    }
}
