package mirrorneuron.runtime.bundle;

import java.io.IOException;
import java.io.InputStream;

/**
 * One file below {@code payloads/}.
 *
 * @param path relative to {@code payloads/}, parts separated by {@code /}, never leading outside
 * @param sha256 of the content, in hex
 * @param executable whether the file may be run by name; false where the source cannot say
 */
public record PayloadFile(
        String path, long sizeBytes, String sha256, boolean executable, Content content) {

    /** Where the bytes are. */
    @FunctionalInterface
    public interface Content {

        /**
         * Opens the bytes from their start, as often as needed; the caller closes the stream.
         *
         * @throws IOException when the file is gone: an archive's files live as long as the {@link
         *     ReadBundle} they came with
         */
        InputStream open() throws IOException;
    }

    public InputStream open() throws IOException {
        return content.open();
    }
}
