package mirrorneuron.server.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Sends what is logged through SLF4J to the server's log. Found by its name and not by service
 * loading, so that it never takes the place of another program's.
 */
public final class ServerLogProvider implements SLF4JServiceProvider {

    private static volatile @Nullable ServerLog destination;

    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();
    private @Nullable ILoggerFactory loggers;

    static void writeTo(ServerLog log) {
        destination = log;
    }

    @Override
    public void initialize() {
        var log = destination;
        if (log == null) {
            throw new IllegalStateException("the server's log is not open");
        }
        loggers = new ServerLoggers(log);
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        var made = loggers;
        if (made == null) {
            throw new IllegalStateException("not initialized");
        }
        return made;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }
}
