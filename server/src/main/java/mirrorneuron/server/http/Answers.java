package mirrorneuron.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import mirrorneuron.api.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers. */
final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    /** Smaller bodies are not worth compressing: they fit into one packet. */
    private static final int COMPRESSED_BYTES_MIN = 1_400;

    private static final int COPY_BYTES = 64 << 10;

    private final OpenCalls calls;
    private final HttpMeter meter;

    Answers(OpenCalls calls, HttpMeter meter) {
        this.calls = calls;
        this.meter = meter;
    }

    /** Returns how many bytes of the body went out. */
    long send(
            ServerRequest from,
            ServerResponse to,
            Response response,
            Map<String, String> common,
            Consumer<Runnable> whenStopping) {
        var sent = new Sent();
        try {
            protectedHeaders(to);
            common.forEach(to::header);
            response.headers().forEach(to::header);
            switch (response) {
                case Response.Json json ->
                        body(
                                from,
                                to,
                                sent,
                                json.status(),
                                json.headers().getOrDefault("Content-Type", "application/json"),
                                Json.bytes(json.body()));
                case Response.Bytes bytes ->
                        body(from, to, sent, bytes.status(), bytes.contentType(), bytes.body());
                case Response.Empty empty -> {
                    to.status(Status.create(empty.status()));
                    to.send();
                }
                case Response.File file ->
                        file(from, to, sent, file, common.getOrDefault("X-Request-ID", ""));
                case Response.Live live -> live(from, to, sent, live.body(), whenStopping);
            }
        } catch (IOException | UncheckedIOException gone) {
            // The client left before it had everything; there is nobody to tell.
            LOG.debug("a client went away: {}", gone.getMessage());
        }
        return sent.bytes();
    }

    private static void protectedHeaders(ServerResponse to) {
        to.header("X-Content-Type-Options", "nosniff");
        to.header("X-Frame-Options", "DENY");
        to.header("Referrer-Policy", "no-referrer");
        to.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        to.header("Cache-Control", "no-store");
    }

    private static void body(
            ServerRequest from,
            ServerResponse to,
            Sent count,
            int status,
            String contentType,
            byte[] body)
            throws IOException {
        to.status(Status.create(status));
        to.header("Content-Type", contentType);
        var sent = body;
        var coding =
                body.length < COMPRESSED_BYTES_MIN
                        ? Optional.<ContentCoding>empty()
                        : HttpEdge.header(from, "Accept-Encoding").flatMap(ContentCoding::best);
        if (coding.isPresent()) {
            sent = coding.get().compress(body);
            to.header("Content-Encoding", coding.get().coding());
            // Beside what the answer depends on already, such as the page that asks.
            to.headers().add(HeaderValues.create(HeaderNames.VARY, "Accept-Encoding"));
        }
        if (isHead(from)) {
            to.contentLength(sent.length);
            to.send();
        } else {
            to.send(sent);
            count.add(sent.length);
        }
    }

    private static boolean isHead(ServerRequest from) {
        return from.prologue().method().text().equals("HEAD");
    }

    private static void file(
            ServerRequest from, ServerResponse to, Sent sent, Response.File file, String requestId)
            throws IOException {
        var etag = '"' + file.etag() + '"';
        to.header("ETag", etag);
        to.header("Accept-Ranges", "bytes");
        to.header("Cache-Control", "private, no-cache");
        if (HttpEdge.header(from, "If-None-Match").map(etag::equals).orElse(false)) {
            to.status(Status.NOT_MODIFIED_304);
            to.send();
            return;
        }
        Optional<ByteRange> range;
        try {
            range = ByteRange.of(HttpEdge.header(from, "Range"), file.size());
        } catch (HttpFailure unsatisfiable) {
            unsatisfiable.headers().forEach(to::header);
            body(
                    from,
                    to,
                    sent,
                    unsatisfiable.status(),
                    "application/problem+json",
                    Json.bytes(
                            Problem.of(unsatisfiable, Target.of(from).path(), requestId).body()));
            return;
        }
        long first = range.map(ByteRange::first).orElse(0L);
        long length = range.map(ByteRange::length).orElse(file.size());
        to.status(range.isPresent() ? Status.PARTIAL_CONTENT_206 : Status.OK_200);
        range.ifPresent(
                part ->
                        to.header(
                                "Content-Range",
                                "bytes %d-%d/%d"
                                        .formatted(part.first(), part.last(), file.size())));
        to.header("Content-Type", file.contentType());
        to.contentLength(length);
        if (isHead(from) || length == 0) {
            to.send();
            return;
        }
        try (var channel = file.content().open();
                var out = sent.counted(to.outputStream())) {
            channel.position(first);
            copy(channel, out, length);
        }
    }

    private static void copy(SeekableByteChannel from, OutputStream to, long length)
            throws IOException {
        var in = Channels.newInputStream(from);
        var buffer = new byte[COPY_BYTES];
        long left = length;
        while (left > 0) {
            int got = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (got < 0) {
                throw new IOException("file became shorter while it was sent");
            }
            to.write(buffer, 0, got);
            left -= got;
        }
    }

    private void live(
            ServerRequest from,
            ServerResponse to,
            Sent sent,
            LiveBody body,
            Consumer<Runnable> whenStopping)
            throws IOException {
        to.status(Status.OK_200);
        to.header("Content-Type", "text/event-stream; charset=utf-8");
        to.header("Cache-Control", "no-cache");
        to.header("X-Accel-Buffering", "no");
        if (isHead(from)) {
            to.send();
            return;
        }
        meter.streamOpened();
        try (var out = sent.counted(to.outputStream())) {
            body.write(new LiveStream(out, calls::stopping, whenStopping));
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        } finally {
            meter.streamClosed();
        }
    }
}
