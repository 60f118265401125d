package mirrorneuron.client;

import java.time.Duration;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.RunOutcome;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.JsonObject;

/** A wait that is made of calls, none of which is open for long. Not for sharing. */
final class Waits {

    /** A server waits 30 s at most. */
    private static final Duration PART_MAX = Duration.ofSeconds(20);

    private final Duration timeout;
    private final long began = System.nanoTime();

    Waits(Duration timeout) {
        this.timeout = timeout.isNegative() ? Duration.ZERO : timeout;
    }

    Duration waited() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    boolean isOver() {
        return waited().compareTo(timeout) >= 0;
    }

    /** How long the next call shall wait; what is less than a millisecond is one. */
    Duration part() {
        var left = timeout.minus(waited());
        if (!left.isPositive()) {
            return Duration.ZERO;
        }
        return left.compareTo(PART_MAX) > 0
                ? PART_MAX
                : Duration.ofMillis(Math.ceilDiv(left.toNanos(), 1_000_000));
    }

    static JsonObject options(Duration part) {
        return JsonObject.builder().put("timeout_ms", part.toMillis()).build();
    }

    /** Submits, then waits. */
    static RunOutcome run(Jobs jobs, BundleSource bundle, SubmitOptions options)
            throws InterruptedException {
        return switch (jobs.submit(bundle, options)) {
            case Submission.Accepted accepted ->
                    new RunOutcome.Ran(
                            accepted.jobId(),
                            jobs.await(
                                    accepted.jobId(), options.timeout().orElse(Jobs.WAIT_FOREVER)));
            case Submission.Rejected rejected -> new RunOutcome.NotStarted(rejected);
        };
    }
}
