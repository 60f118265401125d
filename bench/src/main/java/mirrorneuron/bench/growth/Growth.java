package mirrorneuron.bench.growth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Machine;
import mirrorneuron.bench.Options;
import mirrorneuron.bench.Report;
import mirrorneuron.bench.Trials;

/** Measures each size in a JVM and a home of its own; prints tables and draws pictures. */
public final class Growth {

    /** Argument of the program for the process that measures one size. */
    public static final String POINT = "point";

    private Growth() {}

    /** The figures of one size, by its number. */
    private static final class Points {

        final SequencedMap<Integer, SequencedMap<String, List<Double>>> bySize =
                new LinkedHashMap<>();
        final SequencedMap<String, String> units = new LinkedHashMap<>();

        void add(int size, List<Figure> figures) {
            for (var figure : figures) {
                units.put(figure.name(), figure.unit());
                bySize.computeIfAbsent(size, _ -> new LinkedHashMap<>())
                        .computeIfAbsent(figure.name(), _ -> new ArrayList<>())
                        .add(figure.value());
            }
        }

        double at(int size, String name) {
            var values = bySize.getOrDefault(size, new LinkedHashMap<>());
            return Report.median(values.getOrDefault(name, List.of(Double.NaN)));
        }
    }

    /**
     * @param arguments name of the curve, size, then those of a trial
     */
    public static List<Figure> point(List<String> arguments) throws Exception {
        var trial = Trials.read(arguments.subList(2, arguments.size()));
        return curve(arguments.getFirst()).load().at(trial, Integer.parseInt(arguments.get(1)));
    }

    private static Curve curve(String name) {
        return Curves.all().stream()
                .filter(curve -> curve.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Options.Usage("unknown curve " + name + " (see --list)"));
    }

    /** Runs what the options name, prints a table for each curve and writes the pictures. */
    public static void drive(Options options) throws IOException, InterruptedException {
        if (options.list()) {
            Curves.all()
                    .forEach(curve -> System.out.printf("%-19s %s%n", curve.name(), curve.title()));
            return;
        }
        var curves =
                options.rows().isEmpty()
                        ? Curves.all()
                        : options.rows().stream().map(Growth::curve).toList();
        Map<Curve, Points> measured = new LinkedHashMap<>();
        var syncs = new ArrayList<Double>();
        try (var homes = new Trials(options)) {
            for (int round = 1; round <= options.rounds(); round++) {
                for (var curve : curves) {
                    syncs.add(homes.syncMicros());
                    for (int size : sizes(curve, options)) {
                        System.err.printf(
                                Locale.ROOT,
                                "→ round %d of %d: %s, %,d%n",
                                round,
                                options.rounds(),
                                curve.name(),
                                size);
                        measured.computeIfAbsent(curve, _ -> new Points())
                                .add(
                                        size,
                                        homes.figures(
                                                List.of(
                                                        POINT,
                                                        curve.name(),
                                                        Integer.toString(size))));
                    }
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%s; fdatasync of 256 appended bytes: p50 %.0f us%n%n",
                Machine.describe(),
                Report.median(syncs));
        for (var entry : measured.entrySet()) {
            System.out.println(table(entry.getKey(), entry.getValue()));
            if (options.pictures().isPresent()) {
                draw(entry.getKey(), entry.getValue(), options.pictures().get());
            }
        }
    }

    /** In a short run, a tenth of each. */
    private static List<Integer> sizes(Curve curve, Options options) {
        return curve.sizes().stream()
                .map(size -> Math.max(1, (int) ((long) size * options.sizePercent() / 100)))
                .distinct()
                .toList();
    }

    private static String table(Curve curve, Points points) {
        var out = new StringBuilder();
        out.append("**").append(curve.title()).append("**\n\n| ").append(curve.sizeOf());
        points.units.forEach(
                (name, unit) -> out.append(" | ").append(name).append(", ").append(unit));
        out.append(" |\n|").append(" ---: |".repeat(1 + points.units.size())).append('\n');
        for (int size : points.bySize.keySet()) {
            out.append(String.format(Locale.ROOT, "| %,d", size));
            for (var name : points.units.keySet()) {
                out.append(" | ").append(Report.number(points.at(size, name)));
            }
            out.append(" |\n");
        }
        return out.toString();
    }

    /** One picture for each unit. */
    private static void draw(Curve curve, Points points, Path folder) throws IOException {
        Files.createDirectories(folder);
        var units = points.units.values().stream().distinct().toList();
        for (var unit : units) {
            var lines = new LinkedHashMap<String, List<Picture.Point>>();
            points.units.forEach(
                    (name, of) -> {
                        if (of.equals(unit)) {
                            lines.put(
                                    name,
                                    points.bySize.keySet().stream()
                                            .map(
                                                    size ->
                                                            new Picture.Point(
                                                                    size, points.at(size, name)))
                                            .toList());
                        }
                    });
            var name = curve.name() + (units.size() == 1 ? "" : "-" + words(unit)) + ".svg";
            Files.writeString(
                    folder.resolve(name),
                    Picture.of(curve.title().replace("`", ""), curve.sizeOf(), unit, lines).svg());
        }
    }

    private static String words(String unit) {
        return unit.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-");
    }
}
