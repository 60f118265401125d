package mirrorneuron.server.log;

import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.slf4j.event.Level;

/** Sends what libraries log through the platform's own logging to the server's log. */
final class PlatformHandler extends Handler {

    private final ServerLog log;

    PlatformHandler(ServerLog log) {
        this.log = log;
        // Only its way of filling in parameters is used.
        setFormatter(
                new Formatter() {
                    @Override
                    public String format(LogRecord entry) {
                        return formatMessage(entry);
                    }
                });
    }

    @Override
    public void publish(LogRecord entry) {
        log.write(
                level(entry.getLevel()),
                entry.getLoggerName() == null ? "" : entry.getLoggerName(),
                getFormatter().format(entry),
                Map.of(),
                entry.getThrown());
    }

    private static Level level(java.util.logging.Level level) {
        int value = level.intValue();
        if (value >= java.util.logging.Level.SEVERE.intValue()) {
            return Level.ERROR;
        }
        if (value >= java.util.logging.Level.WARNING.intValue()) {
            return Level.WARN;
        }
        if (value >= java.util.logging.Level.INFO.intValue()) {
            return Level.INFO;
        }
        return value >= java.util.logging.Level.FINE.intValue() ? Level.DEBUG : Level.TRACE;
    }

    static java.util.logging.Level platform(Level level) {
        return switch (level) {
            case ERROR -> java.util.logging.Level.SEVERE;
            case WARN -> java.util.logging.Level.WARNING;
            case INFO -> java.util.logging.Level.INFO;
            case DEBUG -> java.util.logging.Level.FINE;
            case TRACE -> java.util.logging.Level.ALL;
        };
    }

    @Override
    public void flush() {
        // Each line is written at once.
    }

    @Override
    public void close() {
        // The log is closed by who opened it.
    }
}
