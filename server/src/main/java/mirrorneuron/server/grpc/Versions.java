package mirrorneuron.server.grpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once when a caller speaks a newer version: what it adds is stepped over. */
final class Versions implements ServerInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(Versions.class);

    private final AtomicBoolean said = new AtomicBoolean();

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onMessage(Q message) {
                if (!said.get() && message instanceof Message read) {
                    lookAt(read);
                }
                super.onMessage(message);
            }
        };
    }

    private void lookAt(Message message) {
        var field = message.getDescriptorForType().findFieldByName("version");
        if (field != null
                && field.getType() == FieldDescriptor.Type.UINT32
                && Integer.compareUnsigned((int) message.getField(field), Documents.VERSION) > 0
                && said.compareAndSet(false, true)) {
            LOG.info("a caller speaks a newer version of the interface than {}", Documents.VERSION);
        }
    }
}
