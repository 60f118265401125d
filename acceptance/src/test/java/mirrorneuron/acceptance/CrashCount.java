package mirrorneuron.acceptance;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.TreeMap;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * How many kills a proof is made of, and what they came to. Kills are done in slices, each on a
 * home of its own; what a slice came to is added to the file of {@code mn.crash.count} at its end,
 * so that a long proof can be interrupted and goes on where it was.
 *
 * <ul>
 *   <li>{@code -Dmn.crash.times=N}: how many times the few kills that a build does, those in the
 *       file included; absent = once
 *   <li>{@code -Dmn.crash.count=FILE}: absent = every run begins at zero. Proofs that run at the
 *       same time, in processes of their own, may share it
 *   <li>{@code -Dmn.crash.seed=N}: repeats the moments and the work of the slice that printed it
 * </ul>
 */
final class CrashCount {

    private static final long SEED = Long.getLong("mn.crash.seed", new Random().nextInt(1_000_000));
    private static final @Nullable String FILE = System.getProperty("mn.crash.count");

    /** Rule of three: n tries without a failure say, with 95 % confidence, that below 3/n fail. */
    private static final double RULE_OF_THREE = 3;

    private static final Duration SLICE_MAX = Duration.ofMinutes(5);
    private static final Duration KILL_MAX = Duration.ofSeconds(15);

    private final String proof;
    private final int kills;
    private final int killsOfSlice;

    private CrashCount(String proof, int kills, int killsOfSlice) {
        this.proof = proof;
        this.kills = kills;
        this.killsOfSlice = killsOfSlice;
    }

    /**
     * @param proof its name in the line that it prints and in the file
     * @param killsOfBuild how many kills a build does
     * @param killsOfSlice how many kills one home stands at most
     */
    static CrashCount of(String proof, int killsOfBuild, int killsOfSlice) {
        return new CrashCount(
                proof, killsOfBuild * Integer.getInteger("mn.crash.times", 1), killsOfSlice);
    }

    /** Some kills on one home. */
    interface SliceOfKills {

        /**
         * @param kills how many to do; a slice may come to other numbers, and says so
         */
        Slice of(int kills, Random random) throws Exception;
    }

    /**
     * What a slice came to.
     *
     * @param more other counts, by their names
     * @param wrong what is wrong, in sentences; empty when nothing is
     */
    record Slice(
            int kills,
            int jobs,
            int lost,
            int doubled,
            int stuck,
            long worstRecoveryMs,
            Map<String, Long> more,
            List<String> wrong) {

        Slice {
            more = Map.copyOf(more);
            wrong = List.copyOf(wrong);
        }
    }

    /** Does what is left to do, prints the line of the proof, and fails when anything was wrong. */
    void prove(SliceOfKills slice) throws Exception {
        var totals = new TreeMap<>(read());
        for (long begun = 0; totals.getOrDefault("kills", 0L) < kills; begun++) {
            long seed = SEED + begun;
            System.out.println("seed: " + seed + " (repeat with -Dmn.crash.seed=" + seed + ")");
            int left = (int) (kills - totals.getOrDefault("kills", 0L));
            int now = Math.min(left, killsOfSlice);
            add(totals, run(slice, now, seed, totals), seed);
        }
        System.out.println(line(totals));
        long bad = failures(totals);
        if (bad > 0) {
            throw new AssertionError(bad + " failures were counted before: " + FILE);
        }
    }

    /** A slice that breaks off counts as well, so that nobody goes on as if it had not been. */
    private Slice run(SliceOfKills slice, int kills, long seed, SequencedMap<String, Long> totals)
            throws Exception {
        var limit = SLICE_MAX.plus(KILL_MAX.multipliedBy(kills));
        try {
            return assertTimeoutPreemptively(limit, () -> slice.of(kills, new Random(seed)));
        } catch (AssertionError | Exception broken) {
            totals.merge("broken", 1L, Long::sum);
            write(totals);
            broken.addSuppressed(new AssertionError("repeat with -Dmn.crash.seed=" + seed));
            throw broken;
        }
    }

    private void add(SequencedMap<String, Long> totals, Slice slice, long seed) throws IOException {
        totals.merge("slices", 1L, Long::sum);
        totals.merge("kills", (long) slice.kills(), Long::sum);
        totals.merge("jobs", (long) slice.jobs(), Long::sum);
        totals.merge("lost", (long) slice.lost(), Long::sum);
        totals.merge("doubled", (long) slice.doubled(), Long::sum);
        totals.merge("stuck", (long) slice.stuck(), Long::sum);
        totals.merge("worst_recovery_ms", slice.worstRecoveryMs(), Math::max);
        slice.more()
                .forEach(
                        (name, count) ->
                                totals.merge(
                                        name,
                                        count,
                                        name.startsWith("worst_") ? Math::max : Long::sum));
        write(totals);
        if (!slice.wrong().isEmpty()) {
            System.out.println(line(totals));
            throw new AssertionError(
                    "repeat with -Dmn.crash.seed=%d\n%s"
                            .formatted(seed, String.join("\n", slice.wrong())));
        }
    }

    /** For a proof that has one size: prints its line, and fails when anything was wrong. */
    static void report(String proof, Slice slice) throws IOException {
        var count = new CrashCount(proof, slice.kills(), slice.kills());
        var totals = new TreeMap<String, Long>();
        count.add(totals, slice, SEED);
        System.out.println(count.line(totals));
    }

    private static long failures(SequencedMap<String, Long> totals) {
        return totals.getOrDefault("lost", 0L)
                + totals.getOrDefault("doubled", 0L)
                + totals.getOrDefault("broken", 0L)
                + totals.getOrDefault("stuck", 0L);
    }

    /** What comes first is what every proof says; the other counts follow by their names. */
    private String line(SequencedMap<String, Long> totals) {
        var rest = new TreeMap<>(totals);
        var words = new ArrayList<String>();
        for (var name : List.of("kills", "jobs", "lost", "doubled", "stuck", "worst_recovery_ms")) {
            words.add(name + "=" + totals.get(name));
            rest.remove(name);
        }
        long killed = totals.getOrDefault("kills", 0L);
        words.add(
                "failures_below="
                        + (failures(totals) == 0 && killed > RULE_OF_THREE
                                ? String.format(Locale.ROOT, "%.5f", RULE_OF_THREE / killed)
                                : "-"));
        rest.forEach((name, count) -> words.add(name + "=" + count));
        return "proof: " + proof + " " + String.join(" ", words);
    }

    // The file

    private static Path file() {
        // Beside a caller's ./verify, wherever Maven runs the tests.
        return Product.PROJECT.resolve(FILE == null ? "" : FILE);
    }

    private static JsonObject document() throws IOException {
        return FILE == null || !Files.exists(file())
                ? JsonObject.empty()
                : (JsonObject) Json.parse(Files.readString(file()));
    }

    private TreeMap<String, Long> read() throws IOException {
        var totals = new TreeMap<String, Long>();
        var of = document().object(proof);
        for (var name : of.names()) {
            totals.put(name, of.integer(name).orElseThrow());
        }
        return totals;
    }

    private void write(SequencedMap<String, Long> totals) throws IOException {
        if (FILE == null) {
            return;
        }
        var of = JsonObject.builder();
        totals.forEach(of::put);
        var lock = file().resolveSibling(file().getFileName() + ".lock");
        try (var channel =
                        FileChannel.open(
                                lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            JsonValue all = document().with(proof, of.build());
            var fresh = file().resolveSibling(file().getFileName() + ".new");
            Files.writeString(fresh, all + "\n");
            Files.move(
                    fresh,
                    file(),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
