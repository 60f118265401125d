package mirrorneuron.server.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import mirrorneuron.api.InvalidRequestException;

/**
 * Refuses bytes that are no message. It stands where messages are still bytes, so what it hears
 * from below is that they could not be read.
 */
final class Unreadable implements ServerInterceptor {

    private final Refusals refusals;

    Unreadable(Refusals refusals) {
        this.refusals = refusals;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean refused;

            @Override
            public void onMessage(Q message) {
                try {
                    super.onMessage(message);
                } catch (StatusRuntimeException unreadable) {
                    refused = true;
                    var made =
                            refusals.of(
                                    new InvalidRequestException(
                                            "Expected a message of this call, but the bytes are"
                                                    + " none"));
                    call.close(made.getStatus(), refusals.trailers(made));
                }
            }

            @Override
            public void onHalfClose() {
                // The call was answered; nobody below has a request to work on.
                if (!refused) {
                    super.onHalfClose();
                }
            }
        };
    }
}
