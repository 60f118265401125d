package mirrorneuron.runtime.embedded;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.RuntimeObserver;
import mirrorneuron.engine.job.EventViews;
import mirrorneuron.runtime.job.JobActor;
import mirrorneuron.runtime.job.JobLoader;
import mirrorneuron.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows durable events to the program's observer, in order per job: it reads the log behind the
 * commit, like every other reader.
 */
final class Observers {

    private static final Logger LOG = LoggerFactory.getLogger(Observers.class);

    private static final int BATCH = 10_000;

    private final Store store;
    private final Optional<RuntimeObserver> observer;
    private final Map<JobId, Long> seen = new ConcurrentHashMap<>();

    Observers(Store store, Optional<RuntimeObserver> observer) {
        this.store = store;
        this.observer = observer;
    }

    /** Called on the job's own thread, once per commit. */
    void committed(JobActor actor, long sequence) {
        if (observer.isEmpty()) {
            return;
        }
        // What an earlier process recorded was shown by that process.
        long after = seen.getOrDefault(actor.id(), actor.takenUpAt());
        boolean over = false;
        while (after < sequence) {
            for (var group : store.facts(actor.id(), after, BATCH)) {
                for (var recorded : JobLoader.facts(actor.id(), group)) {
                    for (var event :
                            EventViews.render(actor.id(), recorded.event(), recorded.sequence())) {
                        long number = event.sequence().orElse(0);
                        if (number > after) {
                            show(actor.id(), event);
                            over = event.terminal();
                            after = number;
                        }
                    }
                }
            }
        }
        if (over) {
            seen.remove(actor.id());
        } else {
            seen.put(actor.id(), after);
        }
    }

    /** An observer that fails misses an event; the job does not suffer for it. */
    private void show(JobId job, RuntimeEvent event) {
        try {
            observer.orElseThrow().onEvent(job, event);
        } catch (RuntimeException failure) {
            LOG.warn(
                    "job {}: the observer failed at event {}",
                    job,
                    event.sequence().orElse(0),
                    failure);
        }
    }
}
