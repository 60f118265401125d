package mirrorneuron.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.runtime.bundle.Folders;

/**
 * Runs trials, each in a JVM and a home of its own, on the disk that is to be measured. Closing it
 * deletes what they left. Used by one thread.
 */
public final class Trials implements AutoCloseable {

    private final Options options;
    private final Path folder;
    private int begun;

    public Trials(Options options) throws IOException {
        this.options = options;
        var home = Files.createDirectories(options.home().toAbsolutePath());
        folder = Files.createTempDirectory(home, "mn-bench-");
    }

    /** Microseconds of syncs on that disk, sorted. */
    long[] syncs() throws IOException {
        return Machine.syncMicros(folder);
    }

    /** The median of a sync on that disk; microseconds. */
    public double syncMicros() throws IOException {
        var syncs = syncs();
        return syncs[syncs.length / 2];
    }

    /** Runs the program with these arguments and those of a trial, and reads its figures. */
    public List<Figure> figures(List<String> what) throws IOException, InterruptedException {
        var home = Files.createDirectory(folder.resolve("home-" + begun++));
        var arguments = new ArrayList<>(what);
        arguments.add(home.toString());
        arguments.add(options.warmUp().toString());
        arguments.add(options.measured().toString());
        arguments.add(Integer.toString(options.sizePercent()));
        var figures = Children.figures(arguments);
        Folders.delete(home);
        // Blocks of deleted files are given back later, at the cost of whoever syncs then.
        Machine.settle();
        return figures;
    }

    /** What {@link #figures} adds to the arguments. */
    public static Trial read(List<String> arguments) {
        return new Trial(
                Path.of(arguments.get(0)),
                Duration.parse(arguments.get(1)),
                Duration.parse(arguments.get(2)),
                Integer.parseInt(arguments.get(3)));
    }

    @Override
    public void close() throws IOException {
        Folders.delete(folder);
    }
}
