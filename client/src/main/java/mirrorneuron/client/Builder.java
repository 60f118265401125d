package mirrorneuron.client;

import static java.util.Objects.requireNonNull;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RemoteBuilder;
import mirrorneuron.api.RetryPolicy;
import mirrorneuron.api.TlsOptions;

/** Settings of a connection, and the one place that makes its channel. */
final class Builder implements RemoteBuilder {

    /** A record with a body of 64 MiB comes in one message, and escapes make text longer. */
    private static final int MESSAGE_BYTES_MAX = 256 << 20;

    /** A machine that is gone is noticed, although nothing says so. */
    private static final int PING_SECONDS = 30;

    private static final int PING_ANSWER_SECONDS = 20;

    private static final int PORT_MAX = 65_535;

    private final String target;
    private Optional<String> token = Optional.empty();
    private Optional<Path> tokenFile = Optional.empty();
    private Duration timeout = Duration.ofSeconds(10);
    private Optional<TlsOptions> tls = Optional.empty();
    private RetryPolicy retry = RetryPolicy.defaults();
    private Duration reconnect = Duration.ZERO;
    private boolean strict = true;

    Builder(String target) {
        this.target = target.strip();
        if (this.target.isEmpty()) {
            throw new InvalidRequestException("target: \"\" (expected: host:port)");
        }
        if (!hasUsablePort(this.target)) {
            throw new InvalidRequestException(
                    "target: \""
                            + this.target
                            + "\" (expected: host:port with a port from 1 to "
                            + PORT_MAX
                            + ")");
        }
    }

    /**
     * The transport reads everything else that is wrong with a target at once, but finds a number
     * that is no port only when it connects, on a thread of its own, where nobody hears of it.
     */
    private static boolean hasUsablePort(String target) {
        var port = target.substring(target.lastIndexOf(':') + 1);
        if (port.length() == target.length() || !port.matches("[0-9]+")) {
            return true;
        }
        try {
            int number = Integer.parseInt(port);
            return number >= 1 && number <= PORT_MAX;
        } catch (NumberFormatException tooLong) {
            return false;
        }
    }

    @Override
    public Builder token(String value) {
        token = Optional.of(value.strip()).filter(text -> !text.isEmpty());
        return this;
    }

    @Override
    public Builder tokenFile(Path file) {
        tokenFile = Optional.of(file);
        return this;
    }

    @Override
    public Builder timeout(Duration value) {
        timeout = notNegative("timeout", value);
        return this;
    }

    @Override
    public Builder tls(TlsOptions options) {
        tls = Optional.of(options);
        return this;
    }

    @Override
    public Builder retry(RetryPolicy policy) {
        retry = requireNonNull(policy, "policy");
        return this;
    }

    @Override
    public Builder reconnect(Duration patience) {
        reconnect = notNegative("reconnect", patience);
        return this;
    }

    @Override
    public Builder strict(boolean value) {
        strict = value;
        return this;
    }

    private static Duration notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new InvalidRequestException(name + ": " + value + " (expected: >= 0)");
        }
        return value;
    }

    Settings settings() {
        return new Settings(
                target,
                tokenFile.map(Builder::read).or(() -> token),
                timeout,
                Optional.empty(),
                retry,
                reconnect,
                strict,
                Optional.empty());
    }

    private static String read(Path file) {
        try {
            var text = Files.readString(file).strip();
            if (text.isEmpty()) {
                throw new InvalidRequestException("token file " + file + ": it is empty");
            }
            return text;
        } catch (IOException failure) {
            throw unreadable("token file " + file, failure);
        }
    }

    private static InvalidRequestException unreadable(String what, Exception failure) {
        var why =
                switch (failure) {
                    case NoSuchFileException _ -> "there is no such file";
                    case AccessDeniedException _ -> "its permissions forbid it";
                    default -> String.valueOf(failure.getMessage());
                };
        return new InvalidRequestException(
                ErrorCode.REQUEST_INVALID, what + ": it cannot be read: " + why, failure);
    }

    @Override
    public MirrorNeuron connect() {
        var settings = settings();
        var threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("mn-client-", 0).factory());
        try {
            return new RemoteRuntime(new Link(channel(threads), threads, settings));
        } catch (RuntimeException refused) {
            threads.close();
            throw refused;
        }
    }

    private ManagedChannel channel(ExecutorService threads) {
        try {
            return OkHttpChannelBuilder.forTarget(target, credentials())
                    .executor(threads)
                    .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                    .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                    .keepAliveTimeout(PING_ANSWER_SECONDS, TimeUnit.SECONDS)
                    // What may be sent again is decided here, call by call, and nowhere else.
                    .disableRetry()
                    .disableServiceConfigLookUp()
                    .build();
        } catch (IllegalArgumentException malformed) {
            throw new InvalidRequestException(
                    ErrorCode.REQUEST_INVALID,
                    "target: \"" + target + "\" (expected: host:port)",
                    malformed);
        }
    }

    private ChannelCredentials credentials() {
        if (tls.isEmpty()) {
            return InsecureChannelCredentials.create();
        }
        var credentials = TlsChannelCredentials.newBuilder();
        var options = tls.get();
        try {
            if (options.trusted().isPresent()) {
                credentials.trustManager(options.trusted().get().toFile());
            }
            if (options.identity().isPresent()) {
                var identity = options.identity().get();
                credentials.keyManager(identity.certificate().toFile(), identity.key().toFile());
            }
        } catch (IOException failure) {
            throw unreadable("certificate", failure);
        }
        return credentials.build();
    }
}
