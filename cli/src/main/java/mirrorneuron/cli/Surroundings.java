package mirrorneuron.cli;

import static java.util.Objects.requireNonNull;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.spi.EnvironmentFiles;
import mirrorneuron.cli.follow.Interrupts;
import mirrorneuron.cli.follow.ScreenSource;
import mirrorneuron.cli.home.RuntimeDoor;
import mirrorneuron.cli.home.Servers;

/**
 * Everything that comes from outside the program, so that a test can bring its own.
 *
 * @param runtime opens a home
 * @param servers starts servers
 * @param screens makes the redrawn view of a terminal
 * @param interrupts says whether Ctrl-C was pressed
 */
public record Surroundings(
        Map<String, String> environment,
        Path workingDirectory,
        Terminals terminals,
        InputStream in,
        PrintStream out,
        PrintStream err,
        InstantSource clock,
        RuntimeDoor runtime,
        Servers servers,
        ScreenSource screens,
        Interrupts.Source interrupts) {

    /** Which of the three streams are terminals. */
    public record Terminals(boolean in, boolean out, boolean err) {

        public static final Terminals NONE = new Terminals(false, false, false);
        public static final Terminals ALL = new Terminals(true, true, true);
    }

    public Surroundings {
        environment = Map.copyOf(environment);
        requireNonNull(workingDirectory, "workingDirectory");
    }

    /**
     * The real ones.
     *
     * @throws mirrorneuron.api.InvalidRequestException when a file of variables cannot be read
     */
    static Surroundings ofProcess() {
        var folder = Path.of("").toAbsolutePath();
        return new Surroundings(
                EnvironmentFiles.merged(System.getenv(), folder),
                folder,
                terminals(System.getProperty("mn.tty")),
                System.in,
                StandardOutput.ofProcess(),
                new PrintStream(
                        new java.io.FileOutputStream(java.io.FileDescriptor.err),
                        true,
                        StandardCharsets.UTF_8),
                InstantSource.system(),
                RuntimeDoor.ofProcess(),
                Servers.ofProcess(),
                ScreenSource.terminal(),
                Interrupts.Source.ofProcess());
    }

    /**
     * The launcher's word on which streams are terminals. Java itself only knows about stdin and
     * stdout together, which is what a program started without the launcher has to live with.
     */
    private static Terminals terminals(@org.jspecify.annotations.Nullable String property) {
        if (property == null) {
            var console = System.console();
            boolean terminal = console != null && console.isTerminal();
            return new Terminals(terminal, terminal, terminal);
        }
        List<String> names = Arrays.asList(property.split(","));
        return new Terminals(names.contains("in"), names.contains("out"), names.contains("err"));
    }

    /** The value of a variable that is set and not blank. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    /** True for {@code 1}, {@code true} and {@code yes}. */
    public boolean flag(String name) {
        return variable(name)
                .filter(
                        value ->
                                value.equals("1")
                                        || value.equalsIgnoreCase("true")
                                        || value.equalsIgnoreCase("yes"))
                .isPresent();
    }
}
