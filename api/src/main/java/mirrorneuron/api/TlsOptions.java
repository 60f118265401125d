package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a connection is encrypted. Files are in PEM.
 *
 * @param trusted certificates of those who may have signed the server's; absent = the platform's
 * @param identity what this client shows of itself; absent = nothing
 */
public record TlsOptions(Optional<Path> trusted, Optional<Identity> identity) {

    /** A client's certificate, with those who signed it behind it, and its key in PKCS #8. */
    public record Identity(Path certificate, Path key) {
        public Identity {
            requireNonNull(certificate, "certificate");
            requireNonNull(key, "key");
        }
    }

    public TlsOptions {
        requireNonNull(trusted, "trusted");
        requireNonNull(identity, "identity");
    }

    /** Trusts whom the platform trusts. */
    public static TlsOptions platform() {
        return new TlsOptions(Optional.empty(), Optional.empty());
    }

    /** Trusts these only. */
    public static TlsOptions trusting(Path certificates) {
        return new TlsOptions(Optional.of(certificates), Optional.empty());
    }

    public TlsOptions withIdentity(Path certificate, Path key) {
        return new TlsOptions(trusted, Optional.of(new Identity(certificate, key)));
    }
}
