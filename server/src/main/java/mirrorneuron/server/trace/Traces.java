package mirrorneuron.server.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.runtime.embedded.JobLog;
import mirrorneuron.server.config.TraceSettings;
import mirrorneuron.server.http.TraceParent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows jobs and sends their spans. A job's thread only leaves the job's name; one thread reads
 * the log behind it. A collector that does not answer costs spans and nothing else.
 *
 * <p>After a restart the events of unfinished jobs are read from the beginning, so that what began
 * before has its true start; only what ended since is sent, because the process before has sent the
 * rest. Safe from any thread.
 */
public final class Traces implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Traces.class);

    /** Gathers what goes on at the same time into one call. */
    private static final Duration LINGER = Duration.ofMillis(200);

    /** A collector that takes longer to answer does not hold up a stop. */
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    /** Far more than can end between a commit and the word of it. */
    private static final int ENDED_MAX = 10_000;

    private static final int EVENTS_AT_ONCE = 1_000;
    private static final int SPANS_AT_ONCE = 512;

    private final SpanExport export;
    private final SpanMeter meter;
    private final Instant since;
    private final Set<JobId> waiting = ConcurrentHashMap.newKeySet();
    private final ReentrantLock signal = new ReentrantLock();
    private final Condition woken = signal.newCondition();
    private volatile boolean asleep;
    private volatile boolean closing;
    private @Nullable Thread thread;

    // What follows belongs to the thread.
    private final Map<JobId, Followed> followed = new HashMap<>();
    private final List<Span> gathered = new ArrayList<>();

    /**
     * Jobs whose end was read. The word that their last facts are durable may come after that, and
     * then nothing must be read again.
     */
    private final Map<JobId, Boolean> ended =
            new LinkedHashMap<>() {

                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<JobId, Boolean> eldest) {
                    return size() > ENDED_MAX;
                }
            };

    private boolean refused;

    /** How far a job was read; what nobody wants spans of is read by nobody. */
    private static final class Followed {

        final Optional<SpanFold> fold;
        long after;

        Followed(Optional<SpanFold> fold) {
            this.fold = fold;
        }
    }

    /**
     * @param since what ended before was sent by an earlier process
     */
    Traces(SpanExport export, SpanMeter meter, Instant since) {
        this.export = export;
        this.meter = meter;
        this.since = since;
    }

    /** Over OTLP. It takes names from now on and reads them once it is started. */
    public static Traces over(
            TraceSettings settings, String version, SpanMeter meter, Instant since) {
        return new Traces(new OtlpExport(settings, version), meter, since);
    }

    /** Events of a job became durable. Costs its caller a look into a set, and seldom more. */
    public void committed(JobId job) {
        if (!closing && waiting.add(job) && asleep) {
            wake();
        }
    }

    /** Begins to follow. */
    public void start(JobLog jobs) {
        thread = Thread.ofPlatform().daemon().name("mn-traces").start(() -> run(jobs));
    }

    private void wake() {
        signal.lock();
        try {
            woken.signal();
        } finally {
            signal.unlock();
        }
    }

    private void run(JobLog jobs) {
        try {
            while (!closing) {
                sleepUntilNeeded();
                pass(jobs);
            }
            pass(jobs);
        } finally {
            closing = true;
            export.close();
        }
    }

    private void sleepUntilNeeded() {
        signal.lock();
        try {
            while (!closing && waiting.isEmpty()) {
                // A name that comes between the look and the flag is seen at the next look.
                asleep = true;
                if (waiting.isEmpty()) {
                    woken.await();
                }
                asleep = false;
            }
            if (!closing) {
                var unused = woken.await(LINGER.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            closing = true;
        } finally {
            asleep = false;
            signal.unlock();
        }
    }

    private void pass(JobLog jobs) {
        for (var job : waiting) {
            waiting.remove(job);
            try {
                read(jobs, job);
            } catch (RuntimeException unreadable) {
                LOG.warn("job {}: the rest of its spans is lost", job, unreadable);
                followed.put(job, new Followed(Optional.empty()));
            }
        }
        send();
    }

    private void read(JobLog jobs, JobId job) {
        var known = followed.get(job);
        if (known == null) {
            if (ended.containsKey(job)) {
                return;
            }
            var record = jobs.inspect(job);
            if (record.isEmpty()) {
                return;
            }
            known = new Followed(fold(record.get()));
            followed.put(job, known);
        }
        while (true) {
            var events =
                    jobs.events(
                            job,
                            new EventQuery(
                                    OptionalLong.of(known.after + 1),
                                    OptionalInt.of(EVENTS_AT_ONCE),
                                    Set.of(),
                                    false));
            for (var event : events) {
                known.after = Math.max(known.after, event.sequence().orElse(known.after));
                for (var span : known.fold.map(fold -> fold.add(event)).orElse(List.of())) {
                    if (!span.end().isBefore(since)) {
                        gathered.add(span);
                    }
                }
                if (event.terminal()) {
                    followed.remove(job);
                    ended.put(job, true);
                }
            }
            if (gathered.size() >= SPANS_AT_ONCE) {
                send();
            }
            if (events.size() < EVENTS_AT_ONCE) {
                return;
            }
        }
    }

    /** A caller that does not record its trace wants no spans of what it began. */
    private static Optional<SpanFold> fold(JobRecord record) {
        var traceId = RunIds.traceOf(record);
        var caller =
                record.raw()
                        .object("metadata")
                        .string(TraceParent.HEADER)
                        .flatMap(TraceParent::of)
                        .filter(parent -> parent.traceId().equals(traceId));
        return caller.filter(parent -> !parent.sampled()).isPresent()
                ? Optional.empty()
                : Optional.of(new SpanFold(record.jobId(), RunIds.of(record), traceId, caller));
    }

    private void send() {
        for (int from = 0; from < gathered.size(); from += SPANS_AT_ONCE) {
            var batch =
                    List.copyOf(
                            gathered.subList(
                                    from, Math.min(gathered.size(), from + SPANS_AT_ONCE)));
            if (export.send(batch)) {
                meter.sent(batch.size());
                refused = false;
            } else {
                meter.lost(batch.size());
                if (!refused) {
                    LOG.warn("the collector of traces does not take spans; they are lost");
                }
                refused = true;
            }
        }
        gathered.clear();
    }

    /**
     * Reads what was announced to its end and sends it, as long as that does not take long. What is
     * announced later is lost, so that this belongs behind the last commit.
     */
    @Override
    public void close() {
        closing = true;
        wake();
        var running = thread;
        if (running == null) {
            export.close();
            return;
        }
        try {
            if (!running.join(CLOSE_MAX)) {
                LOG.warn("the collector of traces does not answer; the last spans are lost");
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }
}
