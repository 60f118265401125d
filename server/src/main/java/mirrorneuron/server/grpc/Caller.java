package mirrorneuron.server.grpc;

import io.grpc.Context;
import java.util.Optional;

/**
 * What is known of whoever makes the current call.
 *
 * @param authorized whether an operator's call is allowed
 * @param strict whether an unknown job is to be refused where older clients get an empty answer
 * @param idempotencyKey under which a submission is made once; empty = it is made each time
 */
public record Caller(boolean authorized, boolean strict, Optional<String> idempotencyKey) {

    static final Context.Key<Caller> KEY =
            Context.keyWithDefault("mn-caller", new Caller(false, false, Optional.empty()));

    public static Caller current() {
        return KEY.get();
    }
}
