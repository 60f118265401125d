package mirrorneuron.store;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;

/** Builds commits for tests. */
public final class Commits {

    public static final Instant NOON = Instant.parse("2026-03-28T12:00:00Z");

    private final JobId job;
    private final long epoch;
    private Optional<Commit.Facts> facts = Optional.empty();
    private Optional<Commit.Entry> entry = Optional.empty();
    private Optional<Commit.Snapshot> snapshot = Optional.empty();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private Optional<Commit.Idempotency> idempotency = Optional.empty();

    private Commits(JobId job, long epoch) {
        this.job = job;
        this.epoch = epoch;
    }

    public static Commits of(String job, long epoch) {
        return new Commits(JobId.of(job), epoch);
    }

    /** A job's first commit: pending, epoch 1, no facts. */
    public static Commits first(String job) {
        return of(job, 1).entry(JobStatus.PENDING, NOON);
    }

    /** One group with one line for each event, {@code {"seq":n}}. */
    public Commits facts(long first, long last) {
        return facts(first, last, lines(first, last));
    }

    public Commits facts(long first, long last, String lines) {
        facts = Optional.of(new Commit.Facts(first, last, utf8(lines)));
        return this;
    }

    public Commits entry(JobStatus status, Instant updatedAt) {
        return entry(status, updatedAt, JsonObject.empty());
    }

    public Commits entry(JobStatus status, Instant updatedAt, JsonObject more) {
        var record =
                JsonObject.builder()
                        .put("job_id", job.value())
                        .put("graph_id", "graph")
                        .put("status", status.wire())
                        .put("submitted_at", Timestamps.format(NOON))
                        .put("updated_at", Timestamps.format(updatedAt))
                        .putAll(more)
                        .build();
        entry = Optional.of(new Commit.Entry(status, NOON, updatedAt, record));
        return this;
    }

    public Commits snapshot(long sequence, String document) {
        snapshot = Optional.of(new Commit.Snapshot(sequence, utf8(document)));
        return this;
    }

    public Commits deadLetter(int index, String reason) {
        deadLetters.add(deadLetterOf(index, reason));
        return this;
    }

    public Commits key(String key, String digest, Instant at) {
        idempotency = Optional.of(new Commit.Idempotency(key, digest, at));
        return this;
    }

    public Commit build() {
        return new Commit(job, epoch, facts, entry, snapshot, deadLetters, idempotency);
    }

    public static DeadLetter deadLetterOf(int index, String reason) {
        return new DeadLetter(
                index,
                7,
                AgentId.of("worker"),
                reason,
                "no",
                3,
                NOON,
                JsonObject.empty(),
                0,
                Optional.empty(),
                Optional.empty());
    }

    public static String lines(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj("{\"seq\":%d}\n"::formatted)
                .collect(Collectors.joining());
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
