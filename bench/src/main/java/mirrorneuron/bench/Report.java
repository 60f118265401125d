package mirrorneuron.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/** Collects figures over all rounds and shows their medians and spread beside the budgets. */
public final class Report {

    private static final double MISSED_BADLY = 3;

    private final Options options;
    private final JsonObject machine = Machine.describe();
    private final List<Double> syncP50 = new ArrayList<>();
    private final List<Double> syncP99 = new ArrayList<>();
    private final Map<Row, Map<String, Values>> rows = new LinkedHashMap<>();

    /** What one figure was in every round. */
    private static final class Values {
        final String unit;
        final List<Double> values = new ArrayList<>();

        Values(String unit) {
            this.unit = unit;
        }
    }

    Report(Options options) {
        this.options = options;
    }

    void sync(long[] sortedMicros) {
        syncP50.add((double) sortedMicros[sortedMicros.length / 2]);
        syncP99.add((double) sortedMicros[sortedMicros.length * 99 / 100]);
    }

    void add(Row row, List<Figure> figures) {
        var known = rows.computeIfAbsent(row, _ -> new LinkedHashMap<>());
        for (var figure : figures) {
            known.computeIfAbsent(figure.name(), _ -> new Values(figure.unit()))
                    .values
                    .add(figure.value());
        }
    }

    public static double median(List<Double> values) {
        var sorted = sorted(values);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double[] sorted(List<Double> values) {
        var sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    /** A table in Markdown. */
    String table() {
        var out = new StringBuilder();
        out.append(
                String.format(
                        Locale.ROOT,
                        "%s; fdatasync of 256 appended bytes: p50 %.0f us, p99 %.0f us%n%n",
                        machine,
                        median(syncP50),
                        median(syncP99)));
        out.append("| Row | Figure | Median | Lowest – highest | Budget | Verdict |\n");
        out.append("| --- | --- | ---: | ---: | ---: | --- |\n");
        rows.forEach(
                (row, figures) -> {
                    var title = row.title();
                    for (var figure : figures.entrySet()) {
                        var values = sorted(figure.getValue().values);
                        double middle = median(figure.getValue().values);
                        out.append("| ")
                                .append(title)
                                .append(" | ")
                                .append(figure.getKey())
                                .append(" | ")
                                .append(number(middle))
                                .append(' ')
                                .append(figure.getValue().unit)
                                .append(" | ")
                                .append(number(values[0]))
                                .append(" – ")
                                .append(number(values[values.length - 1]))
                                .append(" | ")
                                .append(budget(row, figure.getKey(), middle))
                                .append(" |\n");
                        title = "";
                    }
                });
        return out.toString();
    }

    private static String budget(Row row, String figure, double value) {
        return row.budgets().stream()
                .filter(budget -> budget.figure().equals(figure))
                .findFirst()
                .map(
                        budget -> {
                            double missed = budget.missedBy(value);
                            var verdict =
                                    missed <= 1
                                            ? "kept"
                                            : String.format(
                                                    Locale.ROOT,
                                                    missed > MISSED_BADLY
                                                            ? "**missed ×%.1f**"
                                                            : "missed ×%.1f",
                                                    missed);
                            return budget + " | " + verdict;
                        })
                .orElse(" | ");
    }

    /** With as many digits as say something. */
    public static String number(double value) {
        return String.format(
                Locale.ROOT, value >= 1_000 ? "%,.0f" : value >= 10 ? "%.1f" : "%.3f", value);
    }

    JsonObject json() {
        var list = new ArrayList<JsonValue>();
        rows.forEach(
                (row, figures) -> {
                    var measured = new ArrayList<JsonValue>();
                    figures.forEach(
                            (name, values) ->
                                    measured.add(
                                            JsonObject.builder()
                                                    .put("name", name)
                                                    .put("unit", values.unit)
                                                    .put("median", median(values.values))
                                                    .put("rounds", array(values.values))
                                                    .build()));
                    list.add(
                            JsonObject.builder()
                                    .put("row", row.name())
                                    .put("title", row.title())
                                    .put("figures", JsonArray.of(measured))
                                    .build());
                });
        return JsonObject.builder()
                .put("schema", "mn.bench/v1")
                .put("machine", machine)
                .put("warm_up", options.warmUp().toString())
                .put("measured", options.measured().toString())
                .put("size_percent", options.sizePercent())
                .put("fdatasync_p50_us", array(syncP50))
                .put("fdatasync_p99_us", array(syncP99))
                .put("rows", JsonArray.of(list))
                .build();
    }

    private static JsonArray array(List<Double> values) {
        return JsonArray.of(values.stream().map(JsonNumber::of).toList());
    }
}
