package mirrorneuron.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.ServerConnectionException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.json.JsonObject;

/** A request body that ends in a refusal once it is larger than allowed, whatever it declared. */
final class BoundedBody extends FilterInputStream {

    private final long bytesMax;
    private long read;

    BoundedBody(InputStream body, long bytesMax) {
        super(body);
        this.bytesMax = bytesMax;
    }

    static HttpFailure tooLarge(long bytesMax) {
        return HttpFailure.of(
                        ErrorCode.REQUEST_TOO_LARGE,
                        "Expected a body of at most " + bytesMax + " bytes, but it is larger")
                .with(JsonObject.builder().put("limit_bytes", bytesMax).build())
                // What follows on the connection is the rest of that body.
                .withHeader("Connection", "close");
    }

    @Override
    public int read() throws IOException {
        int b = arrived(super::read);
        if (b >= 0) {
            count(1);
        }
        return b;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int got = arrived(() -> super.read(into, offset, length));
        if (got > 0) {
            count(got);
        }
        return got;
    }

    @Override
    public long skip(long n) throws IOException {
        var skipped = new byte[(int) Math.min(n, 8_192)];
        return Math.max(0, read(skipped, 0, skipped.length));
    }

    private interface Reading {
        int read() throws IOException;
    }

    /** A client that left, or closed its side, in the middle of what it had announced. */
    private static int arrived(Reading reading) throws IOException {
        try {
            return reading.read();
        } catch (DataReader.InsufficientDataAvailableException | ServerConnectionException gone) {
            throw HttpFailure.of(
                            ErrorCode.REQUEST_INVALID,
                            "Expected the whole body that was announced, but the connection ended"
                                    + " before")
                    .withHeader("Connection", "close");
        }
    }

    private void count(long bytes) {
        read += bytes;
        if (read > bytesMax) {
            throw tooLarge(bytesMax);
        }
    }
}
