package mirrorneuron.server.stream;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.server.http.LiveBody;
import mirrorneuron.server.http.LiveStream;

/**
 * Snapshots of a job's progress: one at once, one after each change but no more than one in an
 * interval, and always the last one.
 */
record ProgressStreaming(MirrorNeuron runtime, JobId job, Duration interval, InstantSource clock)
        implements LiveBody {

    @Override
    public void write(LiveStream to) throws IOException, InterruptedException {
        var pulse = new Pulse(to, "job_id", job.value(), clock, interval);
        var writer = Thread.currentThread();
        to.whenStopping(writer::interrupt);
        try {
            while (!to.stopping()) {
                var now = runtime.monitor().workflowProgress(job);
                if (now.isEmpty()) {
                    pulse.error("the job was deleted");
                    return;
                }
                to.frame(String.valueOf(now.get().sequence()), "snapshot", now.get().raw());
                pulse.sent();
                if (now.get().status().terminal()) {
                    return;
                }
                rest(now.get().sequence(), pulse);
                while (!to.stopping()
                        && !runtime.jobs()
                                .awaitChange(job, now.get().sequence(), pulse.patience())) {
                    pulse.beat();
                }
            }
        } catch (InterruptedException interrupt) {
            if (!to.stopping()) {
                throw interrupt;
            }
            // The stop woke this thread; its reader is told why, like everybody's.
        }
        pulse.error("the server is stopping; ask again to go on");
    }

    /**
     * The pause between two snapshots, cut short by the job's end so that it is seen at once. A
     * reader hears of changes only after it, but that the stream lives it hears meanwhile.
     */
    private void rest(long sequence, Pulse pulse) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + interval.toNanos();
        long seen = sequence;
        while (true) {
            var left = Duration.ofNanos(deadline - System.nanoTime());
            if (left.isNegative() || left.isZero()) {
                return;
            }
            var wait = left.compareTo(pulse.patience()) < 0 ? left : pulse.patience();
            if (runtime.jobs().awaitChange(job, seen, wait)) {
                var record = runtime.jobs().inspect(job);
                if (record.isEmpty() || record.get().status().terminal()) {
                    return;
                }
                seen = record.get().raw().integer("rev").orElse(seen + 1);
            }
            pulse.beat();
        }
    }
}
