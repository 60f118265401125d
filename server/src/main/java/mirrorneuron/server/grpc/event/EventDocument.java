package mirrorneuron.server.grpc.event;

import java.util.Optional;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.EventLine;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.server.grpc.Documents;

/**
 * Events of a job as callers get them: as everywhere, with {@code sequence} and {@code version}. A
 * dead letter has its {@code reason} and its whole {@code message} too, because clients have no
 * other way to them.
 */
public final class EventDocument {

    private final Jobs jobs;
    private final JobRecord job;
    private final String runId;
    private final String traceId;

    public EventDocument(Jobs jobs, JobRecord job) {
        this.jobs = jobs;
        this.job = job;
        this.runId = RunIds.of(job);
        this.traceId = RunIds.traceOf(job);
    }

    /** With everything that is known of it. */
    public JsonObject whole(RuntimeEvent event) {
        var document = brief(event);
        if (!event.type().equals("dead_letter")) {
            return document;
        }
        var index = event.payload().integer("index");
        var letter =
                index.isPresent()
                        ? jobs.deadLetter(job.jobId(), (int) index.getAsLong())
                                .map(DeadLetter::message)
                        : Optional.<JsonObject>empty();
        return letter.map(message -> document.with("message", message)).orElse(document);
    }

    /** As {@link #whole}, without the message of a dead letter. */
    public JsonObject brief(RuntimeEvent event) {
        return JsonObject.builder()
                .putAll(EventLine.of(event, job.jobId(), runId, traceId))
                .put("sequence", event.sequence().orElse(0))
                .putIfPresent("reason", event.payload().string("reason"))
                .put("version", Documents.VERSION)
                .build();
    }
}
