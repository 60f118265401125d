package mirrorneuron.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mirrorneuron.bench.row.Recovery;
import mirrorneuron.bench.row.Rows;
import mirrorneuron.bench.soak.Soak;

/**
 * The driver: so many rounds, in each of which every row runs once in a JVM and a home of its own.
 * Prints a table, and writes JSON with every single figure when asked to.
 */
public final class Bench {

    /** What a child prints when it is as far as it will get. */
    public static final String READY = "ready";

    private static final String TRIAL = "trial";
    private static final String SOAK = "soak";
    private static final String COMPARE = "compare";

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case TRIAL -> print(trial(arguments));
            case Recovery.LIVE ->
                    Recovery.live(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
            case Recovery.TAKE_UP -> print(Recovery.takeUp(Path.of(arguments[1])));
            case COMPARE -> System.out.print(Comparison.of(Path.of(arguments[1])).table());
            case SOAK -> soak(List.of(arguments).subList(1, arguments.length));
            default -> drive(Options.parse(List.of(arguments)));
        }
    }

    private static void soak(List<String> arguments) throws Exception {
        long minutes = arguments.isEmpty() ? 30 : Long.parseLong(arguments.getFirst());
        var dist = System.getProperty("mn.bench.dist", ".");
        var target = Files.createDirectories(Path.of("bench/target").toAbsolutePath());
        var folder = Files.createTempDirectory(target, "mn-soak-");
        boolean kept;
        try {
            kept = Soak.run(Path.of(dist, "bin", "mn"), folder, Duration.ofMinutes(minutes));
        } finally {
            delete(folder);
        }
        System.exit(kept ? 0 : 1);
    }

    private static List<Figure> trial(String[] arguments) throws Exception {
        return row(arguments[1])
                .run(
                        new Trial(
                                Path.of(arguments[2]),
                                Duration.parse(arguments[3]),
                                Duration.parse(arguments[4]),
                                Integer.parseInt(arguments[5])));
    }

    private static void print(List<Figure> figures) {
        System.out.println(Children.written(figures));
        System.out.flush();
        // A row may leave threads behind that would keep the process; its figures are out.
        System.exit(0);
    }

    private static Row row(String name) {
        return Rows.all().stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("row: " + name + " (see --list)"));
    }

    private static void drive(Options options) throws IOException, InterruptedException {
        if (options.list()) {
            Rows.all().forEach(row -> System.out.printf("%-15s %s%n", row.name(), row.title()));
            return;
        }
        var rows = options.rows().isEmpty() ? Rows.all() : named(options.rows());
        var report = new Report(options);
        var home = Files.createDirectories(options.home().toAbsolutePath());
        var folder = Files.createTempDirectory(home, "mn-bench-");
        try {
            for (int round = 1; round <= options.rounds(); round++) {
                for (var row : rows) {
                    report.sync(Machine.syncMicros(folder));
                    System.err.printf(
                            "→ round %d of %d: %s%n", round, options.rounds(), row.name());
                    var trialHome = folder.resolve(row.name() + "-" + round);
                    Files.createDirectory(trialHome);
                    report.add(
                            row,
                            Children.figures(
                                    List.of(
                                            TRIAL,
                                            row.name(),
                                            trialHome.toString(),
                                            options.warmUp().toString(),
                                            options.measured().toString(),
                                            Integer.toString(options.sizePercent()))));
                    delete(trialHome);
                }
            }
        } finally {
            delete(folder);
        }
        System.out.print(report.table());
        if (options.output().isPresent()) {
            Files.writeString(options.output().get(), report.json().toString() + "\n");
        }
    }

    private static List<Row> named(List<String> names) {
        Map<String, Row> rows = new LinkedHashMap<>();
        names.forEach(name -> rows.put(name, row(name)));
        return new ArrayList<>(rows.values());
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(
                            file -> {
                                try {
                                    Files.delete(file);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
        }
    }
}
