package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One process of {@link CrashDriver} from its start to its end. */
final class DriverLife {

    private static final long LINE_SECONDS_MAX = 60;
    private static final String END = "";

    /**
     * Where the lives of one home keep things.
     *
     * @param folder holds the home, {@code effects}, {@code mended} and {@code stderr}
     */
    record Place(Path folder) {

        /** An empty one; the folder is made. */
        static Place make(Path folder) throws IOException {
            Files.createDirectories(folder);
            var place = new Place(folder);
            Files.createFile(place.effects());
            return place;
        }

        Path home() {
            return folder.resolve("home");
        }

        Path effects() {
            return folder.resolve("effects");
        }

        Path mended() {
            return folder.resolve("mended");
        }

        Path errors() {
            return folder.resolve("stderr");
        }

        String said() {
            try {
                return Files.exists(errors()) ? Files.readString(errors()) : "";
            } catch (IOException unreadable) {
                return unreadable.toString();
            }
        }
    }

    final Process process;
    private final Place place;
    private final PrintStream in;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private DriverLife(Process process, Place place) {
        this.process = process;
        this.place = place;
        in = new PrintStream(process.getOutputStream(), true, UTF_8);
        var reader = process.inputReader(UTF_8);
        Thread.ofVirtual().start(() -> read(reader));
    }

    /**
     * @param options of the JVM, beside the usual
     * @param variables of the environment, beside the usual
     */
    static DriverLife begin(Place place, List<String> options, Map<String, String> variables)
            throws IOException {
        var command = new ArrayList<>(List.of(Product.JAVA));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options);
        command.addAll(
                List.of(
                        "-cp",
                        Product.libraries() + ":" + Product.TESTS,
                        CrashDriver.class.getName(),
                        place.home().toString()));
        var builder = new ProcessBuilder(command);
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("MN_"));
        environment.put("EFFECTS", place.effects().toString());
        environment.put("MENDED", place.mended().toString());
        environment.putAll(variables);
        var errors = ProcessBuilder.Redirect.appendTo(place.errors().toFile());
        return new DriverLife(builder.redirectError(errors).start(), place);
    }

    static DriverLife begin(Place place) throws IOException {
        return begin(place, List.of(), Map.of());
    }

    private void read(BufferedReader reader) {
        try (reader) {
            String line;
            while ((line = reader.readLine()) != null) {
                lines.add(line);
            }
        } catch (IOException killed) {
            // The pipe breaks with its writer; what was read counts.
        } finally {
            lines.add(END);
        }
    }

    void tell(String line) {
        in.println(line);
    }

    /** The next line; empty when the process has ended and said everything. */
    Optional<String> next() throws InterruptedException {
        var line = lines.poll(LINE_SECONDS_MAX, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError(
                    "the driver said nothing for %d s\n%s"
                            .formatted(LINE_SECONDS_MAX, place.said()));
        }
        if (line.equals(END)) {
            lines.add(END); // nothing follows it, however often one asks
            return Optional.empty();
        }
        return Optional.of(line);
    }

    /** The lines before this one. */
    List<String> until(String last) throws InterruptedException {
        var said = new ArrayList<String>();
        while (true) {
            var line = next();
            if (line.isEmpty()) {
                throw new AssertionError("the driver ended before it said " + last + ": " + said);
            }
            if (line.get().equals(last)) {
                return said;
            }
            said.add(line.get());
        }
    }

    /** What it still had to say when it had ended. */
    List<String> rest() throws InterruptedException {
        var said = new ArrayList<String>();
        Optional<String> line;
        while ((line = next()).isPresent()) {
            said.add(line.get());
        }
        return said;
    }

    /**
     * Waits for the line that says that the home is open; returns how many milliseconds that took,
     * or nothing when the process ended before.
     */
    Optional<Long> opened() throws InterruptedException {
        var line = next();
        if (line.isEmpty()) {
            return Optional.empty();
        }
        var words = line.get().split(" ", 3);
        assertThat(words[0]).as("the first line: " + line.get()).isEqualTo("open");
        assertThat(words[2]).as("damage").isEqualTo("[]");
        return Optional.of(Long.parseLong(words[1]));
    }

    /** Lets it work; true when it has ended by itself meanwhile. */
    boolean endedWithin(long ms) throws InterruptedException {
        return process.waitFor(ms, TimeUnit.MILLISECONDS);
    }

    /** The pause between two looks; fails when the process ends meanwhile. */
    void rest(long ms) throws InterruptedException {
        assertThat(endedWithin(ms)).as("ended by itself\n" + place.said()).isFalse();
    }

    /** Sends SIGKILL; the process's own method would throw away what it still has to say. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** Lets it close in order. */
    void close() throws InterruptedException {
        in.close();
        until("closed");
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).as("the end after closing").isTrue();
    }
}
