package mirrorneuron.runtime.backup;

import java.nio.file.Path;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.RuntimeUnavailableException;

/** How a backup is refused: what was expected, and what was found. */
final class Refusals {

    private Refusals() {}

    static InvalidRequestException invalid(String message) {
        return new InvalidRequestException(ErrorCode.BACKUP_INVALID, message, null);
    }

    static InvalidRequestException invalid(String message, Throwable cause) {
        return new InvalidRequestException(
                ErrorCode.BACKUP_INVALID, message + cause.getMessage(), cause);
    }

    /** This machine cannot do it now; the backup may be good. */
    static RuntimeUnavailableException unavailable(String attempt, Exception cause) {
        return new RuntimeUnavailableException(
                ErrorCode.STORE_UNAVAILABLE,
                "Expected to " + attempt + ", but: " + cause.getMessage(),
                cause);
    }

    /** What callers may see of a path of theirs. */
    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
