package mirrorneuron.server.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Compresses larger answers for callers that say they read it; others get them as they are. */
final class Compression implements ServerInterceptor {

    /** Below it, compressing takes longer than sending. */
    private static final int BYTES_MIN = 16 << 10;

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        call.setCompression("gzip");
        return next.startCall(
                new SimpleForwardingServerCall<Q, A>(call) {
                    @Override
                    public void sendMessage(A message) {
                        setMessageCompression(
                                message instanceof MessageLite sized
                                        && sized.getSerializedSize() >= BYTES_MIN);
                        super.sendMessage(message);
                    }
                },
                headers);
    }
}
