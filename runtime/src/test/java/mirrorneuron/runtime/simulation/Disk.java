package mirrorneuron.runtime.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.store.Commit;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import mirrorneuron.store.memory.MemoryStore;

/**
 * What survives a crash, and everything that can go wrong on the way there: a process that dies
 * before or after a write, a last group that is lost or torn, a slow disk, and a disk that refuses
 * for a while and may have kept a refused write all the same.
 *
 * <p>A write blocks its caller and there is one thread, so at most one write is not acknowledged
 * when the process dies. It is there whole afterwards or not at all: a torn group reads as if it
 * had never been written.
 */
final class Disk {

    /** What can be written. */
    static final List<String> KINDS =
            List.of("create", "commit", "commit with snapshot", "claim", "put", "compact");

    /** What becomes of the write in which the process dies. */
    static final List<String> ENDS = List.of("lost", "torn", "kept");

    private final World world;
    private final RandomGenerator random;
    private final MemoryStore kept = new MemoryStore();
    private final TreeMap<JobId, Audit> audits = new TreeMap<>();
    private final TreeMap<JobId, Commit> inDoubt = new TreeMap<>();

    /** Number of the write at which the process dies; 0 = none is planned. */
    private long crashAtWrite;

    private String crashAtKind = "";
    private String crashEnd = "";
    private String refusedKind = "";

    private long refusesUntilMs;
    private long writes;
    private long commits;

    Disk(World world, RandomGenerator random) {
        this.world = world;
        this.random = random;
    }

    /** The store as one process sees it; a dead process cannot use it any more. */
    Store openedBy(Incarnation process) {
        return new Opened(process);
    }

    /** For oracles and people: never fails, and sees only what is durable. */
    Store durable() {
        return kept;
    }

    Audit audit(JobId job) {
        return audits.computeIfAbsent(job, id -> new Audit(id, world::violation, world.visits()));
    }

    List<JobId> jobs() {
        return List.copyOf(audits.keySet());
    }

    long commits() {
        return commits;
    }

    /** The process dies at its next write of a kind, with an end of {@link #ENDS}. */
    void crashAtNext(String kind, String end) {
        crashAtKind = kind;
        crashEnd = end;
    }

    /** The next write of a kind is refused, and may be durable all the same; then the plug goes. */
    void refuseNext(String kind) {
        refusedKind = kind;
    }

    /** The process dies at one of its next writes. */
    void crashWithin(int nextWrites) {
        crashAtWrite = writes + 1 + random.nextInt(nextWrites);
    }

    void callOff() {
        crashAtWrite = 0;
        crashAtKind = "";
        refusedKind = "";
    }

    void refuseFor(long ms) {
        refusesUntilMs = world.time().millis() + ms;
    }

    /** The machine starts again: what a refused write left behind is now there, or it is not. */
    void restarted() {
        for (var commit : List.copyOf(inDoubt.values())) {
            var kind = kind(commit);
            if (random.nextBoolean()) {
                world.trace().add("in doubt and durable " + name(commit));
                var earlier =
                        apply(
                                commit,
                                () -> isNew(commit) ? kept.create(commit) : committed(commit));
                if (earlier.isEmpty()) {
                    audited(commit);
                }
                world.visits().visit("fault", "refused and kept " + kind);
            } else {
                world.visits().visit("fault", "refused and gone " + kind);
            }
        }
        inDoubt.clear();
    }

    private boolean isNew(Commit commit) {
        return kept.record(commit.job()).isEmpty();
    }

    private Optional<Store.EarlierReply> committed(Commit commit) {
        kept.commit(commit);
        return Optional.empty();
    }

    private <T> T apply(Commit commit, Supplier<T> write) {
        var answer = write.get();
        commits++;
        inDoubt.remove(commit.job());
        return answer;
    }

    private void audited(Commit commit) {
        commit.facts().ifPresent(facts -> audit(commit.job()).durable(facts.lines()));
    }

