package mirrorneuron.bench.row;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Machine;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Trial;

/** A server from the command to the first answer, a command that asks it, and what it holds. */
record ServerStart(List<Budget> budgets) implements Row {

    private static final int RUNS = 5;

    @Override
    public String name() {
        return "server-start";
    }

    @Override
    public String title() {
        return "`mn runtime start` until health is ok; `mn job list` against that server";
    }

    @Override
    public List<Figure> run(Trial trial) throws Exception {
        var launcher = Launcher.ofBuild();
        if (launcher.isEmpty()) {
            return List.of();
        }
        var mn = launcher.get();
        var cached = new double[RUNS];
        var plain = new double[RUNS];
        var list = new double[RUNS];
        var plainList = new double[RUNS];
        double resident = 0;
        for (int i = 0; i < RUNS; i++) {
            var home = trial.home().resolve("plain" + i);
            plain[i] = start(mn, home, Launcher.WITHOUT_CACHE);
            mn.run(home, "", "runtime", "stop");
            home = trial.home().resolve("cached" + i);
            cached[i] = start(mn, home, "");
            if (i == 0) {
                Thread.sleep(trial.warmUp());
                resident = Machine.residentBytes(pid(home)) / 1_048_576.0;
            }
            list[i] = mn.run(home, "", "job", "list").end();
            plainList[i] = mn.run(home, Launcher.WITHOUT_CACHE, "job", "list").end();
            mn.run(home, "", "runtime", "stop");
        }
        return List.of(
                new Figure("runtime start", "s", Launcher.median(cached)),
                new Figure("runtime start, without cache", "s", Launcher.median(plain)),
                new Figure("job list", "s", Launcher.median(list)),
                new Figure("job list, without cache", "s", Launcher.median(plainList)),
                new Figure("resident", "MiB", resident));
    }

    private static double start(Launcher mn, Path home, String flags) throws Exception {
        return mn.run(home, flags, "runtime", "start", "--port", "54971").end();
    }

    private static long pid(Path home) throws Exception {
        var file = Files.readString(home.resolve("runtime-endpoints.json"));
        return ((JsonObject) Json.parse(file)).integer("pid").orElseThrow();
    }
}
