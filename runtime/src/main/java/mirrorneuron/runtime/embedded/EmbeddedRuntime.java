package mirrorneuron.runtime.embedded;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import mirrorneuron.api.Backups;
import mirrorneuron.api.CallOptions;
import mirrorneuron.api.Capabilities;
import mirrorneuron.api.Cluster;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Monitor;
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.NodeStatus;
import mirrorneuron.api.Operations;
import mirrorneuron.api.PoolStats;
import mirrorneuron.api.Resources;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.runtime.backup.LocalBackups;
import mirrorneuron.runtime.backup.Places;
import mirrorneuron.runtime.backup.Scratch;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.runtime.bundle.BundleLimits;
import mirrorneuron.runtime.bundle.BundleReader;
import mirrorneuron.runtime.bundle.BundleRegistry;
import mirrorneuron.runtime.job.Bodies;
import mirrorneuron.runtime.job.JobActor;
import mirrorneuron.runtime.job.JobLoader;
import mirrorneuron.runtime.job.LocalJobs;
import mirrorneuron.runtime.job.LocalOutside;
import mirrorneuron.runtime.module.ModuleRunner;
import mirrorneuron.runtime.module.Modules;
import mirrorneuron.runtime.operation.OperationDesk;
import mirrorneuron.runtime.reply.Replies;
import mirrorneuron.runtime.resource.Hardware;
import mirrorneuron.runtime.resource.NodeResources;
import mirrorneuron.runtime.run.RunAccess;
import mirrorneuron.runtime.run.RunNames;
import mirrorneuron.runtime.run.RunRecorder;
import mirrorneuron.runtime.run.RunSettings;
import mirrorneuron.runtime.run.Runs;
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
public final class EmbeddedRuntime implements MirrorNeuron, RunAccess {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRuntime.class);

    private static final long EVENTS_MAX_DEFAULT = 10_000;

    /** A node alone is a member of a cluster of one. */
    private static final String SCHEDULER_HINT = "cluster_member";

    /** Facts up to here are replayed faster than a snapshot of them would be worth writing. */
    private static final long SNAPSHOT_BYTES_MIN = 1 << 20;

    private final EmbeddedSettings settings;
    private final Gate gate;
    private final Store store;
    private final WorkerHost workers;
    private final LeasePools pools;
    private final ScheduledExecutorService timer;
    private final LocalJobs live;
    private final Jobs jobs;
    private final JobLog log;
    private final Monitor monitor;
    private final Hardware hardware;
    private final Resources resources;
    private final Retention retention;
    private final BundleRegistry bundles;
    private final Backups backups;
    private final Replies replies;
    private final OperationDesk operationDesk;
    private final Operations operations;
    private final RunRecorder recorder;
    private final Runs runs;
    private final List<String> problems;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedRuntime(
            EmbeddedSettings settings,
            Store store,
            WorkerHost workers,
            LeasePools pools,
            ScheduledExecutorService timer,
            RunSettings runSettings) {
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
        this.recorder =
                RunRecorder.of(
                        store,
                        bodies,
                        library::find,
                        settings.clock(),
                        runSettings,
                        settings.recordRuns());
        var outside = new LocalOutside(pools, workers, runner, bodies, timer, recorder::sampled);
        var observers = new Observers(store, settings.observer());
        this.live =
                new LocalJobs(
                        loader,
                        settings.nodeName(),
                        (actor, sequence) -> {
                            recorder.committed(actor.id());
                            settings.committed().accept(actor.id());
                            observers.committed(actor, sequence);
                        },
                        recorder::readThrough,
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
        this.hardware = new Hardware(settings.home());
        var intake =
                new Intake(
                        settings.home().resolve("cache/incoming"),
                        settings.limits(),
                        library,
                        modules,
                        workers,
                        hardware);
        var names = new RunNames(store, runSettings.root());
        var deletion = new Deletion(store, recorder::finish);
        var embeddedJobs =
                new EmbeddedJobs(settings, store, live, loader, intake, bodies, names, deletion);
        this.gate = new Gate(closed::get);
        this.jobs = new GatedJobs(embeddedJobs, gate, Optional.empty(), this::operations);
        this.log =
                new JobLog() {
                    @Override
                    public Optional<JobRecord> inspect(JobId job) {
                        return embeddedJobs.inspect(job);
                    }

                    @Override
                    public List<RuntimeEvent> events(JobId job, EventQuery query) {
                        return embeddedJobs.events(job, query);
                    }
                };
        this.runs =
                new Runs(
                        names,
                        recorder,
                        job -> settings.home().resolve("job-data").resolve(RunIds.of(job)),
                        settings.clock(),
                        jobs);
        this.monitor =
                new GatedMonitor(
                        new EmbeddedMonitor(settings, store, live, embeddedJobs, this::nodes),
                        gate);
        this.replies = new Replies(store, settings.clock());
        this.operationDesk =
                new OperationDesk(
                        store,
                        new OperationTargets(embeddedJobs, store, deletion),
                        settings.clock());
        this.operations = new EmbeddedOperations(operationDesk, gate);
        this.bundles =
                new BundleRegistry(
                        store,
                        settings.home().resolve("uploads"),
                        bundlesDirectory(settings.environment()),
                        BundleLimits.DEFAULT,
                        settings.clock());
        var scratch = new Scratch(settings.home().resolve("cache/backups"));
        this.backups =
                new GatedBackups(
                        new LocalBackups(
                                store,
                                embeddedJobs::view,
                                new Places(runSettings.root(), settings.home().resolve("job-data")),
                                names,
                                library::find,
                                recorder::catchUp,
                                new BundleReader(
                                        settings.home().resolve("cache/incoming"),
                                        BundleLimits.DEFAULT),
                                settings.limits(),
                                intake::admit,
                                scratch,
                                settings.clock(),
                                () -> ThreadLocalRandom.current().nextLong(),
                                settings.nodeName(),
                                this::restored),
                        gate);
        this.retention =
                new Retention(store, bundles, settings.clock(), settings.environment(), deletion);
        this.resources =
                new GatedResources(
                        new NodeResources(
                                store, hardware, settings.nodeName(), () -> drivers(workers)),
                        gate);
        var found = new ArrayList<>(store.damage());
        if (settings.recover()) {
            scratch.sweep();
            found.addAll(takeStock());
            recorder.start();
            var unfinished = store.unfinished();
            workers.sweep(unfinished);
            var unused = live.takeUpAll(unfinished);
            operationDesk.takeUp();
            retention.start();
        }
        this.problems = List.copyOf(found);
        problems.forEach(problem -> LOG.warn("home {}: {}", settings.home(), problem));
    }

    private static Optional<Path> bundlesDirectory(Map<String, String> environment) {
        return Stream.of("MN_BUNDLES_DIR", "MIRROR_NEURON_BUNDLES_DIR")
                .map(name -> environment.getOrDefault(name, "").strip())
                .filter(text -> !text.isEmpty())
                .findFirst()
                .map(text -> Path.of(text).toAbsolutePath());
    }

    /** Puts the registry of bundles in order; what cannot be is a problem and no reason to stop. */
    private List<String> takeStock() {
        try {
            bundles.sweep();
            bundles.registerDirectory();
            return List.of();
        } catch (IOException | RuntimeUnavailableException failure) {
            return List.of("bundles: " + failure.getMessage());
        }
    }

    /** A job was brought back from a backup: it is taken up as at a start, and its run written. */
    private void restored(JobId job) {
        if (settings.recover()) {
            live.takeUpAll(List.of(job)).join();
        }
        recorder.committed(job);
    }

    /** What requests with an idempotency key were answered with. */
    public Replies replies() {
        return replies;
    }

    /** What carries out operations, as documents. */
    public OperationDesk operationDesk() {
        return operationDesk;
    }

    @Override
    public Operations operations() {
        return operations;
    }

    /** Slots for workers, by the pool's name. */
    public SequencedMap<String, PoolStats> pools() {
        return pools.stats();
    }

    public RuntimeStats stats() {
        return new RuntimeStats(live.size(), recorder.waiting(), store.stats());
    }

    /** What jobs recorded, readable until the runtime has closed. */
    public JobLog log() {
        return log;
    }

    /** Bundles that can be submitted by name. */
    public BundleRegistry bundles() {
        return bundles;
    }

    /**
     * Configures a runtime from variables other than those of this process.
     *
     * @param environment the variables that settings and workers take their values from
     */
    public static Builder builder(Map<String, String> environment) {
        return new Builder(environment);
    }

    /** Opens a runtime with settings that the builder does not offer, such as other limits. */
    public static EmbeddedRuntime open(EmbeddedSettings settings) {
        Store store;
        try {
            store =
                    switch (settings.store()) {
                        case mirrorneuron.api.Store.Memory _ -> new MemoryStore();
                        case mirrorneuron.api.Store.File _ ->
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
                    WorkerSettings.of(
                            settings.home(),
                            settings.nodeName(),
                            settings.environment(),
                            settings.grpcTarget());
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
            return new EmbeddedRuntime(
                    settings,
                    store,
                    workers,
                    pools,
                    timer,
                    RunSettings.of(
                            workerSettings.runsRoot().orElse(settings.home().resolve("runs")),
                            settings.environment()));
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
    public RunFiles runFiles() {
        return runs;
    }

    @Override
    public Backups backups() {
        return backups;
    }

    @Override
    public Runs runs() {
        return runs;
    }

    @Override
    public Cluster cluster() {
        return this::nodes;
    }

    @Override
    public Resources resources() {
        return resources;
    }

    private static List<String> drivers(WorkerHost workers) {
        var levels = workers.levels();
        return levels.names().stream()
                .filter(level -> levels.object(level).bool("available").orElse(false))
                .toList();
    }

    @Override
    public Capabilities capabilities() {
        var features =
                EnumSet.of(
                        Capabilities.Feature.FLAT_JOBS,
                        Capabilities.Feature.MODULE_AGENTS,
                        Capabilities.Feature.DEAD_LETTER_REPLAY,
                        Capabilities.Feature.EXPLAIN,
                        Capabilities.Feature.BACKUPS);
        if (workers.unavailable(ProcessWorkerHost.HOST_LOCAL).isEmpty()) {
            features.add(Capabilities.Feature.HOST_WORKERS);
        }
        if (workers.unavailable(ProcessWorkerHost.SANDBOX).isEmpty()) {
            features.add(Capabilities.Feature.SANDBOX_WORKERS);
        }
        return new Capabilities(Capabilities.Mode.EMBEDDED, Version.text(), features);
    }

    @Override
    public MirrorNeuron with(CallOptions options) {
        return new EmbeddedView(this, requireNonNull(options, "options"), gate);
    }

    private List<NodeInfo> nodes() {
        var stats = pools.stats();
        var poolsJson = JsonObject.builder();
        stats.forEach((name, pool) -> poolsJson.put(name, pool.toJson()));
        var name = NodeName.of(settings.nodeName());
        var raw =
                JsonObject.builder()
                        .put("name", name.value())
                        .putAll(hardware.names(name.value()))
                        .put("connected_nodes", JsonArray.of(new JsonString(name.value())))
                        .put("self", true)
                        .put("self?", true)
                        .put("scheduler_hint", SCHEDULER_HINT)
                        .put("executor_pools", poolsJson.build())
                        .put("status", NodeStatus.HEALTHY.wire())
                        .put("scheduling_eligible", true)
                        .put("sandbox_levels", workers.levels())
                        .put("live_jobs", live.size())
                        .put("problems", JsonArray.ofStrings(problems()))
                        .put("hardware", hardware.document(hardware.read()))
                        .put("version", Version.text())
                        .build();
        return List.of(NodeInfo.fromJson(raw));
    }

    private List<String> problems() {
        var now = new ArrayList<>(problems);
        now.addAll(live.problems());
        return now;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        operationDesk.stop();
        live.close(settings.shutdownGrace());
        settings.settled().run();
        timer.shutdownNow();
        retention.close();
        workers.close();
        pools.close();
        recorder.close(settings.shutdownGrace());
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
