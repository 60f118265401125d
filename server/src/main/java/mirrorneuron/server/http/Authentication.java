package mirrorneuron.server.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import mirrorneuron.api.ErrorCode;

/** Who may call: whoever brings the token, or everybody when there is none. */
final class Authentication {

    private static final String SCHEME = "bearer ";

    private final Optional<byte[]> expected;

    Authentication(Optional<String> token) {
        this.expected = token.map(Authentication::digest);
    }

    boolean enabled() {
        return expected.isPresent();
    }

    /**
     * Digests are compared, and those in constant time: neither the token's length nor its
     * beginning can be found out by timing.
     */
    boolean permits(Optional<String> authorization) {
        if (expected.isEmpty()) {
            return true;
        }
        var header = authorization.orElse("");
        return header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                && MessageDigest.isEqual(
                        expected.get(), digest(header.substring(SCHEME.length()).strip()));
    }

    static HttpFailure required() {
        return HttpFailure.of(ErrorCode.NOT_AUTHORIZED, "missing or invalid bearer token")
                .withHeader("WWW-Authenticate", "Bearer");
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }
}
