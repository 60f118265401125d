package mirrorneuron.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.protocol.observability.EventResponse;
import mirrorneuron.protocol.observability.ObservabilityServiceGrpc;
import mirrorneuron.protocol.observability.StreamEventsRequest;

/**
 * Events of a server that sends all of them from the first one on. One that does not number them
 * sends them in order, so their place is their number. The oldest servers end with what is
 * recorded; then they are asked again, until the job had ended before the question.
 */
final class OlderFollow implements Follow<RuntimeEvent> {

    private static final String SIGN_OF_LIFE = "stream_heartbeat";

    private final Link link;
    private final OlderJob jobs;
    private final JobId job;
    private final Duration heartbeat;
    private boolean hadEnded;

    OlderFollow(Link link, OlderJob jobs, JobId job, Duration heartbeat) {
        this.link = link;
        this.jobs = jobs;
        this.job = job;
        this.heartbeat = heartbeat;
    }

    @Override
    public Inflow<?, Optional<RuntimeEvent>> open(long after) {
        hadEnded = jobs.require(job).status().terminal();
        return link.open(
                ObservabilityServiceGrpc.getStreamEventsMethod(),
                StreamEventsRequest.newBuilder()
                        .setJobId(job.value())
                        .setFollow(true)
                        .setHeartbeatIntervalMs(Refollowing.millis(heartbeat))
                        .setVersion(Console.VERSION)
                        .build(),
                new Numbering());
    }

    @Override
    public boolean endsWithStream() {
        return hadEnded;
    }

    /** Numbers the events of one stream. */
    static final class Numbering implements Function<EventResponse, Optional<RuntimeEvent>> {

        private long place;

        @Override
        public Optional<RuntimeEvent> apply(EventResponse answer) {
            var event = RuntimeEvent.fromJson(Console.document(answer.getEventJson()));
            if (event.type().equals(SIGN_OF_LIFE)) {
                return Optional.empty();
            }
            place++;
            return Optional.of(
                    event.sequence().isPresent()
                            ? event
                            : new RuntimeEvent(
                                    event.timestamp(),
                                    event.type(),
                                    event.agentId(),
                                    event.payload(),
                                    event.error(),
                                    OptionalLong.of(place),
                                    event.raw()));
        }
    }
}
