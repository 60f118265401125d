package mirrorneuron.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.server.grpc.GrpcSettings;
import mirrorneuron.server.http.HttpSettings;

/** Whether somebody else may come in. */
final class OpenDoor {

    private OpenDoor() {}

    /** What to tell an operator of a gRPC edge that lets others do more than one might think. */
    static List<String> warnings(GrpcSettings grpc) {
        if (isLoopback(grpc.host())) {
            return List.of();
        }
        var warnings = new ArrayList<String>();
        switch (grpc.access()) {
            case OPEN ->
                    warnings.add(
                            "other machines can reach gRPC, and nothing asks them who they are; set"
                                    + " MN_GRPC_AUTH_TOKEN");
            case OPERATOR ->
                    warnings.add(
                            "other machines can reach gRPC, and submit jobs, which run commands,"
                                    + " without a token; set MN_GRPC_AUTH_MODE=all");
            case ALL -> {}
        }
        if (grpc.access() != GrpcSettings.Access.OPEN && grpc.tls().isEmpty()) {
            warnings.add(
                    "other machines can reach gRPC, without encryption; set MN_GRPC_TLS_CERT and"
                            + " MN_GRPC_TLS_KEY");
        }
        return warnings;
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
