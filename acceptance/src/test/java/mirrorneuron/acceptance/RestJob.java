package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A client with one job: submits it under a key until that is acknowledged, and follows it to its
 * end as two readers, one of the job's events and one of its run's records.
 */
final class RestJob {

    private final ServerLives server;
    final String kind;
    final String key;

    private volatile @Nullable JobId id;
    private volatile boolean repeated;
    final Follower events;
    final Follower records;

    RestJob(ServerLives server, String kind, String key) {
        this.server = server;
        this.kind = kind;
        this.key = key;
        this.events = new Follower();
        this.records = new Follower();
    }

    /** The job's id; fails when it was not acknowledged. */
    JobId id() {
        var known = id;
        if (known == null) {
            throw new AssertionError(key + " was never acknowledged");
        }
        return known;
    }

    boolean acknowledged() {
        return id != null;
    }

    /** True when the acknowledgement was the second one that the server gave. */
    boolean repeated() {
        return repeated;
    }

    /** Submits, and returns when both readers have seen the end. */
    RestJob live(ExecutorService threads) throws Exception {
        var answer = submit(body(kind));
        if (answer.status() != 201) {
            throw new AssertionError(key + ": " + answer);
        }
        var job = JobId.of(answer.json().string("job_id").orElseThrow());
        repeated = answer.headers().containsKey("idempotency-replayed");
        id = job;
        var run = answer.json().string("run_id").orElseThrow();
        var stream =
                "/runs/" + run + "/stream?interval=0.25&channels=events,logs,resources,timeline";
        Future<?> merged = threads.submit(() -> records.follow(stream));
        events.follow("/jobs/" + job + "/events");
        merged.get();
        return this;
    }

    Wire.Answer submit(String body) throws InterruptedException {
        return server.ask(wire -> wire.with("Idempotency-Key: " + key).post("/jobs", body));
    }

    /** A submission of a job of this kind. */
    static String body(String kind) {
        if (!(Shapes.of(JobId.of(kind + "-0")) instanceof BundleSource.Inline inline)) {
            throw new IllegalArgumentException(
                    "kind: " + kind + " (expected: one without a folder)");
        }
        var payloads = JsonObject.builder();
        inline.payloads().forEach((path, bytes) -> payloads.put(path, new String(bytes, UTF_8)));
        return JsonObject.builder()
                .put("manifest", Json.parse(inline.manifestJson()))
                .put("payloads", payloads.build())
                .build()
                .toString();
    }

    /** A reader of a live stream, who comes back with the id of the last frame. */
    final class Follower {

        /** Data of the frames that have an id, in the order in which they came. */
        final List<JsonObject> seen = new ArrayList<>();

        /** What streams said when they ended early. */
        final List<String> reasons = new ArrayList<>();

        /** How often a stream ended without a word. */
        private int cuts;

        private volatile int heard;
        private volatile String last = "";
        private volatile String end = "";

        /** Reads until the end; returns how often it had to come back. */
        private int follow(String path) throws InterruptedException {
            while (end.isEmpty()) {
                var answer = server.ask(wire -> open(wire, path));
                if (answer.status() != 200 || end.isEmpty()) {
                    throw new AssertionError(path + " after " + last + ": " + answer);
                }
            }
            return cuts + reasons.size();
        }

        /** Reads one stream; one that says why it ends early broke like one that was cut. */
        private Wire.Answer open(Wire wire, String path) throws IOException {
            int told = reasons.size();
            boolean[] begun = new boolean[1];
            try {
                var answer =
                        (last.isEmpty() ? wire : wire.with("Last-Event-ID: " + last))
                                .follow(
                                        path,
                                        frame -> {
                                            begun[0] = true;
                                            read(frame);
                                        });
                if (reasons.size() > told) {
                    throw new IOException(reasons.getLast());
                }
                return answer;
            } catch (IOException broken) {
                if (begun[0] && reasons.size() == told) {
                    cuts++;
                }
                throw broken;
            }
        }

        private void read(Wire.Frame frame) {
            switch (frame.event()) {
                case "heartbeat" -> {}
                case "error" -> reasons.add(frame.data().string("error").orElse(""));
                case "end" -> end = frame.data().string("status").orElse("");
                default -> {
                    if (frame.id().isEmpty() || !end.isEmpty()) {
                        throw new AssertionError(key + ": out of place: " + frame);
                    }
                    seen.add(frame.data());
                    heard = seen.size();
                    last = frame.id();
                }
            }
        }

        /** True when a frame has come. */
        boolean begun() {
            return !last.isEmpty();
        }

        int cuts() {
            return cuts;
        }

        /** How many frames have come; for any thread. */
        int heard() {
            return heard;
        }

        /** The status that the end of the stream named; empty when it has not come. */
        String end() {
            return end;
        }

        @Override
        public String toString() {
            return "%d seen, last %s, %d cuts, reasons %s, end \"%s\""
                    .formatted(seen.size(), last, cuts, reasons, end);
        }
    }
}
