package mirrorneuron.cli.log;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * Loggers that write to the command's log file, at {@code MN_LOG_LEVEL} and above. The usual
 * logging libraries take longer to start than most commands to finish, hence this small one.
 */
public final class FileLoggers implements ILoggerFactory {

    private static final String HOME_PROPERTY = "mn.cli.home";

    private final ConcurrentHashMap<String, Logger> loggers = new ConcurrentHashMap<>();

    /** Absent in a program that only has the command on its class path: it asked for no file. */
    private final @Nullable CommandLog log;

    private final Level threshold;

    FileLoggers() {
        var home = System.getProperty(HOME_PROPERTY);
        this.log =
                home == null
                        ? null
                        : new CommandLog(
                                Path.of(home),
                                file(Path.of(home)),
                                CommandLog.BYTES_MAX_DEFAULT,
                                CommandLog.BACKUPS_DEFAULT);
        this.threshold = threshold(System.getenv("MN_LOG_LEVEL"));
    }

    /**
     * Says where loggers write. It must be called before the first logger is made; the library that
     * makes them takes no arguments, hence a property.
     */
    public static void writeBelow(Path home) {
        System.setProperty(HOME_PROPERTY, home.toString());
    }

    private static Path file(Path home) {
        var named = System.getenv("MN_CLI_LOG_PATH");
        return named == null ? home.resolve("logs").resolve("cli.log") : Path.of(named);
    }

    private static Level threshold(@Nullable String name) {
        if (name != null) {
            for (var level : Level.values()) {
                if (level.name().equals(name.toUpperCase(Locale.ROOT))) {
                    return level;
                }
            }
        }
        return Level.INFO;
    }

    @Override
    public Logger getLogger(String name) {
        return loggers.computeIfAbsent(name, FileLogger::new);
    }

    private final class FileLogger extends LegacyAbstractLogger {

        private static final long serialVersionUID = 1L;

        private final String shortName;

        FileLogger(String name) {
            this.name = name;
            this.shortName = name.substring(name.lastIndexOf('.') + 1);
        }

        private boolean on(Level level) {
            return log != null && level.toInt() >= threshold.toInt();
        }

        @Override
        public boolean isTraceEnabled() {
            return on(Level.TRACE);
        }

        @Override
        public boolean isDebugEnabled() {
            return on(Level.DEBUG);
        }

        @Override
        public boolean isInfoEnabled() {
            return on(Level.INFO);
        }

        @Override
        public boolean isWarnEnabled() {
            return on(Level.WARN);
        }

        @Override
        public boolean isErrorEnabled() {
            return on(Level.ERROR);
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String pattern,
                Object @Nullable [] arguments,
                @Nullable Throwable throwable) {
            var file = log;
            if (file == null) {
                return;
            }
            file.line(
                    level.name(),
                    shortName,
                    MessageFormatter.basicArrayFormat(pattern, arguments),
                    throwable);
        }
    }
}
