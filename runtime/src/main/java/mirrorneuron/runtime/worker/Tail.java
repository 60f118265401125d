package mirrorneuron.runtime.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Keeps the end of a stream of bytes, in bounded memory. For one thread. */
final class Tail {

    /**
     * More than is shown, so that a secret which begins before the shown part is still recognised.
     */
    private static final int SPARE_BYTES = 16 * 1024;

    private final int bytesMax;
    private byte[] bytes = new byte[256];
    private int size;

    Tail(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    void add(byte[] more, int count) {
        if (size + count > bytes.length) {
            int limit = 2 * (bytesMax + SPARE_BYTES) + more.length;
            bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(size + count, 2 * bytes.length)));
        }
        System.arraycopy(more, 0, bytes, size, count);
        size += count;
        int keep = bytesMax + SPARE_BYTES;
        // Moved only when twice as much has come, so each byte is copied about once.
        if (size > 2 * keep) {
            System.arraycopy(bytes, size - keep, bytes, 0, keep);
            size = keep;
        }
    }

    /** The last bytes, decoded with replacement and redacted. */
    String text(Secrets secrets) {
        int from = Math.max(0, size - bytesMax - SPARE_BYTES);
        var text = secrets.hide(new String(bytes, from, size - from, UTF_8));
        return text.length() <= bytesMax ? text : text.substring(text.length() - bytesMax);
    }
}
