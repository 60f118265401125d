package mirrorneuron.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;

/**
 * Two builds that took turns: the figures that both have, and their ratios. Each round's ratio is
 * of two runs that stood beside each other, so a machine that drifts moves both.
 */
final class Comparison {

    /** A figure of a row, by round, of this build and of the other. */
    private static final class Pair {
        final String unit;
        final List<Double> ours = new ArrayList<>();
        final List<Double> theirs = new ArrayList<>();

        Pair(String unit) {
            this.unit = unit;
        }

        /** Ours by theirs, round by round, sorted; what was zero there says nothing. */
        double[] ratios() {
            var ratios = new double[Math.min(ours.size(), theirs.size())];
            int known = 0;
            for (int i = 0; i < ratios.length; i++) {
                if (theirs.get(i) != 0) {
                    ratios[known++] = ours.get(i) / theirs.get(i);
                }
            }
            var sorted = Arrays.copyOf(ratios, known);
            Arrays.sort(sorted);
            return sorted;
        }
    }

    private final Map<String, Pair> pairs = new LinkedHashMap<>();

    private Comparison() {}

    /**
     * @param folder with {@code ours-N.json} and {@code theirs-N.json} for each round, as {@code
     *     bench/run --output} writes them
     */
    static Comparison of(Path folder) throws IOException {
        var comparison = new Comparison();
        for (var file : outputs(folder, "ours-")) {
            figures(file)
                    .forEach(
                            (key, figure) ->
                                    comparison
                                            .pairs
                                            .computeIfAbsent(key, _ -> new Pair(figure.unit()))
                                            .ours
                                            .add(figure.value()));
        }
        for (var file : outputs(folder, "theirs-")) {
            figures(file)
                    .forEach(
                            (key, figure) -> {
                                var pair = comparison.pairs.get(key);
                                if (pair != null) {
                                    pair.theirs.add(figure.value());
                                }
                            });
        }
        comparison.pairs.values().removeIf(pair -> pair.ratios().length == 0);
        return comparison;
    }

    private static List<Path> outputs(Path folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    private static Map<String, Figure> figures(Path output) throws IOException {
        var figures = new LinkedHashMap<String, Figure>();
        var report = (JsonObject) Json.parse(Files.readString(output));
        for (var row : report.array("rows")) {
            var name = ((JsonObject) row).string("row").orElseThrow();
            for (var element : ((JsonObject) row).array("figures")) {
                var figure = (JsonObject) element;
                var called = figure.string("name").orElseThrow();
                figures.put(
                        name + " | " + called,
                        new Figure(
                                called,
                                figure.string("unit").orElse(""),
                                figure.number("median").orElseThrow().asDouble()));
            }
        }
        return figures;
    }

    /** A table in Markdown. */
    String table() {
        var out = new StringBuilder();
        out.append("| Row | Figure | This build | The other | Ratio | Lowest – highest |\n");
        out.append("| --- | --- | ---: | ---: | ---: | ---: |\n");
        pairs.forEach(
                (key, pair) -> {
                    var ratios = pair.ratios();
                    out.append(
                            String.format(
                                    Locale.ROOT,
                                    "| %s | %s %s | %s %s | %.2f | %.2f – %.2f |%n",
                                    key,
                                    Report.number(Report.median(pair.ours)),
                                    pair.unit,
                                    Report.number(Report.median(pair.theirs)),
                                    pair.unit,
                                    ratios[ratios.length / 2],
                                    ratios[0],
                                    ratios[ratios.length - 1]));
                });
        return out.toString();
    }
}
