package mirrorneuron.server.system;

import mirrorneuron.server.http.HttpEdge;

/** Where this server answers. Safe from any thread. */
public final class Endpoint {

    private final String host;
    private volatile int port;

    /**
     * @param port as configured; 0 until a free one is bound
     */
    public Endpoint(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** The port that was bound. */
    public void bound(int value) {
        port = value;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public String url() {
        return "http://" + bracketed(host) + ":" + port + HttpEdge.BASE;
    }

    /** Addresses of IPv6 have colons of their own. */
    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
