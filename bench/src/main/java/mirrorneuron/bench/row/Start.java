package mirrorneuron.bench.row;

import java.nio.file.Files;
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
        var launcher = Launcher.ofBuild();
        if (launcher.isEmpty()) {
            return List.of();
        }
        var mn = launcher.get();
        var bundle = trial.home().resolve("bundle");
        Files.createDirectories(bundle.resolve("payloads"));
        Files.writeString(bundle.resolve("manifest.json"), Workflows.oneStep());
        var folder = bundle.toString();
        var cached = new double[RUNS];
        var plain = new double[RUNS];
        var helped = new double[RUNS];
        var plainHelped = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            var home = trial.home().resolve("cached" + i);
            cached[i] = mn.run(home, "", "blueprint", "run", "--folder", folder).end();
            home = trial.home().resolve("plain" + i);
            plain[i] =
                    mn.run(home, Launcher.WITHOUT_CACHE, "blueprint", "run", "--folder", folder)
                            .end();
            home = trial.home().resolve("help");
            helped[i] = mn.run(home, "", "--help").firstByte();
            plainHelped[i] = mn.run(home, Launcher.WITHOUT_CACHE, "--help").firstByte();
        }
        return List.of(
                new Figure("first job done", "s", Launcher.median(cached)),
                new Figure("without cache", "s", Launcher.median(plain)),
                new Figure("mn --help", "s", Launcher.median(helped)),
                new Figure("mn --help, without cache", "s", Launcher.median(plainHelped)));
    }
}
