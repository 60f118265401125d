package mirrorneuron.runtime.embedded;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import mirrorneuron.api.EmbeddedBuilder;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RuntimeObserver;
import mirrorneuron.api.Store;
import mirrorneuron.api.agent.AgentFactory;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.worker.LeasePools;

/** Collects the settings of an embedded runtime. Not thread-safe. */
public final class Builder implements EmbeddedBuilder {

    private final Map<String, String> environment;
    private final Map<String, Integer> pools;
    private final Map<String, AgentFactory> agents = new HashMap<>();
    private Path home;
    private String nodeName;
    private Store store = new Store.File();
    private InstantSource clock = SteadyClock.system();
    private Optional<RuntimeObserver> observer = Optional.empty();
    private Duration shutdownGrace = Duration.ofSeconds(30);
    private boolean recover = true;
    private boolean moduleSource;
    private boolean recordRuns = true;
    private Consumer<JobId> committed = _ -> {};
    private Runnable settled = () -> {};
    private Supplier<Optional<String>> grpcTarget = Optional::empty;

    Builder(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        this.pools = new HashMap<>(LeasePools.capacities(environment));
        this.home =
                Optional.ofNullable(environment.get("MN_HOME"))
                        .filter(text -> !text.isBlank())
                        .map(Path::of)
                        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".mn"));
        this.nodeName = Optional.ofNullable(environment.get("MN_NODE_NAME")).orElse("local");
        this.moduleSource = "true".equals(environment.get("MN_ALLOW_MODULE_SOURCE"));
    }

    @Override
    public Builder home(Path value) {
        home = requireNonNull(value, "home");
        return this;
    }

    @Override
    public Builder nodeName(String value) {
        nodeName = requireNonNull(value, "nodeName");
        return this;
    }

    @Override
    public Builder store(Store value) {
        store = requireNonNull(value, "store");
        return this;
    }

    @Override
    public Builder pools(Map<String, Integer> slotsByPool) {
        pools.putAll(slotsByPool);
        return this;
    }

    @Override
    public Builder clock(InstantSource value) {
        clock = requireNonNull(value, "clock");
        return this;
    }

    @Override
    public Builder agent(String module, AgentFactory factory) {
        agents.put(requireNonNull(module, "module"), requireNonNull(factory, "factory"));
        return this;
    }

    @Override
    public Builder observer(RuntimeObserver value) {
        observer = Optional.of(value);
        return this;
    }

    @Override
    public Builder shutdownGrace(Duration grace) {
        shutdownGrace = requireNonNull(grace, "grace");
        return this;
    }

    @Override
    public Builder recoverUnfinished(boolean value) {
        recover = value;
        return this;
    }

    @Override
    public Builder allowModuleSource(boolean allow) {
        moduleSource = allow;
        return this;
    }

    @Override
    public Builder recordRuns(boolean value) {
        recordRuns = value;
        return this;
    }

    /**
     * Hears, on the job's own thread, that events of a job became durable. It must return at once
     * and read the events on another thread.
     */
    public Builder committed(Consumer<JobId> value) {
        committed = requireNonNull(value, "committed");
        return this;
    }

    /**
     * Runs once while the runtime closes, when nothing becomes durable any more and its {@link
     * EmbeddedRuntime#log log} can still be read. The close waits for it, so it has to end soon.
     */
    public Builder settled(Runnable value) {
        settled = requireNonNull(value, "settled");
        return this;
    }

    /**
     * Where a server in this process answers over gRPC, for commands that want to ask it. It is
     * asked when a command starts, since jobs go on before anything is bound.
     */
    public Builder grpcTarget(Supplier<Optional<String>> value) {
        grpcTarget = requireNonNull(value, "grpcTarget");
        return this;
    }

    @Override
    public EmbeddedRuntime start() {
        return EmbeddedRuntime.open(
                new EmbeddedSettings(
                        home.toAbsolutePath().normalize(),
                        nodeName,
                        store,
                        Map.copyOf(pools),
                        clock,
                        Map.copyOf(agents),
                        observer,
                        shutdownGrace,
                        recover,
                        moduleSource,
                        recordRuns,
                        ManifestLimits.DEFAULT,
                        committed,
                        settled,
                        grpcTarget,
                        environment));
    }
}
