package mirrorneuron.runtime.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import mirrorneuron.engine.job.JobCommand;
import mirrorneuron.engine.job.JobEngine;
import mirrorneuron.engine.job.Turn;
import mirrorneuron.store.memory.MemoryStore;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/**
 * Letters to a job are answered one after the other, by one owner at a time, and none is left
 * behind, whichever way their senders interleave.
 */
public class JobMailboxTest {

    /** What Lincheck makes up: so many scenarios, and so many ways to interleave each. */
    private static final int SCENARIOS = Integer.getInteger("mn.lincheck.scenarios", 3);

    private static final int INTERLEAVINGS = 300;

    private final Mailbox<CompletableFuture<Integer>> letters =
            new Mailbox<>(Runnable::run, this::drain, () -> false);

    /** The owner's alone, so nothing else guards it. */
    private int answered;

    private void drain() {
        while (!letters.isEmpty()) {
            Objects.requireNonNull(letters.poll()).complete(++answered);
        }
        letters.pass(false);
    }

    /** Whoever posts while another one drains waits for that one: a lost letter is a deadlock. */
    @Operation
    public int ask() {
        var reply = new CompletableFuture<Integer>();
        letters.post(reply);
        return reply.join();
    }

    @Test
    void each_letter_is_answered_once_and_none_is_left_behind() {
        new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(INTERLEAVINGS)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(1)
                .minimizeFailedScenario(false)
                .check(JobMailboxTest.class);
    }

    @Test
    void nobody_else_gets_at_a_job_while_its_maker_starts_it() {
        var scheduled = new ArrayDeque<Runnable>();
        var store = new MemoryStore();
        var submitted = Quiet.submitted();
        var job = JobEngine.create(submitted, Quiet.BUNDLE.graph());
        var first = Turn.first(job, submitted);
        first.take(new JobCommand.Start("node-1"));
        var replies = new ArrayList<CompletableFuture<Integer>>();
        var drainsBeforeTheStart = new ArrayList<Integer>();
        JobActor.create(
                job,
                first,
                JobLoader.context(Quiet.BUNDLE, job),
                Optional.empty(),
                Quiet.surroundings(store, scheduled::add),
                actor -> {
                    // Whoever finds the job as soon as it can be found.
                    replies.add(actor.read(_ -> 1));
                    drainsBeforeTheStart.add(scheduled.size());
                });
        assertThat(drainsBeforeTheStart).containsExactly(0);
        while (!scheduled.isEmpty()) {
            scheduled.poll().run();
        }
        assertThat(replies).allMatch(CompletableFuture::isDone);
    }
}
