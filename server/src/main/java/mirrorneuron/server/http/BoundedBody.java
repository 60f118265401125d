package mirrorneuron.server.http;

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
        int b = super.read();
        if (b >= 0) {
            count(1);
        }
        return b;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int got = super.read(into, offset, length);
        if (got > 0) {
            count(got);
        }
        return got;
    }

    @Override
    public long skip(long n) throws IOException {
        long skipped = super.skip(n);
        count(skipped);
        return skipped;
    }

    private void count(long bytes) {
        read += bytes;
        if (read > bytesMax) {
            throw tooLarge(bytesMax);
        }
    }
}
