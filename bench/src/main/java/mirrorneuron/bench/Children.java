package mirrorneuron.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/**
 * Processes of this program's own, so that no trial inherits another one's heap or compiled code.
 */
public final class Children {

    private static final int TRIAL_MINUTES_MAX = 15;

    private Children() {}

    /** A command line that runs {@link Bench} with these arguments and the flags of {@code mn}. */
    public static ProcessBuilder command(List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-Xmx1g",
                        // The runtime logs problems only, and a problem ends the row.
                        "-Dslf4j.internal.verbosity=ERROR",
                        "-Xlog:disable",
                        "-Xlog:all=error:stderr",
                        "--enable-native-access=ALL-UNNAMED"));
        var more = System.getProperty("mn.bench.jvm", "");
        command.addAll(List.of(more.strip().split("\\s+")));
        command.removeIf(String::isEmpty);
        System.getProperties()
                .forEach(
                        (name, value) -> {
                            if (name.equals("mn.bench.dist")) {
                                command.add("-D" + name + "=" + value);
                            }
                        });
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Bench.class.getName());
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** Runs a child to its end and reads the figures it prints last. */
    public static List<Figure> figures(List<String> arguments)
            throws IOException, InterruptedException {
        var child = command(arguments).start();
        try (var lines = lines(child)) {
            var last = "";
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line;
            }
            if (!child.waitFor(TRIAL_MINUTES_MAX, TimeUnit.MINUTES) || child.exitValue() != 0) {
                throw new IOException("Expected figures of " + arguments + ", but it failed");
            }
            return read(last);
        } finally {
            child.destroyForcibly();
        }
    }

    /** Starts a child that lives until it is killed, and returns when it says that it is ready. */
    public static Process untilReady(List<String> arguments) throws IOException {
        var child = command(arguments).start();
        @SuppressWarnings("resource") // Closed with the child, which outlives this method.
        var lines = lines(child);
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals(Bench.READY)) {
                return child;
            }
        }
        throw new IOException("Expected " + arguments + " to become ready, but it ended");
    }

    private static BufferedReader lines(Process child) {
        return new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
    }

    static String written(List<Figure> figures) {
        var json = new ArrayList<JsonValue>();
        for (var figure : figures) {
            json.add(
                    JsonObject.builder()
                            .put("name", figure.name())
                            .put("unit", figure.unit())
                            .put("value", figure.value())
                            .build());
        }
        return JsonObject.of("figures", JsonArray.of(json)).toString();
    }

    private static List<Figure> read(String line) {
        var figures = new ArrayList<Figure>();
        for (var element : ((JsonObject) Json.parse(line)).array("figures")) {
            var figure = (JsonObject) element;
            figures.add(
                    new Figure(
                            figure.string("name").orElseThrow(),
                            figure.string("unit").orElseThrow(),
                            figure.number("value").orElseThrow().asBigDecimal().doubleValue()));
        }
        return figures;
    }
}
