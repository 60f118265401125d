package mirrorneuron.server.grpc.event;

import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.Optional;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.protocol.observability.EventResponse;
import mirrorneuron.protocol.observability.ObservabilityServiceGrpc;
import mirrorneuron.protocol.observability.StreamEventsRequest;
import mirrorneuron.server.grpc.Caller;
import mirrorneuron.server.grpc.Calls;
import mirrorneuron.server.grpc.Documents;

/** The service that streams events. */
public final class EventCalls extends ObservabilityServiceGrpc.ObservabilityServiceImplBase {

    private final Jobs jobs;
    private final InstantSource clock;
    private final Calls calls;

    public EventCalls(Jobs jobs, InstantSource clock, Calls calls) {
        this.jobs = jobs;
        this.clock = clock;
        this.calls = calls;
    }

    @Override
    public void streamEvents(StreamEventsRequest request, StreamObserver<EventResponse> to) {
        boolean strict = Caller.current().strict();
        calls.stream(
                to,
                stream -> {
                    var job = find(Documents.job(request.getJobId()), strict);
                    if (job.isPresent()) {
                        new EventPump(jobs, job.get(), request, clock).run(stream);
                    }
                });
    }

    /** Empty for an unknown job, whose stream older clients expect to be empty too. */
    private Optional<JobRecord> find(JobId id, boolean strict) {
        var job = jobs.inspect(id);
        if (job.isEmpty() && strict) {
            throw new NoSuchJobException("Job " + id + " was not found");
        }
        return job;
    }
}
