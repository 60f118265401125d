package mirrorneuron.cli.runtime;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;

/**
 * Asks a server. The client of {@code java.net.http} would take longer to load than all the rest of
 * a command.
 */
final class ServerCall {

    private final ServerEndpoint server;
    private final Desk desk;
    private final Duration limit;

    /**
     * @param limit for the connection, and again for each piece of the answer
     */
    ServerCall(ServerEndpoint server, Desk desk, Duration limit) {
        this.server = server;
        this.desk = desk;
        this.limit = limit;
    }

    /**
     * @param body empty when it is no JSON object
     */
    record Answer(int status, JsonObject body) {}

    /**
     * @param path below the interface's base, such as {@code /health}
     * @throws IOException when there is no answer
     */
    Answer get(String path) throws IOException {
        var connection =
                (HttpURLConnection)
                        URI.create(server.url() + path).toURL().openConnection(Proxy.NO_PROXY);
        try {
            int limitMs = Math.clamp(limit.toMillis(), 1, Integer.MAX_VALUE);
            connection.setConnectTimeout(limitMs);
            connection.setReadTimeout(limitMs);
            connection.setRequestProperty("Accept", "application/json");
            desk.surroundings()
                    .variable("MN_API_TOKEN")
                    .ifPresent(
                            token ->
                                    connection.setRequestProperty(
                                            "Authorization", "Bearer " + token.strip()));
            int status = connection.getResponseCode();
            var in = status < 400 ? connection.getInputStream() : connection.getErrorStream();
            return new Answer(status, in == null ? JsonObject.empty() : object(in.readAllBytes()));
        } finally {
            connection.disconnect();
        }
    }

    private static JsonObject object(byte[] body) {
        try {
            return Json.parse(body) instanceof JsonObject object ? object : JsonObject.empty();
        } catch (JsonParseException foreign) {
            return JsonObject.empty();
        }
    }

    /**
     * The document at a path.
     *
     * @throws CommandFailure when there is no answer, or one that is a refusal
     */
    JsonObject document(String path) {
        Answer answer;
        try {
            answer = get(path);
        } catch (IOException silent) {
            throw silent(silent);
        }
        if (answer.status() == 200) {
            return answer.body();
        }
        if (answer.status() == 401) {
            throw CommandFailure.of(
                    "MN_PERMISSION_DENIED",
                    ExitCode.NOT_AUTHORIZED,
                    "The server "
                            + server.url()
                            + (desk.surroundings().variable("MN_API_TOKEN").isPresent()
                                    ? " does not take the token of MN_API_TOKEN"
                                    : " asks for a token"),
                    "set MN_API_TOKEN to the token of the server");
        }
        throw CommandFailure.of(
                "MN_RUNTIME_UNAVAILABLE",
                ExitCode.FAILED,
                "Expected an answer of "
                        + server.url()
                        + path
                        + ", but: "
                        + answer.body().string("error").orElse("HTTP status " + answer.status()),
                "mn runtime logs shows what the server says of it");
    }

    private CommandFailure silent(IOException cause) {
        boolean slow = cause instanceof SocketTimeoutException;
        return CommandFailure.of(
                        slow ? "MN_RUNTIME_TIMEOUT" : "MN_RUNTIME_UNAVAILABLE",
                        ExitCode.FAILED,
                        "The server "
                                + server.url()
                                + " (process "
                                + server.pid()
                                + ") does not answer: "
                                + reason(cause),
                        "mn runtime logs shows what it says; mn runtime stop --force ends it")
                .causedBy(cause);
    }

    /** Why there was no answer, in words. */
    static String reason(IOException cause) {
        return switch (cause) {
            case SocketTimeoutException _ -> "it took too long";
            case ConnectException _ -> "connection refused";
            default -> String.valueOf(cause.getMessage());
        };
    }
}
