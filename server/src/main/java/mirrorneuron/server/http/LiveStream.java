package mirrorneuron.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import mirrorneuron.api.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Frames of server-sent events: lines end with one line feed, a frame has one line of data, each
 * frame is flushed at once. Used by one thread.
 */
public final class LiveStream {

    /** Clients call a stream stale when nothing came for 15 s. */
    public static final Duration HEARTBEAT_MAX = Duration.ofSeconds(10);

    private final OutputStream out;
    private final BooleanSupplier stopping;
    private final Consumer<Runnable> whenStopping;

    LiveStream(OutputStream out, BooleanSupplier stopping, Consumer<Runnable> whenStopping) {
        this.out = out;
        this.stopping = stopping;
        this.whenStopping = whenStopping;
    }

    /**
     * Runs an action, on another thread, when the server is about to stop: it wakes the stream's
     * writer. At once when that is so already.
     */
    public void whenStopping(Runnable action) {
        whenStopping.accept(action);
    }

    /**
     * @param id what a reader resumes after; null = not a point to resume from
     */
    public void frame(@Nullable String id, String event, JsonValue data) throws IOException {
        var text = new StringBuilder();
        if (id != null) {
            text.append("id: ").append(id).append('\n');
        }
        text.append("event: ").append(event).append('\n');
        text.append("data: ").append(data).append("\n\n");
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** True when the server is about to stop: say so and end. */
    public boolean stopping() {
        return stopping.getAsBoolean();
    }
}