    private String kind(Commit commit) {
        if (isNew(commit)) {
            return "create";
        }
        return commit.snapshot().isPresent() ? "commit with snapshot" : "commit";
    }

    private static String name(Commit commit) {
        return "commit "
                + commit.job()
                + commit.facts()
                        .map(f -> " " + f.firstSequence() + ".." + f.lastSequence())
                        .orElse("")
                + (commit.snapshot().isPresent() ? " with snapshot" : "");
    }

    private final class Opened extends ForwardingStore {

        private final Incarnation process;

        Opened(Incarnation process) {
            super(kept);
            this.process = process;
        }

        @Override
        public Optional<EarlierReply> create(Commit first) {
            return write(
                    kind(first),
                    name(first),
                    Optional.of(first),
                    () -> {
                        var earlier = apply(first, () -> kept.create(first));
                        if (earlier.isEmpty()) {
                            audited(first);
                        }
                        return earlier;
                    });
        }

        @Override
        public void commit(Commit commit) {
            write(
                    kind(commit),
                    name(commit),
                    Optional.of(commit),
                    () -> {
                        var done = apply(commit, () -> committed(commit));
                        audited(commit);
                        return done;
                    });
        }

        @Override
        public long claim(JobId job) {
            return write(
                    "claim",
                    "claim " + job,
                    Optional.empty(),
                    () -> {
                        inDoubt.remove(job);
                        return kept.claim(job);
                    });
        }

        @Override
        public void put(String family, String name, byte[] document) {
            write(
                    "put",
                    "put " + family,
                    Optional.empty(),
                    () -> {
                        kept.put(family, name, document);
                        return true;
                    });
        }

        @Override
        public void compact(JobId job, long throughSequence, UnaryOperator<byte[]> keep) {
            write(
                    "compact",
                    "compact " + job + " through " + throughSequence,
                    Optional.empty(),
                    () -> {
                        kept.compact(job, throughSequence, keep);
                        return true;
                    });
        }

        private <T> T write(String kind, String what, Optional<Commit> commit, Supplier<T> write) {
            process.mustLive();
            writes++;
            world.time().elapse(latencyMs());
            if (kind.equals(refusedKind)) {
                refusedKind = "";
                world.trace().add("refused " + what);
                world.visits().visit("fault", "refused " + kind);
                commit.ifPresent(half -> inDoubt.putIfAbsent(half.job(), half));
                process.die("in the refused " + what);
            }
            if (world.time().millis() < refusesUntilMs) {
                refuse(kind, what, commit);
            }
            var end = endOf(kind);
            if (end.equals("lost") || end.equals("torn")) {
                world.trace().add(end + " " + what);
                world.visits().visit("fault", end + " " + kind);
                process.die("before " + what);
            }
            var answer = write.get();
            world.trace().add(what);
            if (end.equals("kept")) {
                world.visits().visit("fault", end + " " + kind);
                process.die("after " + what);
            }
            return answer;
        }

        /** Empty when the process goes on. */
        private String endOf(String kind) {
            if (kind.equals(crashAtKind)) {
                crashAtKind = "";
                return crashEnd;
            }
            return writes == crashAtWrite ? ENDS.get(random.nextInt(ENDS.size())) : "";
        }

        private void refuse(String kind, String what, Optional<Commit> commit) {
            world.trace().add("refused " + what);
            world.visits().visit("fault", "refused " + kind);
            commit.ifPresent(
                    half -> {
                        if (random.nextBoolean()) {
                            inDoubt.putIfAbsent(half.job(), half);
                        }
                    });
            throw new StoreException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "Expected to write " + what + ", but the disk refuses at the moment");
        }

        /** Mostly nothing, now and then a disk that takes its time. */
        private long latencyMs() {
            return switch (random.nextInt(100)) {
                case 0 -> random.nextInt(3_000);
                case 1, 2, 3, 4 -> random.nextInt(50);
                default -> random.nextInt(2);
            };
        }
    }

    /** Jobs in the order of their ids, with what is durable of each. */
    List<Audit> audits() {
        return new ArrayList<>(audits.values());
    }
}
