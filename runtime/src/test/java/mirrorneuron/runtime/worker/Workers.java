package mirrorneuron.runtime.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.manifest.Template;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.WorkerOutcome;

/** A worker host on a folder of its own, and short ways to ask it for things. */
final class Workers implements AutoCloseable {

    private static final AtomicInteger COUNTER = new AtomicInteger();

    final Path home;
    final Path payloads;
    final ProcessWorkerHost host;

    Workers(Path home, Map<String, String> environment) throws IOException {
        this.home = home;
        this.payloads = Files.createDirectories(home.resolve("bundle/payloads"));
        this.host =
                new ProcessWorkerHost(
                        WorkerSettings.of(
                                home, "node-1", environment, () -> Optional.of("localhost:7")),
                        InstantSource.system());
    }

    static Workers at(Path home) throws IOException {
        return new Workers(home, Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "LANG", "C.UTF-8"));
    }

    /** What one attempt said, in order. */
    static final class Heard implements WorkerListener {
        final List<StructuredResult> progress = new CopyOnWriteArrayList<>();
        final List<JsonObject> beacons = new CopyOnWriteArrayList<>();
        final List<WorkerOutcome> outcomes = new CopyOnWriteArrayList<>();
        final CompletableFuture<WorkerOutcome> finished = new CompletableFuture<>();
        volatile Consumer<StructuredResult> whenProgress = _ -> {};
        volatile Consumer<JsonObject> whenBeacon = _ -> {};

        @Override
        public void onProgress(StructuredResult increment) {
            progress.add(increment);
            whenProgress.accept(increment);
        }

        @Override
        public void onBeacon(JsonObject beacon) {
            beacons.add(beacon);
            whenBeacon.accept(beacon);
        }

        @Override
        public void onFinished(WorkerOutcome outcome) {
            outcomes.add(outcome);
            finished.complete(outcome);
        }

        WorkerOutcome outcome() {
            try {
                return finished.get(60, TimeUnit.SECONDS);
            } catch (Exception failure) {
                throw new AssertionError("no outcome", failure);
            }
        }

        boolean finishedWithin(long ms) throws Exception {
            try {
                finished.get(ms, TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException running) {
                return false;
            }
        }
    }

    Heard start(WorkerRequest request) {
        var heard = new Heard();
        host.start(request, heard);
        return heard;
    }

    WorkerOutcome run(WorkerRequest request) {
        return start(request).outcome();
    }

    WorkerOutcome run(Spec spec) {
        return run(spec.request(this));
    }

    Heard start(Spec spec) {
        return start(spec.request(this));
    }

    WorkerOutcome.Succeeded succeed(Spec spec) {
        return switch (run(spec)) {
            case WorkerOutcome.Succeeded succeeded -> succeeded;
            case WorkerOutcome.Failed failed -> throw new AssertionError(failed.toString());
        };
    }

    WorkerOutcome.Failed fail(Spec spec) {
        return switch (run(spec)) {
            case WorkerOutcome.Failed failed -> failed;
            case WorkerOutcome.Succeeded succeeded ->
                    throw new AssertionError(succeeded.toString());
        };
    }

    @Override
    public void close() {
        host.close();
    }

    static Spec sh(String script) {
        return direct("/bin/sh", "-c", script);
    }

    static Spec direct(String... arguments) {
        return new Spec(new Behaviour.Command.Direct(List.of(arguments)));
    }

    static Spec shell(String line) {
        return new Spec(new Behaviour.Command.Shell(line));
    }

    /** A request with the documented defaults, changed one by one. */
    static final class Spec {
        Behaviour.Command command;
        String runner = "host_local";
        OptionalLong timeoutMs = OptionalLong.of(30_000);
        long maxOutputBytes = 1 << 20;
        Map<String, String> environment = Map.of();
        List<String> passEnv = List.of();
        List<Behaviour.Upload> uploads = new ArrayList<>();
        Optional<String> workdir = Optional.empty();
        String uploadPath = "/sandbox/job";
        boolean persistent;
        boolean network;
        Behaviour.Beacon beacon = new Behaviour.Beacon(false, false, 15_000, 45_000);
        Optional<Behaviour.PythonEnvironment> python = Optional.empty();
        JsonObject resources = JsonObject.empty();
        JsonObject configuration = JsonObject.empty();
        JsonValue state = JsonNull.NULL;
        Message message = Message.of("work", Json.parse("{\"n\":1}")).withId("m-1");
        String job = "graph-1";
        String attemptId = "a-" + COUNTER.incrementAndGet();

        private Spec(Behaviour.Command command) {
            this.command = command;
        }

        Spec with(Consumer<Spec> change) {
            change.accept(this);
            return this;
        }

        Spec sandboxed() {
            runner = "sandbox";
            return this;
        }

        Spec upload(String source, String target) {
            uploads.add(new Behaviour.Upload(source, target));
            return this;
        }

        Spec message(UnaryOperator<Message> change) {
            message = change.apply(message);
            return this;
        }

        WorkerRequest request(Workers workers) {
            return new WorkerRequest(
                    JobId.of(job),
                    RunIds.of(JobId.of(job)),
                    "graph",
                    "the-blueprint",
                    "the job",
                    AgentId.of("agent-1"),
                    Template.GENERIC,
                    new Behaviour.Executor(
                            command,
                            runner,
                            "default",
                            1,
                            30_000,
                            1_000,
                            0,
                            1,
                            500,
                            List.of(),
                            timeoutMs,
                            maxOutputBytes,
                            Optional.of("executor_result"),
                            Optional.empty(),
                            false,
                            environment,
                            passEnv,
                            uploads,
                            workdir,
                            uploadPath,
                            "host-local",
                            persistent,
                            network,
                            "application/json",
                            "identity",
                            beacon,
                            python),
                    resources,
                    attemptId,
                    1,
                    1,
                    message,
                    state,
                    workers.payloads,
                    configuration,
                    "lease-1",
                    JsonObject.empty());
        }
    }
}
