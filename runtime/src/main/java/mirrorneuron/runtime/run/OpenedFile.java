package mirrorneuron.runtime.run;

/**
 * A file of a run that may be sent to whoever asked.
 *
 * @param file where its bytes are; read at most {@code size} of them
 * @param name its last name, for a download
 * @param contentType with a charset where it is text
 * @param sha256 64 hex digits of the first {@code size} bytes
 */
public record OpenedFile(
        PlainFile file, String name, String contentType, long size, String sha256) {}
