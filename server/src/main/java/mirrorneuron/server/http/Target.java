package mirrorneuron.server.http;

import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the first line of a request asks for. Clients that think of a proxy write the server before
 * the path; then it is the server that they mean, whatever {@code Host} says.
 *
 * @param server the server and its port as they were written; empty when there is only a path
 * @param path as it was sent, without the query
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2">RFC 9112, absolute-form</a>
 */
record Target(Optional<String> server, String path) {

    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/]*)(/.*)?");

    /**
     * A name or an address, and a port. A user before it is how one server is made to look like
     * another.
     */
    private static final Pattern SERVER = Pattern.compile("(\\[[^\\[\\]@]+]|[^:@\\[\\]]+)(:\\d*)?");

    static Target of(ServerRequest from) {
        return of(from.prologue().uriPath().rawPath());
    }

    /** The target without its query. */
    static Target of(String text) {
        var absolute = ABSOLUTE.matcher(text);
        if (!absolute.matches()) {
            return new Target(Optional.empty(), text);
        }
        var path = Optional.ofNullable(absolute.group(2)).orElse("/");
        return new Target(Optional.of(absolute.group(1)), path);
    }

    /** False when what stands before the path names no server. */
    boolean isReadable() {
        return server.map(name -> SERVER.matcher(name).matches()).orElse(true);
    }
}
