package mirrorneuron.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mirrorneuron.bench.growth.Growth;
import mirrorneuron.bench.row.Memory;
import mirrorneuron.bench.row.Recovery;
import mirrorneuron.bench.row.Rows;
import mirrorneuron.bench.soak.Soak;
import mirrorneuron.runtime.bundle.Folders;

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
    private static final String GROWTH = "growth";

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        try {
            run(arguments);
        } catch (Options.Usage e) {
            System.err.println("× Error: " + e.getMessage() + "\n! Hint: bench/run --help");
            System.exit(2);
        }
    }

    private static void run(String[] arguments) throws Exception {
        var words = List.of(arguments);
        var rest = words.isEmpty() ? words : words.subList(1, words.size());
        switch (words.isEmpty() ? "" : words.getFirst()) {
            case TRIAL -> print(trial(rest));
            case Growth.POINT -> print(Growth.point(rest));
            case GROWTH -> Growth.drive(Options.parse(rest));
            case Recovery.LIVE ->
                    Recovery.live(
                            Path.of(arguments[1]),
                            Integer.parseInt(arguments[2]),
                            Integer.parseInt(arguments[3]));
            case Recovery.TAKE_UP ->
                    print(Recovery.takeUp(Path.of(arguments[1]), Integer.parseInt(arguments[2])));
            case Memory.PART ->
                    print(
                            Memory.part(
                                    arguments[1],
                                    Path.of(arguments[2]),
                                    Integer.parseInt(arguments[3])));
            case COMPARE -> System.out.print(Comparison.of(Path.of(arguments[1])).table());
            case SOAK -> soak(rest);
            default -> drive(Options.parse(words));
        }
    }

    private static void soak(List<String> arguments) throws Exception {
        long minutes = arguments.isEmpty() ? 30 : Options.number("minutes", arguments.getFirst());
        var dist = System.getProperty("mn.bench.dist", ".");
        var target = Files.createDirectories(Path.of("bench/target").toAbsolutePath());
        var folder = Files.createTempDirectory(target, "mn-soak-");
        boolean kept;
        try {
            kept = Soak.run(Path.of(dist, "bin", "mn"), folder, Duration.ofMinutes(minutes));
        } finally {
            Folders.delete(folder);
        }
        System.exit(kept ? 0 : 1);
    }

    private static List<Figure> trial(List<String> arguments) throws Exception {
        return row(arguments.getFirst()).run(Trials.read(arguments.subList(1, arguments.size())));
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
                .orElseThrow(() -> new Options.Usage("unknown row " + name + " (see --list)"));
    }

    private static void drive(Options options) throws IOException, InterruptedException {
        if (options.list()) {
            Rows.all().forEach(row -> System.out.printf("%-15s %s%n", row.name(), row.title()));
            return;
        }
        var rows = options.rows().isEmpty() ? Rows.all() : named(options.rows());
        var report = new Report(options);
        try (var trials = new Trials(options)) {
            for (int round = 1; round <= options.rounds(); round++) {
                for (var row : rows) {
                    report.sync(trials.syncs());
                    System.err.printf(
                            "→ round %d of %d: %s%n", round, options.rounds(), row.name());
                    report.add(row, trials.figures(List.of(TRIAL, row.name())));
                }
            }
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
}
