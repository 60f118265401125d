package mirrorneuron.server.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;

/**
 * Refuses bytes that are too many or no message. It stands where messages are still bytes, so what
 * it hears from below is that they could not be read.
 */
final class Unreadable implements ServerInterceptor {

    private final Refusals refusals;
    private final int bytesMax;

    /**
     * @param bytesMax of one message, unpacked
     */
    Unreadable(Refusals refusals, int bytesMax) {
        this.refusals = refusals;
        this.bytesMax = bytesMax;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean refused;

            @Override
            public void onMessage(Q message) {
                try {
                    super.onMessage(bounded(message));
                } catch (StatusRuntimeException unreadable) {
                    refuse(
                            new InvalidRequestException(
                                    "Expected a message of this call, but the bytes are none"));
                } catch (TooLarge tooLarge) {
                    refuse(tooLarge.refusal());
                }
            }

            private void refuse(InvalidRequestException refusal) {
                refused = true;
                var made = refusals.of(refusal);
                call.close(made.getStatus(), refusals.trailers(made));
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

    /**
     * The same bytes, of which only so many can be read. Those that came packed tell their number
     * only while they are read.
     */
    @SuppressWarnings("unchecked") // here every message is a stream of bytes
    private <Q> Q bounded(Q message) {
        var bytes = (InputStream) message;
        if (!(bytes instanceof KnownLength)) {
            return (Q) new Bounded(bytes, bytesMax);
        }
        try {
            if (bytes.available() > bytesMax) {
                throw new TooLarge(bytesMax);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // they are in memory
        }
        return message;
    }

    private static final class TooLarge extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final int bytesMax;

        TooLarge(int bytesMax) {
            super(null, null, false, false);
            this.bytesMax = bytesMax;
        }

        InvalidRequestException refusal() {
            return new InvalidRequestException(
                    ErrorCode.REQUEST_TOO_LARGE,
                    "Expected a message of at most "
                            + bytesMax
                            + " bytes, but it is larger; MN_GRPC_MAX_MESSAGE_BYTES of the server"
                            + " allows more",
                    null);
        }
    }

    /** Counts what is read. */
    private static final class Bounded extends FilterInputStream {

        private final int bytesMax;
        private long read;

        Bounded(InputStream bytes, int bytesMax) {
            super(bytes);
            this.bytesMax = bytesMax;
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int number = in.read(into, offset, length);
            count(number);
            return number;
        }

        @Override
        public long skip(long number) throws IOException {
            long skipped = in.skip(number);
            count(skipped);
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void count(long number) {
            read += Math.max(0, number);
            if (read > bytesMax) {
                throw new TooLarge(bytesMax);
            }
        }
    }
}
