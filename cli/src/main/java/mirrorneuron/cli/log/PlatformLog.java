package mirrorneuron.cli.log;

import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what libraries log through the platform's own logging into the command's log file. Without
 * it they write to stderr, stacks and all.
 */
public final class PlatformLog extends Handler {

    /** Kept, because the platform forgets loggers that nobody holds. */
    private static final Logger ROOT = Logger.getLogger("");

    private final Formatter parameters =
            new Formatter() {
                @Override
                public String format(LogRecord entry) {
                    return formatMessage(entry);
                }
            };

    private PlatformLog() {}

    /** For the whole process; where the file is was said before. */
    public static void intoFile() {
        LogManager.getLogManager().reset();
        ROOT.addHandler(new PlatformLog());
    }

    @Override
    public void publish(LogRecord entry) {
        if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
            var name = entry.getLoggerName();
            LoggerFactory.getLogger(name == null ? "" : name)
                    .warn(parameters.format(entry), entry.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
