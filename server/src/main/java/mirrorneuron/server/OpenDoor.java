package mirrorneuron.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import mirrorneuron.server.http.HttpSettings;

/** Whether somebody else may come in. */
final class OpenDoor {

    private OpenDoor() {}

    /** What to tell an operator whose server other machines can reach; else empty. */
    static List<String> warnings(HttpSettings http) {
        try {
            if (InetAddress.getByName(http.host()).isLoopbackAddress()) {
                return List.of();
            }
        } catch (UnknownHostException _) {
            // It could be bound, so it has an address; there is nothing to warn of.
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
