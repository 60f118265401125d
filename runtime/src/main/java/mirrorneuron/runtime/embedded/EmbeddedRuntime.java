package mirrorneuron.runtime.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import mirrorneuron.api.Cluster;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.EmbeddedBuilder;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Monitor;
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.runtime.job.Bodies;
import mirrorneuron.runtime.job.JobActor;
import mirrorneuron.runtime.job.JobLoader;
import mirrorneuron.runtime.job.LocalJobs;
import mirrorneuron.runtime.job.LocalOutside;
import mirrorneuron.runtime.module.ModuleRunner;
import mirrorneuron.runtime.module.Modules;
import mirrorneuron.runtime.worker.LeasePools;
import mirrorneuron.runtime.worker.ProcessWorkerHost;
import mirrorneuron.runtime.worker.WorkerHost;
import mirrorneuron.runtime.worker.WorkerSettings;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import mirrorneuron.store.memory.MemoryStore;
import mirrorneuron.store.rocksdb.RocksStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root of a runtime in this JVM: every part is made here, once, and closed here in
 * the opposite order.
 */
public final class EmbeddedRuntime implements MirrorNeuron {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRuntime.class);

    private static final long EVENTS_MAX_DEFAULT = 10_000;

    /** Facts up to here are replayed faster than a snapshot of them would be worth writing. */
    private static final long SNAPSHOT_BYTES_MIN = 1 << 20;

    private final EmbeddedSettings settings;
    private final Store store;
    private final WorkerHost workers;
    private final LeasePools pools;
    private final ScheduledExecutorService timer;
    private final LocalJobs live;
    private final Jobs jobs;
    private final Monitor monitor;
    private final Retention retention;
    private final List<String> problems;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedRuntime(
            EmbeddedSettings settings,
            Store store,
            WorkerHost workers,
            LeasePools pools,
            ScheduledExecutorService timer) {
        this.settings = settings;
        this.store = store;
        this.workers = workers;
        this.pools = pools;
        this.timer = timer;
        var bodies = new Bodies(store.blobs());
        var modules = new Modules(settings.agents(), settings.moduleSource());
        var runner = new ModuleRunner(modules, bodies, settings.clock());
        var library =
                new BundleLibrary(
                        store, settings.home().resolve("cache/bundles"), settings.limits());
        var loader = new JobLoader(store, library);
        var outside = new LocalOutside(pools, workers, runner, bodies, timer);
        var observers = new Observers(store, settings.observer());
        this.live =
                new LocalJobs(
                        loader,
                        runner,
                        settings.nodeName(),
                        observers::committed,
                        listener ->
                                new JobActor.Surroundings(
                                        store,
                                        outside,
                                        bodies,
                                        settings.clock(),
                                        listener,
                                        Thread::startVirtualThread,
                                        SNAPSHOT_BYTES_MIN,
                                        number(
                                                settings.environment(),
                                                "MN_EVENT_MAX_COUNT",
                                                EVENTS_MAX_DEFAULT)));
        var intake =
                new Intake(
                        settings.home().resolve("cache/incoming"),
                        settings.limits(),
                        library,
                        modules,
                        workers);
        var embeddedJobs = new EmbeddedJobs(settings, store, live, loader, intake, bodies);
        var gate = new Gate(closed::get);
        this.jobs = new GatedJobs(embeddedJobs, gate);
        this.monitor =
                new GatedMonitor(
                        new EmbeddedMonitor(settings, store, live, embeddedJobs, this::nodes),
                        gate);
        this.retention = new Retention(store, settings.clock(), settings.environment());
        var found = new ArrayList<>(store.damage());
        if (settings.recover()) {
            var unfinished = store.unfinished();
            workers.sweep(unfinished);
            found.addAll(live.takeUpAll(unfinished).join());
            var unused =
                    timer.scheduleWithFixedDelay(
                            retention::sweep,
                            retention.intervalMs(),
                            retention.intervalMs(),
                            TimeUnit.MILLISECONDS);
        }
        this.problems = List.copyOf(found);
        problems.forEach(problem -> LOG.warn("home {}: {}", settings.home(), problem));
    }

    /** Opens a runtime with settings that the builder does not offer, such as other limits. */
    public static MirrorNeuron open(EmbeddedSettings settings) {
        Store store;
        try {
            store =
                    switch (settings.store()) {
                        case EmbeddedBuilder.StoreChoice.Memory _ -> new MemoryStore();
                        case EmbeddedBuilder.StoreChoice.File _ ->
                                RocksStore.open(settings.home(), "mirrorneuron", settings.clock());
                    };
        } catch (StoreException refused) {
            throw translated(refused);
        }
        WorkerHost workers = null;
        ScheduledExecutorService timer = null;
        LeasePools pools = null;
        try {
            var workerSettings =
                    WorkerSettings.of(settings.home(), settings.nodeName(), settings.environment());
            if (settings.recover()) {
                // Before any attempt is judged: a worker of a dead runtime must not act beside its
                // successor.
                var ended = ProcessWorkerHost.endOrphans(workerSettings.root());
                if (!ended.isEmpty()) {
                    LOG.info("ended {} workers that outlived an earlier runtime", ended.size());
                }
            }
            workers = new ProcessWorkerHost(workerSettings, settings.clock());
            pools = new LeasePools(settings.pools());
            timer =
                    Executors.newSingleThreadScheduledExecutor(
                            Thread.ofPlatform().daemon().name("mn-timer").factory());
            return new EmbeddedRuntime(settings, store, workers, pools, timer);
        } catch (IOException | RuntimeException failure) {
            if (timer != null) {
                timer.shutdownNow();
            }
            if (pools != null) {
                pools.close();
            }
            if (workers != null) {
                workers.close();
            }
            store.close();
            if (failure instanceof StoreException refused) {
                throw translated(refused);
            }
            throw new RuntimeUnavailableException(
                    ErrorCode.RUNTIME_UNAVAILABLE,
                    "Expected to start on home "
                            + settings.home()
                            + ", but: "
                            + failure.getMessage(),
                    failure);
        }
    }

    /** A store's refusal in the words of the public interface. */
    static RuntimeException translated(StoreException refused) {
        return switch (refused.code()) {
            case HOME_IN_USE, DUPLICATE_REQUEST, STORE_STALE_EPOCH ->
                    new ConflictException(refused.code(), message(refused), refused);
            default -> new RuntimeUnavailableException(refused.code(), message(refused), refused);
        };
    }

    private static String message(StoreException refused) {
        return String.valueOf(refused.getMessage());
    }

    static long number(Map<String, String> environment, String name, long absent) {
        var text = environment.get(name);
        if (text == null || text.isBlank()) {
            return absent;
        }
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException malformed) {
            throw new RuntimeUnavailableException(
                    name + ": \"" + text + "\" (expected: a whole number)");
        }
    }

    @Override
    public Jobs jobs() {
        return jobs;
    }

    @Override
    public Monitor monitor() {
        return monitor;
    }

    @Override
    public Cluster cluster() {
        return this::nodes;
    }

    @Override
    public Capabilities capabilities() {
        var features =
                EnumSet.of(
                        Capabilities.Feature.FLAT_JOBS,
                        Capabilities.Feature.MODULE_AGENTS,
                        Capabilities.Feature.DEAD_LETTER_REPLAY,
                        Capabilities.Feature.EXPLAIN);
        if (workers.unavailable(ProcessWorkerHost.HOST_LOCAL).isEmpty()) {
            features.add(Capabilities.Feature.HOST_WORKERS);
        }
        if (workers.unavailable(ProcessWorkerHost.SANDBOX).isEmpty()) {
            features.add(Capabilities.Feature.SANDBOX_WORKERS);
        }
        return new Capabilities(Capabilities.Mode.EMBEDDED, Version.text(), features);
    }

    private List<NodeInfo> nodes() {
        var stats = pools.stats();
        var poolsJson = JsonObject.builder();
        stats.forEach((name, pool) -> poolsJson.put(name, pool.toJson()));
        var name = NodeName.of(settings.nodeName());
        var raw =
                JsonObject.builder()
                        .put("name", name.value())
                        .put("connected_nodes", JsonArray.of(new JsonString(name.value())))
                        .put("self?", true)
                        .put("scheduler_hint", "single_node")
                        .put("executor_pools", poolsJson.build())
                        .put("status", "healthy")
                        .put("scheduling_eligible", true)
                        .put("sandbox_levels", workers.levels())
                        .put("live_jobs", live.local().size())
                        .put("problems", JsonArray.ofStrings(problems))
                        .put(
                                "hardware",
                                JsonObject.builder()
                                        .put(
                                                "cpu_cores",
                                                Runtime.getRuntime().availableProcessors())
                                        .build())
                        .put("version", Version.text())
                        .build();
        return List.of(
                new NodeInfo(
                        name, List.of(name), true, "single_node", stats, "healthy", true, raw));
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        live.close(settings.shutdownGrace());
        timer.shutdownNow();
        workers.close();
        pools.close();
        store.close();
        deleteScratch(settings.home().resolve("cache/incoming"));
    }

    private static void deleteScratch(Path folder) {
        try {
            if (Files.isDirectory(folder)) {
                try (var files = Files.list(folder)) {
                    if (files.findAny().isEmpty()) {
                        Files.delete(folder);
                    }
                }
            }
        } catch (IOException left) {
            LOG.debug("scratch folder {} stays", folder, left);
        }
    }
}
