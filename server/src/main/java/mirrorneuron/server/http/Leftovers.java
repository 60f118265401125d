package mirrorneuron.server.http;

import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client still sends although its answer is out. A connection that is closed over unread
 * bytes is reset, and the answer is lost with it, so a bounded part is read first.
 */
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private static final long BYTES_MAX = 64L << 20;
    private static final int BUFFER_BYTES = 64 << 10;

    private Leftovers() {}

    static void read(ServerRequest from) {
        try (var rest = from.content().inputStream()) {
            var buffer = new byte[BUFFER_BYTES];
            long left = BYTES_MAX;
            for (int got = rest.read(buffer); got >= 0 && left > 0; got = rest.read(buffer)) {
                left -= got;
            }
        } catch (IOException | RuntimeException gone) {
            // Either everything was read before, or the client is gone: both end the same way.
            LOG.debug("nothing left to read: {}", gone.getMessage());
        }
    }
}
