package mirrorneuron.runtime.run;

import java.nio.file.Path;

/**
 * A file of a run that may be sent to whoever asked.
 *
 * @param file a regular file whose real place was checked; read at most {@code size} bytes of it
 * @param name its last name, for a download
 * @param contentType with a charset where it is text
 * @param sha256 64 hex digits of the first {@code size} bytes
 */
public record OpenedFile(Path file, String name, String contentType, long size, String sha256) {}
