package mirrorneuron.server.trace;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;

/** A collector of traces: takes what comes over OTLP and reads the protobuf by hand. */
final class Collector implements AutoCloseable {

    /** A span as it arrived; times in nanoseconds since 1970; an absent parent is empty. */
    record Received(
            String traceId,
            String spanId,
            String parentId,
            String name,
            long start,
            long end,
            int status,
            String message,
            Map<String, String> attributes) {}

    private final HttpServer server;
    private final List<Received> spans = new CopyOnWriteArrayList<>();
    private final Map<String, String> resource = new HashMap<>(); // guarded by itself
    private final Map<String, String> headers = new HashMap<>(); // guarded by headers
    private volatile int status = 200;

    Collector() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Received> spans() {
        return List.copyOf(spans);
    }

    Map<String, String> resource() {
        synchronized (resource) {
            return Map.copyOf(resource);
        }
    }

    Map<String, String> headers() {
        synchronized (headers) {
            return Map.copyOf(headers);
        }
    }

    /** What the next calls are answered with. */
    void answer(int code) {
        status = code;
    }

    private void take(HttpExchange exchange) throws IOException {
        synchronized (headers) {
            exchange.getRequestHeaders()
                    .forEach(
                            (name, values) ->
                                    headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        }
        var gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        var body =
                gzip
                        ? new GZIPInputStream(exchange.getRequestBody()).readAllBytes()
                        : exchange.getRequestBody().readAllBytes();
        if (status == 200) {
            request(body);
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    // opentelemetry/proto/collector/trace/v1, opentelemetry/proto/trace/v1

    private void request(byte[] bytes) {
        each(
                bytes,
                (_, resourceSpans) ->
                        each(
                                (byte[]) resourceSpans,
                                (field, value) -> {
                                    if (field == 1) {
                                        each(
                                                (byte[]) value,
                                                (number, attribute) -> {
                                                    if (number == 1) {
                                                        synchronized (resource) {
                                                            attribute((byte[]) attribute, resource);
                                                        }
                                                    }
                                                });
                                    } else if (field == 2) {
                                        each(
                                                (byte[]) value,
                                                (number, span) -> {
                                                    if (number == 2) {
                                                        spans.add(span((byte[]) span));
                                                    }
                                                });
                                    }
                                }));
    }

    private static Received span(byte[] bytes) {
        var texts = new HashMap<Integer, String>();
        var numbers = new HashMap<Integer, Long>();
        var attributes = new HashMap<String, String>();
        var state = new HashMap<Integer, Object>();
        each(
                bytes,
                (field, value) -> {
                    switch (field) {
                        case 1, 2, 4 -> texts.put(field, HexFormat.of().formatHex((byte[]) value));
                        case 5 -> texts.put(5, text(value));
                        case 7, 8 -> numbers.put(field, (Long) value);
                        case 9 -> attribute((byte[]) value, attributes);
                        case 15 -> each((byte[]) value, state::put);
                        default -> {}
                    }
                });
        return new Received(
                texts.getOrDefault(1, ""),
                texts.getOrDefault(2, ""),
                texts.getOrDefault(4, ""),
                texts.getOrDefault(5, ""),
                numbers.getOrDefault(7, 0L),
                numbers.getOrDefault(8, 0L),
                ((Long) state.getOrDefault(3, 0L)).intValue(),
                text(state.getOrDefault(2, new byte[0])),
                Map.copyOf(attributes));
    }

    private static void attribute(byte[] bytes, Map<String, String> to) {
        var parts = new ArrayList<String>();
        each(
                bytes,
                (field, value) -> {
                    if (field == 1) {
                        parts.add(text(value));
                    } else {
                        each((byte[]) value, (_, text) -> parts.add(text(text)));
                    }
                });
        to.put(parts.get(0), parts.get(1));
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    /** The fields of a message: bytes, or a number. */
    private static void each(byte[] message, BiConsumer<Integer, Object> field) {
        var in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            long key = number(in);
            int number = (int) (key >>> 3);
            switch ((int) (key & 7)) {
                case 0 -> field.accept(number, number(in));
                case 1 -> field.accept(number, in.getLong());
                case 2 -> {
                    var bytes = new byte[(int) number(in)];
                    in.get(bytes);
                    field.accept(number, bytes);
                }
                case 5 -> field.accept(number, (long) in.getInt());
                default -> throw new AssertionError("not protobuf: key " + key);
            }
        }
    }

    private static long number(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
