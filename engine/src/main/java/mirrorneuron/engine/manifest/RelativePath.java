package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.Optional;

/**
 * Paths that stay where they are put: inside a bundle, or inside a workspace. The same check runs
 * on manifests, uploaded archives, and payloads sent as text.
 *
 * @see "manifest contract, section 7.3"
 */
public final class RelativePath {

    /** Longer paths cannot be created on common file systems. */
    public static final int CHARS_MAX = 1_024;

    private RelativePath() {}

    /**
     * The path with {@code /} between its parts and without {@code .} parts; empty when it is
     * blank, absolute, begins with a drive letter, contains NUL or a {@code ..} part, names the
     * folder itself, or is longer than {@value #CHARS_MAX} characters.
     */
    public static Optional<String> normalise(String path) {
        var slashed = path.replace('\\', '/');
        if (slashed.isBlank()
                || slashed.length() > CHARS_MAX
                || slashed.startsWith("/")
                || slashed.indexOf('\0') >= 0
                || hasDrive(slashed)) {
            return Optional.empty();
        }
        var parts = new ArrayList<String>();
        for (var part : slashed.split("/")) {
            if (part.equals("..")) {
                return Optional.empty();
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("/", parts));
    }

    /** The last part of a normalised path. */
    public static String baseName(String normalised) {
        return normalised.substring(normalised.lastIndexOf('/') + 1);
    }

    private static boolean hasDrive(String path) {
        return path.length() >= 2
                && path.charAt(1) == ':'
                && ((path.charAt(0) >= 'A' && path.charAt(0) <= 'Z')
                        || (path.charAt(0) >= 'a' && path.charAt(0) <= 'z'));
    }
}
