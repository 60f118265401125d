package mirrorneuron.server.run;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.runtime.run.Runs;
import mirrorneuron.server.http.LiveBody;
import mirrorneuron.server.http.LiveStream;
import mirrorneuron.server.stream.Pulse;

/**
 * The records of a run's channels after a cursor, merged in the order of time, then the run's end.
 *
 * @param follow whether the stream stays open after the end
 * @param first the page after the cursor
 */
record RunStreaming(
        Source source,
        String cursor,
        boolean follow,
        Duration interval,
        InstantSource clock,
        RunFiles.Page first)
        implements LiveBody {

    /** Where pages come from. */
    record Source(
            Runs runs,
            String runId,
            Set<String> channels,
            Optional<String> level,
            Optional<Instant> since) {

        RunFiles.Page after(String cursor) {
            return runs.page(runId, new RunFiles.Filter(channels, level, since), cursor);
        }
    }

    @Override
    public void write(LiveStream to) throws IOException, InterruptedException {
        var pulse = new Pulse(to, "run_id", source.runId(), clock, interval);
        var stop = new CountDownLatch(1);
        to.whenStopping(stop::countDown);
        var page = first;
        while (!to.stopping()) {
            for (var record : page.records()) {
                to.frame(
                        record.string("id").orElse(null),
                        record.string("channel").orElse("events"),
                        record);
                pulse.sent();
            }
            if (page.records().isEmpty()) {
                if (page.ended() && !follow) {
                    to.frame(
                            null,
                            "end",
                            JsonObject.builder()
                                    .put("run_id", source.runId())
                                    .put("status", page.status())
                                    .build());
                    return;
                }
                pulse.beat();
                var wait = interval.compareTo(pulse.patience()) < 0 ? interval : pulse.patience();
                if (stop.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                    break;
                }
            }
            page = source.after(page.cursor());
        }
        pulse.error("the server is stopping; ask again to go on from the last record");
    }
}
