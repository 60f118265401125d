package mirrorneuron.server.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line for each request. Queries and headers are left out: callers put secrets there, and what
 * matters of them is in the route.
 */
final class AccessLog {

    private static final Logger LOG = LoggerFactory.getLogger("mirrorneuron.server.access");

    private static final int PATH_CHARS_MAX = 1_024;

    private AccessLog() {}

    static void write(Exchange exchange) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        var path =
                exchange.path().length() <= PATH_CHARS_MAX
                        ? exchange.path()
                        : exchange.path().substring(0, PATH_CHARS_MAX) + "…";
        var line =
                LOG.atInfo()
                        .addKeyValue("method", exchange.method())
                        .addKeyValue("path", path)
                        .addKeyValue("status", exchange.status())
                        .addKeyValue("duration_ms", exchange.durationNanos() / 1_000_000)
                        .addKeyValue("bytes", exchange.bytes())
                        .addKeyValue("remote", exchange.remote());
        if (exchange.route().isPresent()) {
            line = line.addKeyValue("route", exchange.route().get());
        }
        for (var id : exchange.ids().entrySet()) {
            line = line.addKeyValue(id.getKey(), id.getValue());
        }
        line.log("request");
    }
}
