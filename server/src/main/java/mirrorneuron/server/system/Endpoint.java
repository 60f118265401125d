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

    public String url() {
        return "http://" + host + ":" + port + HttpEdge.BASE;
    }
}
