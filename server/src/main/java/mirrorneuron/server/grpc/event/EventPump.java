package mirrorneuron.server.grpc.event;

import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.observability.EventResponse;
import mirrorneuron.protocol.observability.StreamEventsRequest;
import mirrorneuron.server.grpc.Documents;
import mirrorneuron.server.grpc.Downstream;
import mirrorneuron.server.grpc.Heartbeat;

/**
 * Sends a job's events in order. The log is the only source, read from a cursor when the reader has
 * room: there is no seam between old and new events, and a slow reader has nothing queued for it.
 */
final class EventPump {

    private static final int COUNTED_MAX = 10_000;

    private final Jobs jobs;
    private final JobRecord job;
    private final StreamEventsRequest request;
    private final InstantSource clock;
    private final EventDocument documents;

    EventPump(Jobs jobs, JobRecord job, StreamEventsRequest request, InstantSource clock) {
        this.jobs = jobs;
        this.job = job;
        this.request = request;
        this.clock = clock;
        this.documents = new EventDocument(jobs, job);
    }

    void run(Downstream<EventResponse> to) throws InterruptedException {
        long stored = newest(1);
        if (stored == 0 && !request.getFollow()) {
            return;
        }
        long last = request.getFollow() ? Long.MAX_VALUE : stored;
        long after = request.getLimit() > 0 ? before(stored, request.getLimit()) : 0;
        var heartbeat =
                request.getFollow()
                        ? Heartbeat.every(request.getHeartbeatIntervalMs())
                        : Heartbeat.none();
        try (var events = jobs.follow(job.jobId(), FollowOptions.after(Math.max(0, after)))) {
            to.whenOver(events::close);
            while (to.awaitReady()) {
                var event = events.next(request.getFollow() ? heartbeat.patience() : Duration.ZERO);
                if (event.isPresent()) {
                    to.send(response(documents.whole(event.get())));
                    heartbeat.sent();
                    if (sequence(event.get()) >= last) {
                        return;
                    }
                } else if (events.endReason() == EventStream.EndReason.ERROR) {
                    throw new RuntimeUnavailableException("The event log cannot be read");
                } else if (events.endReason() != EventStream.EndReason.OPEN
                        || !request.getFollow()) {
                    return;
                } else if (heartbeat.isDue()) {
                    to.send(response(beat()));
                    heartbeat.sent();
                }
            }
        }
    }

    /** The number of the event before so many stored ones. */
    private long before(long stored, int limit) {
        // Details of long logs are shortened, so counting back by numbers may give fewer events.
        // Whoever asks for very many takes that; reading them twice would cost too much.
        return limit <= COUNTED_MAX ? newest(limit) - 1 : stored - limit;
    }

    /** The number of the oldest of so many newest events; 0 when there is none. */
    private long newest(int count) {
        var events =
                jobs.events(
                        job.jobId(),
                        new EventQuery(
                                OptionalLong.empty(), OptionalInt.of(count), Set.of(), true));
        return events.isEmpty() ? 0 : sequence(events.getLast());
    }

    private static long sequence(RuntimeEvent event) {
        return event.sequence().orElse(0);
    }

    private JsonObject beat() {
        return JsonObject.builder()
                .put("type", "stream_heartbeat")
                .put("job_id", job.jobId().value())
                .put("timestamp", Timestamps.format(clock.instant()))
                .put("version", Documents.VERSION)
                .build();
    }

    private static EventResponse response(JsonObject event) {
        return EventResponse.newBuilder()
                .setEventJson(event.toString())
                .setVersion(Documents.VERSION)
                .build();
    }
}
