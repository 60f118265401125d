package mirrorneuron.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.server.system.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file in a home that says where its server answers; only its owner may read it. It is written
 * and removed while the home is held, so it never speaks of another server. What a killed server
 * leaves is told by its process, and replaced by the next one.
 */
final class EndpointFile {

    private static final Logger LOG = LoggerFactory.getLogger(EndpointFile.class);

    private final Path file;
    private final ServerEndpoint endpoint;

    private EndpointFile(Path file, ServerEndpoint endpoint) {
        this.file = file;
        this.endpoint = endpoint;
    }

    /** Writes it whole or not at all. */
    static EndpointFile write(Path home, Endpoint bound, MirrorNeuron runtime, Instant now)
            throws IOException {
        var process = ProcessHandle.current();
        var endpoint =
                new ServerEndpoint(
                        process.pid(),
                        process.info().startInstant(),
                        bound.host(),
                        bound.port(),
                        bound.url(),
                        bound.grpc(),
                        runtime.cluster().nodes().getFirst().name(),
                        home,
                        runtime.capabilities().version(),
                        now);
        var file = home.resolve(ServerEndpoint.FILE);
        var next = home.resolve(ServerEndpoint.FILE + ".next");
        Files.deleteIfExists(next);
        try (var channel =
                FileChannel.open(
                        next,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        ownerOnly())) {
            var content = Json.pretty(endpoint.toJson()) + "\n";
            channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new EndpointFile(file, endpoint);
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    ServerEndpoint endpoint() {
        return endpoint;
    }

    void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException unwritable) {
            // Its process ends, which tells every reader that it is out of date.
            LOG.warn("{} could not be removed: {}", file, unwritable.getMessage());
        }
    }
}
