package mirrorneuron.server.log;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import mirrorneuron.api.JobId;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** Loggers of SLF4J that write to the server's log. */
final class ServerLoggers implements ILoggerFactory {

    private final ConcurrentHashMap<String, Logger> loggers = new ConcurrentHashMap<>();
    private final ServerLog log;

    ServerLoggers(ServerLog log) {
        this.log = log;
    }

    @Override
    public Logger getLogger(String name) {
        return loggers.computeIfAbsent(name, made -> new ServerLogger(made, log));
    }

    private static final class ServerLogger extends LegacyAbstractLogger
            implements LoggingEventAware {

        private static final long serialVersionUID = 1L;

        private final transient ServerLog log;

        ServerLogger(String name, ServerLog log) {
            this.name = name;
            this.log = log;
        }

        @Override
        public boolean isTraceEnabled() {
            return log.takes(Level.TRACE);
        }

        @Override
        public boolean isDebugEnabled() {
            return log.takes(Level.DEBUG);
        }

        @Override
        public boolean isInfoEnabled() {
            return log.takes(Level.INFO);
        }

        @Override
        public boolean isWarnEnabled() {
            return log.takes(Level.WARN);
        }

        @Override
        public boolean isErrorEnabled() {
            return log.takes(Level.ERROR);
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
            write(
                    level,
                    pattern,
                    arguments == null ? List.of() : Arrays.asList(arguments),
                    List.of(),
                    throwable);
        }

        @Override
        public void log(LoggingEvent event) {
            write(
                    event.getLevel(),
                    event.getMessage(),
                    event.getArguments() == null ? List.of() : event.getArguments(),
                    event.getKeyValuePairs() == null ? List.of() : event.getKeyValuePairs(),
                    event.getThrowable());
        }

        private void write(
                Level level,
                String pattern,
                List<Object> arguments,
                List<KeyValuePair> pairs,
                @Nullable Throwable throwable) {
            Map<String, Object> members = new LinkedHashMap<>();
            // Whoever names a job in a message gives its id, so nobody has to name it twice.
            for (Object argument : arguments) {
                if (argument instanceof JobId job) {
                    members.putIfAbsent("job_id", job);
                }
            }
            pairs.forEach(pair -> members.put(pair.key, pair.value));
            log.write(
                    level,
                    name,
                    String.valueOf(MessageFormatter.basicArrayFormat(pattern, arguments.toArray())),
                    members,
                    throwable);
        }
    }
}
