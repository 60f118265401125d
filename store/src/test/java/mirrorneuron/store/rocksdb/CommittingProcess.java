package mirrorneuron.store.rocksdb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.JobId;
import mirrorneuron.store.Commits;
import mirrorneuron.store.StoreException;

/**
 * A process of its own that opens a home, prints {@code open}, and then commits facts on its jobs
 * from many threads, printing {@code <job> <sequence>} after each acknowledged commit, until it is
 * killed. A refused home is printed as {@code refused <code> <sentence>}.
 */
final class CommittingProcess {

    private static final int WRITERS = 16;

    private CommittingProcess() {}

    /** Starts it with what this process was started with, and with these options for its Java. */
    static Process start(Path home, String... options) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(CommittingProcess.class.getName(), home.toString()));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    public static void main(String[] args) {
        try {
            var store = RocksStore.open(Path.of(args[0]));
            say("open");
            for (int n = 0; n < WRITERS; n++) {
                var job = "job-" + n;
                Thread.ofVirtual().start(() -> write(store, job));
            }
            Thread.currentThread().join(); // until it is killed
        } catch (StoreException e) {
            say("refused " + e.code() + " " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(RocksStore store, String job) {
        var id = JobId.of(job);
        if (store.record(id).isEmpty()) {
            store.create(Commits.first(job).build());
        }
        long epoch = store.claim(id);
        var last = store.lastFacts(id, 1);
        long next = last.isEmpty() ? 1 : last.getLast().lastSequence() + 1;
        for (long s = next; ; s++) {
            store.commit(Commits.of(job, epoch).facts(s, s).build());
            say(job + " " + s);
        }
    }

    // A whole line for each call, flushed: what was printed was acknowledged.
    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
