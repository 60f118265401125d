package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/**
 * Everything decided between two commits: commands are answered, and whatever follows from them
 * inside the job is followed to its end.
 *
 * <p>A whole cascade of messages between agents that need nothing from outside costs one turn, and
 * so one commit. The job in memory is ahead of the store until the turn is committed; the owner
 * gives nothing away before that, and throws the job away when the commit fails. Not thread-safe;
 * one owner uses it.
 */
public final class Turn {

    /**
     * A turn is committed when it holds this many facts or bytes, so that a long cascade cannot
     * starve the job's callers.
     */
    private static final int FACTS_MAX = 20_000;

    private static final int BYTES_MAX = 1 << 20;

    private final Job job;
    private final Seeds seeds;
    private final long nowMs;
    private final JsonWriter facts = new JsonWriter(1_024);
    private final List<Effect> effects = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>(0);
    private final List<byte[]> largeValues = new ArrayList<>(0);
    private final long sequenceBefore;
    private int count;
    private @Nullable DeadLetter replaying;

    public Turn(Job job, long nowMs) {
        this.job = job;
        this.seeds = job.seeds();
        // A clock that was set back must not make a fact older than the one before it.
        this.nowMs = Math.max(nowMs, job.updatedAt);
        this.sequenceBefore = job.sequence();
    }

    private Turn(Job job, JobEvent.Submitted submitted) {
        this.job = job;
        this.seeds = job.seeds();
        this.nowMs = submitted.atMs();
        this.sequenceBefore = 0;
        EventCodec.write(facts, submitted, 1, job);
        count = 1;
    }

    /** The first turn of a job that was just created. */
    public static Turn first(Job job, JobEvent.Submitted submitted) {
        return new Turn(job, submitted);
    }

    /**
     * Answers a command and applies what follows from it directly; {@link #run()} does the rest.
     */
    public Decision take(JobCommand command) {
        var decision = JobEngine.decide(job, command, nowMs);
        switch (decision) {
            case Decision.Accepted accepted -> {
                replaying = command instanceof JobCommand.Replay replay ? replay.letter() : null;
                record(accepted);
                replaying = null;
            }
            case Decision.Unchanged _ -> {}
            case Decision.Refused refused ->
                    record(new Decision.Accepted(refused.events(), refused.effects()));
        }
        return decision;
    }

    /**
     * Lets the job do what it can do by itself.
     *
     * @return true when it came to rest, false when the turn is full and another one has to go on
     */
    public boolean run() {
        while (count < FACTS_MAX && facts.size() < BYTES_MAX) {
            var step = Steps.next(job, seeds, nowMs);
            if (step == null) {
                return true;
            }
            record(step);
        }
        return false;
    }

    private void record(Decision.Accepted accepted) {
        for (var decided : accepted.events()) {
            var event = StepOutput.shrunk(decided, largeValues);
            EventCodec.write(facts, event, job.sequence() + 1, job);
            JobEngine.apply(job, event);
            count++;
            letters(event);
        }
        effects.addAll(accepted.effects());
    }

    private void letters(JobEvent event) {
        switch (event) {
            case JobEvent.DeadLettered dead ->
                    deadLetters.add(
                            new DeadLetter(
                                    dead.index(),
                                    job.sequence() - 1,
                                    dead.agent(),
                                    dead.reason(),
                                    dead.error(),
                                    dead.attempts(),
                                    Instant.ofEpochMilli(dead.atMs()),
                                    dead.message().toJson(),
                                    0,
                                    Optional.empty(),
                                    Optional.empty()));
            case JobEvent.Replayed replayed -> {
                var letter = Objects.requireNonNull(replaying);
                deadLetters.add(
                        new DeadLetter(
                                letter.index(),
                                letter.eventIndex(),
                                letter.agentId(),
                                letter.reason(),
                                letter.error(),
                                letter.attempts(),
                                letter.timestamp(),
                                letter.message(),
                                replayed.replayCount(),
                                Optional.of(Instant.ofEpochMilli(replayed.atMs())),
                                Optional.of(replayed.message().messageId())));
            }
            default -> {}
        }
    }

    /** True when nothing has happened, so there is nothing to commit. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Facts recorded in this turn. */
    public int count() {
        return count;
    }

    /** The facts as lines of JSON, in order. */
    public byte[] facts() {
        return facts.toByteArray();
    }

    /** Sequence number of the first event of this turn. */
    public long firstSequence() {
        return sequenceBefore + 1;
    }

    /** Work to start once the turn is durable, in order. */
    public List<Effect> effects() {
        return List.copyOf(effects);
    }

    /** Dead letters made or changed in this turn. */
    public List<DeadLetter> deadLetters() {
        return List.copyOf(deadLetters);
    }

    /**
     * Outputs that the facts hold only references to, as the bytes that these name. They are to be
     * kept before the facts are.
     */
    public List<byte[]> largeValues() {
        return List.copyOf(largeValues);
    }
}
