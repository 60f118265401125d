package mirrorneuron.server.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import mirrorneuron.store.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Writes metrics as text. All samples of a metric are given in a row, as both forms demand. Used by
 * one thread.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus</a>
 * @see <a href="https://prometheus.io/docs/specs/om/open_metrics_spec/">OpenMetrics 1.0</a>
 */
final class Exposition {

    /** How metrics are written. */
    enum Form {
        PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
        OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

        private final String contentType;

        Form(String contentType) {
            this.contentType = contentType;
        }

        String contentType() {
            return contentType;
        }
    }

    private static final String TOTAL = "_total";

    private final Form form;
    private final StringBuilder text = new StringBuilder(8_192);
    private @Nullable Metric begun;

    Exposition(Form form) {
        this.form = form;
    }

    /**
     * @param labels values, in the order of the metric's labels
     */
    void add(Metric metric, long value, String... labels) {
        add(metric, Long.toString(value), labels);
    }

    void add(Metric metric, double value, String... labels) {
        add(metric, Double.toString(value), labels);
    }

    private void add(Metric metric, String value, String... labels) {
        begin(metric);
        sample(metric.wire(), names(metric), List.of(labels), value);
    }

    void add(Metric metric, Histogram.Reading reading, String... labels) {
        begin(metric);
        var values = List.of(labels);
        var bounded = new ArrayList<>(names(metric));
        bounded.add("le");
        long below = 0;
        for (int i = 0; i <= reading.bounds().size(); i++) {
            below += reading.counts().get(i);
            var bound =
                    i < reading.bounds().size()
                            ? Double.toString(seconds(reading.bounds().get(i)))
                            : "+Inf";
            var all = new ArrayList<>(values);
            all.add(bound);
            sample(metric.wire() + "_bucket", bounded, all, Long.toString(below));
        }
        sample(
                metric.wire() + "_sum",
                names(metric),
                values,
                Double.toString(seconds(reading.sum())));
        sample(metric.wire() + "_count", names(metric), values, Long.toString(below));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static List<String> names(Metric metric) {
        return metric.labels();
    }

    private void begin(Metric metric) {
        if (begun == metric) {
            return;
        }
        if (begun != null && begun.compareTo(metric) > 0) {
            throw new IllegalStateException(metric + " after " + begun);
        }
        begun = metric;
        var family =
                form == Form.OPEN_METRICS && metric.type() == Metric.Type.COUNTER
                        ? metric.wire().substring(0, metric.wire().length() - TOTAL.length())
                        : metric.wire();
        text.append("# HELP ").append(family).append(' ').append(metric.help()).append('\n');
        text.append("# TYPE ")
                .append(family)
                .append(' ')
                .append(metric.type().name().toLowerCase(Locale.ROOT))
                .append('\n');
    }

    private void sample(String name, List<String> labels, List<String> values, String value) {
        if (labels.size() != values.size()) {
            throw new IllegalArgumentException(
                    name + ": labels " + values + " (expected: " + labels + ")");
        }
        text.append(name);
        if (!labels.isEmpty()) {
            char before = '{';
            for (int i = 0; i < labels.size(); i++) {
                text.append(before).append(labels.get(i)).append("=\"");
                escape(values.get(i));
                text.append('"');
                before = ',';
            }
            text.append('}');
        }
        text.append(' ').append(value).append('\n');
    }

    private void escape(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(c);
            }
        }
    }

    /** Everything that was added. */
    String text() {
        return form == Form.OPEN_METRICS ? text + "# EOF\n" : text.toString();
    }
}
