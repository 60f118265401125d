package mirrorneuron.server.grpc;

import java.util.Optional;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.NotAuthorizedException;

/** Lets in who brings the admin's token in a request, or may do what operators do. */
public final class AdminGate {

    private final Optional<String> token;
    private final boolean open;

    public AdminGate(GrpcSettings settings) {
        this.token = settings.adminToken();
        this.open = settings.access() == GrpcSettings.Access.OPEN;
    }

    /**
     * @param given empty = the caller relies on what it brought as metadata
     * @throws NotAuthorizedException with the reason
     */
    public void check(String given) {
        if (given.isEmpty()) {
            if (!Caller.current().authorized()) {
                throw new NotAuthorizedException("missing or invalid bearer token");
            }
            return;
        }
        boolean right = token.map(expected -> Gate.same(expected, given)).orElse(open);
        if (!right) {
            throw new NotAuthorizedException(
                    ErrorCode.PERMISSION_DENIED, "The admin token is another one", null);
        }
    }
}
