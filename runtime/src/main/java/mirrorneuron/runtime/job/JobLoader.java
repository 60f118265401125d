package mirrorneuron.runtime.job;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.EventCodec;
import mirrorneuron.engine.job.Job;
import mirrorneuron.engine.job.JobEngine;
import mirrorneuron.engine.job.JobEvent;
import mirrorneuron.engine.job.SnapshotCodec;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.runtime.bundle.KeptBundle;
import mirrorneuron.store.Commit;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;

/**
 * Brings a job back from the store: its last snapshot and the facts after it. Safe from any thread.
 */
public final class JobLoader {

    private final Store store;
    private final BundleLibrary library;

    public JobLoader(Store store, BundleLibrary library) {
        this.store = store;
        this.library = library;
    }

    public record Loaded(Job job, JobContext context) {}

    /**
     * @return empty when there is no such job
     * @throws StoreException when what is stored cannot be understood, naming the job
     */
    public Optional<Loaded> load(JobId id) {
        return store.load(id).map(stored -> load(id, stored));
    }

    private Loaded load(JobId id, Store.Stored stored) {
        return StoreException.understood("job " + id, () -> loaded(stored));
    }

    private Loaded loaded(Store.Stored stored) {
        Job job;
        KeptBundle bundle;
        if (stored.snapshot().isPresent()) {
            var document = (JsonObject) Json.parse(stored.snapshot().get().document());
            bundle = library.find(SnapshotCodec.fingerprint(document));
            job = SnapshotCodec.read(document, bundle.graph());
        } else {
            if (stored.tail().isEmpty()) {
                throw new IllegalArgumentException("log: empty (expected: a submission)");
            }
            var submitted = EventCodec.submission(stored.tail().getFirst().lines());
            bundle = library.find(submitted.fingerprint());
            job = JobEngine.create(submitted, bundle.graph());
        }
        for (var group : stored.tail()) {
            EventCodec.replay(group.lines(), job);
        }
        return new Loaded(job, context(bundle, job));
    }

    /**
     * The facts of a group, as views need them.
     *
     * @throws StoreException {@code STORE_DAMAGED} when they cannot be understood
     */
    public static List<EventCodec.Recorded> facts(JobId id, Commit.Facts group) {
        return StoreException.understood(
                "the log of job " + id, () -> EventCodec.readForViews(group.lines()));
    }

    /**
     * What a job was submitted with.
     *
     * @throws StoreException {@code STORE_DAMAGED} when it is not kept
     */
    public KeptBundle bundle(JobEvent.Submitted submitted) {
        return library.find(submitted.fingerprint());
    }

    static JobContext context(KeptBundle bundle, Job job) {
        return new JobContext(
                bundle.graph(),
                bundle,
                job.runId(),
                job.blueprintId(),
                configuration(bundle, job.configOverrides()));
    }

    /** The bundle's configuration with a submission's overrides merged over it. */
    public static JsonObject configuration(KeptBundle bundle, JsonObject overrides) {
        return merged(bundle.configuration(), overrides);
    }

    /** One document laid over another, object by object. */
    private static JsonObject merged(JsonObject base, JsonObject over) {
        if (over.isEmpty()) {
            return base;
        }
        var builder = JsonObject.builder().putAll(base);
        over.forEach((name, value) -> builder.put(name, merged(base.at(name), value)));
        return builder.build();
    }

    private static JsonValue merged(JsonValue base, JsonValue over) {
        return base instanceof JsonObject below && over instanceof JsonObject above
                ? merged(below, above)
                : over;
    }
}
