package mirrorneuron.server.stream;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.EventLine;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.server.http.LiveBody;
import mirrorneuron.server.http.LiveStream;

/**
 * The events of a job after a sequence number, then its end. The log is the only source, so there
 * is no seam at which an event could be missed or sent twice.
 *
 * @param types only these; empty = all
 */
record EventStreaming(
        MirrorNeuron runtime,
        JobRecord record,
        long after,
        Set<String> types,
        Duration interval,
        InstantSource clock)
        implements LiveBody {

    @Override
    public void write(LiveStream to) throws IOException, InterruptedException {
        var job = record.jobId();
        var runId = RunIds.of(record);
        var traceId = RunIds.traceOf(record);
        var pulse = new Pulse(to, "job_id", job.value(), clock, interval);
        try (var events = runtime.jobs().follow(job, FollowOptions.after(after))) {
            to.whenStopping(events::close);
            while (true) {
                var event = events.next(pulse.patience());
                if (event.isPresent()) {
                    if (types.isEmpty() || types.contains(event.get().type())) {
                        to.frame(
                                String.valueOf(event.get().sequence().orElse(0)),
                                "event",
                                EventLine.of(event.get(), job, runId, traceId));
                        pulse.sent();
                    }
                    continue;
                }
                if (to.stopping()) {
                    pulse.error("the server is stopping; ask again to go on from the last event");
                    return;
                }
                if (events.endReason() == EventStream.EndReason.TERMINAL_EVENT) {
                    end(to);
                    return;
                }
                if (events.endReason() != EventStream.EndReason.OPEN) {
                    pulse.error("the event log cannot be read any further");
                    return;
                }
                pulse.beat();
            }
        }
    }

    private void end(LiveStream to) throws IOException {
        var job = record.jobId();
        var status = runtime.jobs().inspect(job).map(JobRecord::status).orElse(record.status());
        to.frame(
                null,
                "end",
                JsonObject.builder()
                        .put("job_id", job.value())
                        .put("status", status.wire())
                        .build());
    }
}
