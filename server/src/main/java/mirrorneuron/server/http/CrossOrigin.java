package mirrorneuron.server.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import mirrorneuron.api.ErrorCode;

/**
 * Which web pages may call, and what their browsers are told.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch metadata request headers</a>
 */
final class CrossOrigin {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /** What {@code Sec-Fetch-Site} is for a server's own pages, and for what a person typed. */
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");

    private final Set<String> allowed;
    private final String ownName;

    /**
     * @param ownName the name or address that the server was told to listen on
     */
    CrossOrigin(List<String> origins, String ownName) {
        this.allowed = Set.copyOf(origins);
        this.ownName = ownName.toLowerCase(Locale.ROOT);
    }

    /** Headers for an answer to a page of this origin; empty when it is not listed. */
    Map<String, String> headers(Optional<String> origin) {
        var headers = new LinkedHashMap<String, String>();
        if (!allowed.isEmpty()) {
            headers.put("Vary", "Origin");
        }
        if (origin.isEmpty()) {
            return headers;
        }
        if (allowed.contains(origin.get())) {
            headers.put("Access-Control-Allow-Origin", origin.get());
            headers.put("Access-Control-Allow-Credentials", "true");
        } else if (allowed.contains("*")) {
            headers.put("Access-Control-Allow-Origin", "*");
        }
        if (headers.containsKey("Access-Control-Allow-Origin")) {
            headers.put(
                    "Access-Control-Expose-Headers",
                    "X-Request-ID, Location, ETag, Idempotency-Replayed");
        }
        return headers;
    }

    /** Headers for the question that a browser asks before a call. */
    Map<String, String> preflight(Optional<String> origin, Optional<String> requestedHeaders) {
        var headers = new LinkedHashMap<>(headers(origin));
        if (headers.containsKey("Access-Control-Allow-Origin")) {
            headers.put("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS");
            requestedHeaders.ifPresent(names -> headers.put("Access-Control-Allow-Headers", names));
            headers.put("Access-Control-Max-Age", "600");
        }
        return headers;
    }

    /**
     * Keeps a browser from lending its place on this network to a page; for servers without a
     * token.
     *
     * @param host the server that the request names
     * @param headers the value of a header by its name
     * @throws HttpFailure 403 with what an operator can do about it
     */
    void admit(String method, Optional<String> host, Function<String, Optional<String>> headers) {
        if (isStrangers(host)) {
            throw HttpFailure.of(
                    ErrorCode.PERMISSION_DENIED,
                    "Host: "
                            + Problem.shown(host.orElse(""))
                            + " (expected: an address, or localhost; set MN_API_TOKEN to be called"
                            + " by any name, or list the name's origin in"
                            + " MN_API_CORS_ALLOW_ORIGINS)");
        }
        var origin = headers.apply("Origin");
        if (isForeign(method, origin, headers.apply("Sec-Fetch-Site"), host)) {
            throw HttpFailure.of(
                    ErrorCode.PERMISSION_DENIED,
                    "A page of "
                            + Problem.shown(origin.orElse("another site"))
                            + " may not change anything here: list it in"
                            + " MN_API_CORS_ALLOW_ORIGINS");
        }
    }

    /**
     * True for a change that a browser sends on behalf of a page that is not listed. Browsers send
     * such calls without asking when they look simple enough, and without a token nothing else
     * would stop them.
     *
     * <p>What a browser says of the page is believed first. It says nothing to servers that it
     * holds to be open to eavesdroppers, such as one at an address of the local network, and then
     * the page's origin has to be that of the request. What sends neither is no browser.
     */
    private boolean isForeign(
            String method,
            Optional<String> origin,
            Optional<String> fetchSite,
            Optional<String> host) {
        if (READING.contains(method) || isListed(origin)) {
            return false;
        }
        return fetchSite
                .map(site -> !OWN_SITES.contains(site))
                .orElseGet(
                        () ->
                                origin.filter(page -> !authority(page).equals(lower(host)))
                                        .isPresent());
    }

    private boolean isListed(Optional<String> origin) {
        return allowed.contains("*") || origin.filter(allowed::contains).isPresent();
    }

    /**
     * True when a request names this server by a name that may be anybody's. Whoever owns a name
     * can load a page under it and then let the name lead here: to the browser the page and this
     * server are one site then, and it lets the page read and change everything.
     *
     * <p>An address belongs to no name. A name without a dot, or below {@code localhost}, is not
     * one of the public Internet. The owner of a listed origin may call anyway.
     */
    private boolean isStrangers(Optional<String> host) {
        var name = name(lower(host));
        return name.indexOf('.') >= 0
                && !ADDRESS.matcher(name).matches()
                && !name.endsWith(".localhost")
                && !name.equals(ownName)
                && !allowed.contains("*")
                && allowed.stream().noneMatch(page -> name(authority(page)).equals(name));
    }

    private static String lower(Optional<String> host) {
        return host.orElse("").strip().toLowerCase(Locale.ROOT);
    }

    /** The part of an origin that a request to it would have in {@code Host}. */
    private static String authority(String origin) {
        int at = origin.indexOf("://");
        return origin.substring(at < 0 ? 0 : at + 3).toLowerCase(Locale.ROOT);
    }

    /** Without the port, and without the dot that may end a name. */
    private static String name(String authority) {
        int port = authority.indexOf(':', Math.max(0, authority.lastIndexOf(']')));
        var name = port < 0 ? authority : authority.substring(0, port);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
