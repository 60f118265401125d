package mirrorneuron.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Store;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.Validation;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.embedded.EmbeddedRuntime;
import mirrorneuron.runtime.embedded.EmbeddedSettings;
import mirrorneuron.runtime.worker.LeasePools;

/** The runtime under measurement, opened on a real disk and used as any caller would. */
public final class Product {

    private static final Duration JOB_TIMEOUT = Duration.ofMinutes(5);
    private static final int FILLERS = 64;

    private Product() {}

    public static MirrorNeuron open(Path home) {
        return open(home, Map.of(), ManifestLimits.DEFAULT);
    }

    /**
     * Runs leave no files here, so that rows measure the jobs alone.
     *
     * @param pools slots by pool, laid over the defaults
     */
    public static MirrorNeuron open(Path home, Map<String, Integer> pools, ManifestLimits limits) {
        return open(home, pools, limits, false);
    }

    /**
     * @param recordRuns whether each job's run leaves its files, as it does by default
     */
    public static MirrorNeuron open(
            Path home, Map<String, Integer> pools, ManifestLimits limits, boolean recordRuns) {
        var slots = new HashMap<>(LeasePools.capacities(Map.of()));
        slots.putAll(pools);
        return EmbeddedRuntime.open(
                new EmbeddedSettings(
                        home.toAbsolutePath(),
                        "local",
                        new Store.File(),
                        Map.copyOf(slots),
                        InstantSource.system(),
                        Agents.factories(),
                        Optional.empty(),
                        Duration.ZERO,
                        true,
                        false,
                        recordRuns,
                        limits,
                        _ -> {},
                        () -> {},
                        Optional::empty,
                        System.getenv()));
    }

    /** Runs a first job of the manifest; later jobs name the bundle, which the home then keeps. */
    public static BundleSource keep(MirrorNeuron runtime, String manifest, SubmitOptions options)
            throws InterruptedException {
        var source = BundleSource.manifest(manifest);
        return switch (runtime.jobs().validate(source)) {
            case Validation.Valid valid -> {
                complete(runtime, source, options);
                yield BundleSource.of(valid.bundle());
            }
            case Validation.Invalid invalid ->
                    throw new IllegalStateException("manifest of a row: " + invalid.issues());
        };
    }

    /** Submits a job and waits until it is completed. */
    public static JobId complete(MirrorNeuron runtime, BundleSource source, SubmitOptions options)
            throws InterruptedException {
        var job = runtime.jobs().submit(source, options).orThrow();
        var outcome = runtime.jobs().await(job, JOB_TIMEOUT);
        if (!(outcome instanceof WaitOutcome.Completed)) {
            throw new IllegalStateException(
                    "Expected job " + job + " to complete, but found " + outcome);
        }
        return job;
    }

    /**
     * Runs so many jobs of the manifest in the home, many at a time, and closes it again.
     *
     * @param jobs at least two
     * @return the last of them
     */
    public static JobId fill(Path home, String manifest, int jobs) throws Exception {
        try (var runtime = open(home)) {
            var source = keep(runtime, manifest, SubmitOptions.defaults());
            var left = new AtomicInteger(jobs - 2);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var fillers = new ArrayList<Future<?>>();
                for (int i = 0; i < FILLERS; i++) {
                    fillers.add(threads.submit(() -> fill(runtime, source, left)));
                }
                for (var filler : fillers) {
                    filler.get();
                }
            }
            return complete(runtime, source, SubmitOptions.defaults());
        }
    }

    private static Void fill(MirrorNeuron runtime, BundleSource source, AtomicInteger left)
            throws InterruptedException {
        while (left.getAndDecrement() > 0) {
            complete(runtime, source, SubmitOptions.defaults());
        }
        return null;
    }
}
