package mirrorneuron.runtime.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RuntimeObserver;
import mirrorneuron.api.Store;
import mirrorneuron.api.agent.AgentFactory;
import mirrorneuron.engine.manifest.ManifestLimits;

/**
 * Everything an embedded runtime is made from.
 *
 * @param committed hears, on the job's thread, that events of a job became durable; it must return
 *     at once
 * @param settled runs once while the runtime closes, when nothing becomes durable any more and the
 *     log can still be read; the close waits for it
 * @param grpcTarget where this runtime is reached over gRPC; empty while it is not, asked for each
 *     command
 * @param environment the variables that other settings come from; the runtime reads no others
 */
public record EmbeddedSettings(
        Path home,
        String nodeName,
        Store store,
        Map<String, Integer> pools,
        InstantSource clock,
        Map<String, AgentFactory> agents,
        Optional<RuntimeObserver> observer,
        Duration shutdownGrace,
        boolean recover,
        boolean moduleSource,
        boolean recordRuns,
        ManifestLimits limits,
        Consumer<JobId> committed,
        Runnable settled,
        Supplier<Optional<String>> grpcTarget,
        Map<String, String> environment) {}
