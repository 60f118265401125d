package mirrorneuron.api.spi;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;

/**
 * Where a server answers, and which process it is. While it serves this stands, as JSON, in {@link
 * #FILE} of its home. It never holds a token.
 *
 * @param processStartedAt tells the process from a later one with the same id; empty where the
 *     operating system does not say
 * @param port as bound, 1 to 65535
 * @param url of the interface, version included: {@code http://localhost:54001/api/v1}
 * @param grpc where it answers over gRPC, as {@code host:port}; empty when it does not
 * @param startedAt when it began to serve
 */
public record ServerEndpoint(
        long pid,
        Optional<Instant> processStartedAt,
        String host,
        int port,
        String url,
        Optional<String> grpc,
        NodeName node,
        Path home,
        String version,
        Instant startedAt) {

    /** The name of the file in a home. */
    public static final String FILE = "runtime-endpoints.json";

    public ServerEndpoint {
        requireNonNull(processStartedAt, "processStartedAt");
        requireNonNull(host, "host");
        requireNonNull(url, "url");
        requireNonNull(grpc, "grpc");
        requireNonNull(node, "node");
        requireNonNull(home, "home");
        requireNonNull(version, "version");
        requireNonNull(startedAt, "startedAt");
        if (pid < 1) {
            throw new IllegalArgumentException("pid: " + pid + " (expected: >= 1)");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
        }
    }

    public JsonObject toJson() {
        return JsonObject.builder()
                .put("pid", pid)
                .putOrNull("process_started_at", processStartedAt.map(Timestamps::format))
                .put("host", host)
                .put("port", port)
                .put("url", url)
                .putIfPresent("grpc", grpc)
                .put("node", node.value())
                .put("home", home.toString())
                .put("version", version)
                .put("started_at", Timestamps.format(startedAt))
                .build();
    }

    /**
     * @return empty when the document is none of an endpoint
     */
    public static Optional<ServerEndpoint> of(JsonObject json) {
        try {
            return Optional.of(
                    new ServerEndpoint(
                            json.integer("pid").orElseThrow(),
                            json.string("process_started_at").map(Timestamps::parse),
                            json.string("host").orElseThrow(),
                            Math.toIntExact(json.integer("port").orElseThrow()),
                            json.string("url").orElseThrow(),
                            json.string("grpc"),
                            NodeName.of(json.string("node").orElseThrow()),
                            Path.of(json.string("home").orElseThrow()),
                            json.string("version").orElseThrow(),
                            Timestamps.parse(json.string("started_at").orElseThrow())));
        } catch (RuntimeException other) {
            return Optional.empty();
        }
    }
}
