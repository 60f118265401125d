package mirrorneuron.api;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Configures a connection to a server. Every setting has a default; nothing is read or sent before
 * {@link #connect()}. Not thread-safe.
 */
public interface RemoteBuilder {

    /** The operator's token. Default: none. */
    RemoteBuilder token(String token);

    /** A file that holds the operator's token; read at {@link #connect()}. Default: none. */
    RemoteBuilder tokenFile(Path file);

    /**
     * How long an answer may take, beyond what a call was asked to wait for. Default 10 s; zero is
     * no limit.
     */
    RemoteBuilder timeout(Duration timeout);

    /** Encrypts. Default: plain text. */
    RemoteBuilder tls(TlsOptions options);

    /** Default: {@link RetryPolicy#defaults()}. */
    RemoteBuilder retry(RetryPolicy policy);

    /**
     * How long waits and event streams look for a server that went away, before they give up; they
     * then go on where they were. Default zero: they end with the connection.
     */
    RemoteBuilder reconnect(Duration patience);

    /**
     * Whether servers shall refuse questions about unknown jobs where they otherwise answer with
     * nothing. Default true; false is for servers that do not understand the wish.
     */
    RemoteBuilder strict(boolean strict);

    /**
     * Makes the connection, lazily: the first call, or {@link MirrorNeuron#ping()}, reaches the
     * server.
     *
     * @throws InvalidRequestException when the target, the token's file or a certificate cannot be
     *     used; the message names it
     */
    MirrorNeuron connect();
}
