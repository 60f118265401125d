package mirrorneuron.server.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import mirrorneuron.server.meter.Meter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts each call and writes a line about it: its name, how it ended, how long it took. Messages
 * and metadata are left out: callers put secrets there.
 */
final class CallEnds implements ServerInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger("mirrorneuron.server.access");

    private final Meter<String, Status.Code> meter;

    CallEnds(Meter<String, Status.Code> meter) {
        this.meter = meter;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var method = call.getMethodDescriptor();
        var end =
                new End(
                        method.getFullMethodName(),
                        !method.getType().serverSendsOneMessage(),
                        System.nanoTime());
        if (end.stream) {
            meter.streamOpened();
        }
        var watched =
                new SimpleForwardingServerCall<Q, A>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        end.with(status.getCode());
                        super.close(status, trailers);
                    }
                };
        return new SimpleForwardingServerCallListener<>(next.startCall(watched, headers)) {
            @Override
            public void onCancel() {
                end.with(Status.Code.CANCELLED);
                super.onCancel();
            }
        };
    }

    /** Comes once, by whichever way is first. */
    private final class End {

        private final String method;
        private final boolean stream;
        private final long begunAt;
        private final AtomicBoolean over = new AtomicBoolean();

        End(String method, boolean stream, long begunAt) {
            this.method = method;
            this.stream = stream;
            this.begunAt = begunAt;
        }

        void with(Status.Code status) {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            long nanos = System.nanoTime() - begunAt;
            meter.ended(method, status);
            if (stream) {
                meter.streamClosed();
            } else {
                meter.took(method, nanos);
            }
            if (LOG.isInfoEnabled()) {
                LOG.atInfo()
                        .addKeyValue("method", method)
                        .addKeyValue("status", status.name())
                        .addKeyValue("duration_ms", nanos / 1_000_000)
                        .log("call");
            }
        }
    }
}
