package mirrorneuron.runtime.embedded;

import static mirrorneuron.runtime.embedded.Workflows.DOOR;
import static mirrorneuron.runtime.embedded.Workflows.knock;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.api.Backups.RestoreMode;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.RestoreResult;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.agent.Agent;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that are paused, saved and brought back, with agents whose life a test can steer. */
public abstract class BackupSpec {

    static final JobId JOB = JobId.of("old-job");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final JsonObject NOTHING = JsonObject.empty();

    @TempDir Path folder;

    final AtomicBoolean mended = new AtomicBoolean();
    final AtomicInteger tries = new AtomicInteger();

    /** How a spec holds a runtime: itself, or through a connection. */
    protected MirrorNeuron held(MirrorNeuron runtime, Path home) {
        return runtime;
    }

    MirrorNeuron start(String home) {
        return held(embedded(folder.resolve(home)), folder.resolve(home));
    }

    private MirrorNeuron embedded(Path home) {
        return MirrorNeuron.embedded()
                .home(home)
                .agent("sum", new Workflows.Module("sum", BackupSpec::summed))
                .agent("order", new Workflows.Module("order", BackupSpec::ordered))
                .agent("echo", module("echo", (message, _) -> complete(message.body())))
                .agent(
                        "fussy",
                        module(
                                "fussy",
                                (message, _) ->
                                        mended.get()
                                                ? complete(message.body())
                                                : new AgentResult.Reject("not mended yet")))
                .agent(
                        "later",
                        module(
                                "later",
                                (message, _) ->
                                        tries.incrementAndGet() == 1
                                                ? new AgentResult.Retry(
                                                        Duration.ofMillis(400), "not yet")
                                                : complete(message.body())))
                .agent(
                        "draft",
                        module(
                                "draft",
                                (_, _) ->
                                        AgentResult.with(NOTHING)
                                                .completeStep(new JsonString("a draft"))
                                                .build()))
                .start();
    }

    private interface Handling {
        AgentResult of(Message message, JsonObject state);
    }

    private static Workflows.Module module(String name, Handling handling) {
        Agent agent = (message, state, _) -> handling.of(message, state);
        return new Workflows.Module(name, agent);
    }

    private static AgentResult complete(JsonValue output) {
        return AgentResult.with(NOTHING).completeRun(output).build();
    }

    /** Adds up numbers until the ninth. */
    private static AgentResult summed(Message message, JsonObject state, Object context) {
        long count = state.integer("count").orElse(0) + 1;
        long sum =
                state.integer("sum").orElse(0)
                        + ((JsonObject) message.body()).integer("n").orElse(0);
        var next = JsonObject.builder().put("count", count).put("sum", sum).build();
        var result = AgentResult.with(next);
        return count == 9 ? result.completeRun(JsonNumber.of(sum)).build() : result.build();
    }

    /** Keeps the numbers of frames as they come, until the sixth. */
    private static AgentResult ordered(Message message, JsonObject state, Object context) {
        var seen = new ArrayList<>(state.array("seen").values());
        seen.add(JsonNumber.of(message.stream().orElseThrow().seq()));
        var next = JsonObject.of("seen", JsonArray.of(seen));
        var result = AgentResult.with(next);
        return seen.size() == 6 ? result.completeRun(JsonArray.of(seen)).build() : result.build();
    }

    /** A router before a module, which ends the run. */
    static BundleSource chain(String module) {
        return BundleSource.manifest(
                """
                {"manifest_version":"1.0","graph_id":"chain","entrypoints":["door"],
                 "initial_inputs":{"door":[]},
                 "nodes":[{"node_id":"door","agent_type":"router"},
                   {"node_id":"work","agent_type":"module","config":{"module":"%s"}}],
                 "edges":[{"edge_id":"e","from_node":"door","to_node":"work","message_type":"*"}]}
                """
                        .formatted(module));
    }

    static void submit(MirrorNeuron mn, BundleSource bundle) {
        mn.jobs().submit(bundle, SubmitOptions.defaults().withJobId(JOB)).orThrow();
    }

    static void pause(MirrorNeuron mn, JobId job) {
        mn.jobs().pause(job, PauseOptions.defaults());
        assertThat(status(mn, job)).isEqualTo(JobStatus.PAUSED);
    }

    static JobStatus status(MirrorNeuron mn, JobId job) {
        return mn.jobs().inspect(job).orElseThrow().status();
    }

    static JsonValue result(MirrorNeuron mn, JobId job) throws InterruptedException {
        mn.jobs().resume(job);
        var outcome = mn.jobs().await(job, SOON);
        assertThat(outcome).isInstanceOf(WaitOutcome.Completed.class);
        return ((WaitOutcome.Completed) outcome).result();
    }

    Path archive(MirrorNeuron mn) {
        var file = folder.resolve("job.zip");
        try (var backup = mn.backups().export(JOB)) {
            mn.backups().writeZip(backup, file);
        }
        return file;
    }

    static RestoreResult restore(MirrorNeuron mn, Path archive, RestoreMode mode) {
        try (var backup = mn.backups().readZip(archive)) {
            return mn.backups().restore(backup, mode, Optional.empty(), Optional.empty());
        }
    }

    static List<RuntimeEvent> events(MirrorNeuron mn, JobId job) {
        return mn.jobs().events(job, EventQuery.all());
    }

    static List<String> types(List<RuntimeEvent> events) {
        return events.stream()
                .map(event -> event.sequence().orElse(-1) + " " + event.type())
                .toList();
    }

    static void send(MirrorNeuron mn, JobId job, int from, int to) {
        for (int n = from; n <= to; n++) {
            assertThat(mn.jobs().send(job, DOOR, knock(n))).isInstanceOf(Delivery.Delivered.class);
        }
    }
}
