package mirrorneuron.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * What Jazzer calls, in a process of its own: once in the beginning, for each input, and once in
 * the end.
 */
public final class FuzzedProcess {

    /** The name of the target. */
    static final String TARGET = "mn.fuzz.target";

    /** The folder of the run, for everything that a target writes. */
    static final String FOLDER = "mn.fuzz.folder";

    /** In the folder, which is there: a file for each real input. */
    static final String SEEDS = "seeds";

    /** In the folder: words that inputs are made of. */
    static final String WORDS = "words.txt";

    /** In the folder: how many inputs ended in which way, a line each. */
    static final String OUTCOMES = "outcomes.tsv";

    /** No input may take longer, however often it is read. */
    private static final long NANOS_MAX = 2_000_000_000L;

    /**
     * The machine may be busy, and code is loaded once; an input that costs too much always does.
     */
    private static final int READS = 3;

    /** What one input may allocate in all; inputs are at most 64 KiB. */
    private static final long ALLOCATED_BYTES_MAX = 512L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final Path FOLDER_OF_RUN = Path.of(System.getProperty(FOLDER, "."));
    private static final TreeMap<String, Long> OUTCOME_COUNTS = new TreeMap<>();
    private static final Target READER = open();

    private FuzzedProcess() {}

    private static Target open() {
        try {
            var target =
                    Targets.named(System.getProperty(TARGET, ""))
                            .open(Files.createDirectory(FOLDER_OF_RUN.resolve("target")));
            int number = 0;
            for (var seed : target.seeds()) {
                Files.write(
                        FOLDER_OF_RUN.resolve(SEEDS).resolve("seed-%04d".formatted(number++)),
                        seed);
            }
            Files.writeString(FOLDER_OF_RUN.resolve(WORDS), Dictionary.text(target.words()));
            return target;
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    public static void fuzzerInitialize() {
        // The target is open: that is what takes time, and no input is blamed for it.
    }

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        OUTCOME_COUNTS.merge(watched(READER.prepared(input)), 1L, Long::sum);
    }

    private static String watched(byte[] input) throws Exception {
        long nanos = 0;
        long allocated = 0;
        for (int i = 0; i < READS; i++) {
            long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
            long began = System.nanoTime();
            var outcome = READER.read(input);
            nanos = System.nanoTime() - began;
            allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
            if (nanos <= NANOS_MAX && allocated <= ALLOCATED_BYTES_MAX) {
                return outcome;
            }
        }
        throw new AssertionError(
                "%d bytes of input took %d ms and %d MiB"
                        .formatted(input.length, nanos / 1_000_000, allocated >> 20));
    }

    public static void fuzzerTearDown() throws Exception {
        READER.close();
        write();
    }

    private static void write() throws IOException {
        var text = new StringBuilder();
        // An outcome may quote its input, line breaks and all.
        OUTCOME_COUNTS.forEach(
                (outcome, count) ->
                        text.append(count)
                                .append('\t')
                                .append(outcome.replace('\n', ' ').replace('\r', ' '))
                                .append('\n'));
        Files.writeString(FOLDER_OF_RUN.resolve(OUTCOMES), text);
    }
}
