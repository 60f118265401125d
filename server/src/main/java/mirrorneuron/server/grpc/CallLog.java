package mirrorneuron.server.grpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
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
    private static final Logger EDGE = LoggerFactory.getLogger(GrpcEdge.class);

    private final AtomicBoolean newerSeen = new AtomicBoolean();

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
            public void onMessage(Q message) {
                lookAtVersion(message);
                super.onMessage(message);
            }

            @Override
            public void onCancel() {
                line.write("CANCELLED");
                super.onCancel();
            }
        };
    }

    /** One that is newer than ours is welcome: what it adds is stepped over. */
    private void lookAtVersion(Object message) {
        if (newerSeen.get() || !(message instanceof Message read)) {
            return;
        }
        var field = read.getDescriptorForType().findFieldByName("version");
        if (field != null
                && field.getType() == FieldDescriptor.Type.UINT32
                && Integer.compareUnsigned((int) read.getField(field), Documents.VERSION) > 0
                && newerSeen.compareAndSet(false, true)) {
            EDGE.info(
                    "a caller speaks a newer version of the interface than {}", Documents.VERSION);
        }
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
