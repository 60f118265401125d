package mirrorneuron.server.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line for each call: its name, how it ended, how long it took. Messages and metadata are left
 * out: callers put secrets there.
 */
final class CallLog implements ServerInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger("mirrorneuron.server.access");

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var line = new Line(call.getMethodDescriptor().getFullMethodName(), System.nanoTime());
        var logged =
                new SimpleForwardingServerCall<Q, A>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        line.write(status.getCode().name());
                        super.close(status, trailers);
                    }
                };
        return new SimpleForwardingServerCallListener<>(next.startCall(logged, headers)) {
            @Override
            public void onCancel() {
                line.write("CANCELLED");
                super.onCancel();
            }
        };
    }

    /** Written once, by whichever end comes first. */
    private static final class Line {

        private final String method;
        private final long begunAt;
        private final AtomicBoolean written = new AtomicBoolean();

        Line(String method, long begunAt) {
            this.method = method;
            this.begunAt = begunAt;
        }

        void write(String status) {
            if (LOG.isInfoEnabled() && written.compareAndSet(false, true)) {
                LOG.atInfo()
                        .addKeyValue("method", method)
                        .addKeyValue("status", status)
                        .addKeyValue("duration_ms", (System.nanoTime() - begunAt) / 1_000_000)
                        .log("call");
            }
        }
    }
}
