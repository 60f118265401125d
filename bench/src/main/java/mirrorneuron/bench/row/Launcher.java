package mirrorneuron.bench.row;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The command as users start it, out of a finished build. */
record Launcher(Path mn) {

    /** Makes Java start as if nothing had been recorded for it. */
    static final String WITHOUT_CACHE = "-XX:AOTMode=off";

    /** Seconds from the start of the process to its first byte of output, and to its end. */
    record Taken(double firstByte, double end) {}

    /** Empty when the measurements were not started by {@code bench/run}. */
    static Optional<Launcher> ofBuild() {
        return Optional.ofNullable(System.getProperty("mn.bench.dist"))
                .map(dist -> new Launcher(Path.of(dist, "bin", "mn")));
    }

    /**
     * Runs a command to its end.
     *
     * @param flags for Java
     */
    Taken run(Path home, String flags, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(mn.toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .putAll(
                        Map.of(
                                "MN_HOME",
                                home.toString(),
                                "MN_JAVA",
                                System.getProperty("java.home"),
                                "MN_JAVA_OPTS",
                                flags,
                                "MN_GRPC_PORT",
                                "0"));
        long begin = System.nanoTime();
        var process = builder.start();
        process.getOutputStream().close();
        try (var out = process.getInputStream()) {
            out.read();
            double firstByte = (System.nanoTime() - begin) / 1e9;
            out.readAllBytes();
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IOException("Expected " + command + " to succeed, but it exited " + exit);
            }
            return new Taken(firstByte, (System.nanoTime() - begin) / 1e9);
        }
    }

    static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
