package mirrorneuron.bench.row;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;
import mirrorneuron.bench.Workflows;

/** The command from its start to its end, with and without the start-up cache. */
record Start(List<Budget> budgets) implements Row {

    private static final int RUNS = 5;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public String title() {
        return "process start to first job done and process gone (`mn blueprint run`)";
    }

    @Override
    public List<Figure> run(Trial trial) throws Exception {
        var dist = System.getProperty("mn.bench.dist");
        if (dist == null) {
            return List.of();
        }
        var mn = Path.of(dist, "bin", "mn").toString();
        var bundle = trial.home().resolve("bundle");
        Files.createDirectories(bundle.resolve("payloads"));
        Files.writeString(bundle.resolve("manifest.json"), Workflows.oneStep());
        var job = List.of(mn, "blueprint", "run", "--folder", bundle.toString());
        var help = List.of(mn, "--help");
        var cached = new double[RUNS];
        var plain = new double[RUNS];
        var helped = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            cached[i] = seconds(trial.home().resolve("cached" + i), job, "");
            plain[i] = seconds(trial.home().resolve("plain" + i), job, "-XX:AOTMode=off");
            helped[i] = seconds(trial.home().resolve("help"), help, "");
        }
        return List.of(
                new Figure("first job done", "s", median(cached)),
                new Figure("without cache", "s", median(plain)),
                new Figure("mn --help", "s", median(helped)));
    }

    private static double seconds(Path home, List<String> command, String flags)
            throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(new ArrayList<>(command))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("MN_HOME", home.toString());
        builder.environment().put("MN_JAVA", System.getProperty("java.home"));
        builder.environment().put("MN_JAVA_OPTS", flags);
        long begin = System.nanoTime();
        var process = builder.start();
        process.getOutputStream().close();
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IOException("Expected " + command + " to succeed, but it exited " + exit);
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
