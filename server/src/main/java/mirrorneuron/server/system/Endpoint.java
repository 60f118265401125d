package mirrorneuron.server.system;

import java.util.Optional;
import mirrorneuron.server.http.HttpEdge;

/** Where this server answers. Safe from any thread. */
public final class Endpoint {

    private final String host;
    private volatile int port;
    private volatile Optional<String> grpc = Optional.empty();

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

    /** The port that was bound for gRPC, on a host of its own. */
    public void grpcBound(String grpcHost, int value) {
        grpc = Optional.of(bracketed(grpcHost) + ":" + value);
    }

    /** Where gRPC answers, as {@code host:port}; empty until it is bound. */
    public Optional<String> grpc() {
        return grpc;
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
