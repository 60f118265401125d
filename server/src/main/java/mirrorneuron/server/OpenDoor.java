package mirrorneuron.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import mirrorneuron.server.grpc.GrpcSettings;
import mirrorneuron.server.http.HttpSettings;

/** Whether somebody else may come in. */
final class OpenDoor {

    private OpenDoor() {}

    /** What to tell an operator of a gRPC edge that lets others do more than one might think. */
    static List<String> warnings(GrpcSettings grpc) {
        if (grpc.access() == GrpcSettings.Access.OPEN) {
            return isLoopback(grpc.host())
                    ? List.of()
                    : List.of(
                            "other machines can reach gRPC, and nothing asks them who they are; set"
                                    + " MN_GRPC_AUTH_TOKEN");
        }
        return isLoopback(grpc.host()) || grpc.tls().isPresent()
                ? List.of()
                : List.of(
                        "other machines can reach gRPC, without encryption; set MN_GRPC_TLS_CERT"
                                + " and MN_GRPC_TLS_KEY");
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException _) {
            // It could be bound, so it has an address; there is nothing to warn of.
            return true;
        }
    }

    /** What to tell an operator whose server other machines can reach; else empty. */
    static List<String> warnings(HttpSettings http) {
        if (isLoopback(http.host())) {
            return List.of();
        }
        return List.of(
                http.token().isPresent()
                        ? "other machines can reach this server, without encryption; put a proxy"
                                + " with TLS in front of it"
                        : "other machines can reach this server, and nothing asks them who they"
                                + " are; set MN_API_TOKEN");
    }
}
