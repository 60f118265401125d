package mirrorneuron.server.log;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.logging.LogManager;
import mirrorneuron.server.config.ServerSettings;
import mirrorneuron.server.config.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Where every line of the program goes. A line that cannot be written is lost: a full disk must not
 * stop the jobs. Safe from any thread.
 */
public final class ServerLog implements AutoCloseable {

    /** Shorter values would tear holes into ordinary text. */
    private static final int SECRET_CHARS_MIN = 4;

    /** Values of switches; hiding them would make every line unreadable. */
    private static final Set<String> HARMLESS = Set.of("true", "false", "null", "none");

    private final Level threshold;
    private final LogLine line;
    private final RotatingFile file;
    private final InstantSource clock;

    ServerLog(ServerSettings.LogFile settings, List<String> secrets, InstantSource clock) {
        this.threshold = Level.valueOf(settings.level().toUpperCase(Locale.ROOT));
        this.line = new LogLine(secrets);
        this.file = new RotatingFile(settings.path(), settings.bytesMax(), settings.backups());
        this.clock = clock;
    }

    /**
     * Makes this the log of the whole program. It must be called before the first logger is made.
     */
    public static ServerLog takeOver(ServerSettings settings, InstantSource clock) {
        var log = new ServerLog(settings.log(), secrets(settings.environment()), clock);
        // Other programs on the same class path bring a provider of their own, so ours is named;
        // the library would tell the terminal that it was.
        System.setProperty("slf4j.internal.verbosity", "WARN");
        System.setProperty("slf4j.provider", ServerLogProvider.class.getName());
        ServerLogProvider.writeTo(log);
        LogManager.getLogManager().reset();
        var root = LogManager.getLogManager().getLogger("");
        root.addHandler(new PlatformHandler(log));
        root.setLevel(PlatformHandler.platform(log.threshold));
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) ->
                        log.write(
                                Level.ERROR,
                                "uncaught",
                                "thread " + thread.getName() + " ended with a failure",
                                Map.of(),
                                failure));
        return log;
    }

    /**
     * Makes sure that lines can be written.
     *
     * @throws IOException when they cannot now; later lines are tried all the same
     */
    public void open() throws IOException {
        file.open();
    }

    private static List<String> secrets(Map<String, String> environment) {
        var secrets = new ArrayList<String>();
        environment.forEach(
                (name, value) -> {
                    var text = value.strip();
                    if (Variable.isSecret(name)
                            && text.length() >= SECRET_CHARS_MIN
                            && !HARMLESS.contains(text.toLowerCase(Locale.ROOT))) {
                        secrets.add(text);
                    }
                });
        return secrets;
    }

    boolean takes(Level level) {
        return level.toInt() >= threshold.toInt();
    }

    /**
     * @param members beside the message; numbers stay numbers
     */
    void write(
            Level level,
            String logger,
            String message,
            Map<String, ?> members,
            @Nullable Throwable cause) {
        if (!takes(level)) {
            return;
        }
        try {
            file.append(line.of(clock.instant(), level.name(), logger, message, members, cause));
        } catch (IOException unwritable) {
            // There is no other place to say so; the next line tries again.
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
