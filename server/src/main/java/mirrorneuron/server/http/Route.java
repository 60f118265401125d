package mirrorneuron.server.http;

import static java.util.Objects.requireNonNull;

/**
 * @param method in capitals
 * @param template path below the base with {@code {name}} for one segment and {@code {name...}} for
 *     all that follow
 */
public record Route(String method, String template, Handler handler) {

    public Route {
        requireNonNull(method, "method");
        requireNonNull(template, "template");
        requireNonNull(handler, "handler");
    }
}
