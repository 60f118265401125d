package mirrorneuron.runtime.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import mirrorneuron.api.Backups.RestoreMode;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A small job of a random shape is paused somewhere, goes into an archive, and goes on in an empty
 * home: it ends with what it would have ended with, each agent has done what it would have done,
 * and no acknowledged command ran a second time. A seed can be repeated with {@code
 * -Dmn.backup.seed}.
 */
@Timeout(300)
class BackupProperties {

    private static final JobId JOB = JobId.of("random-job");
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int SEEDS = 12;

    /** How many archives were made in all. */
    private static final AtomicInteger MOVES = new AtomicInteger();

    @TempDir Path folder;

    @AfterAll
    static void some_were_moved() {
        assertThat(MOVES.get()).isGreaterThanOrEqualTo(seeds().count() > 1 ? SEEDS / 2 : 0);
    }

    static LongStream seeds() {
        var chosen = Long.getLong("mn.backup.seed");
        return chosen != null ? LongStream.of(chosen) : LongStream.rangeClosed(1, SEEDS);
    }

    /** A shape: layers of agents, each fed by some of the layer before, then one that adds up. */
    private static BundleSource shape(Random random) {
        var nodes = new ArrayList<String>();
        var edges = new ArrayList<String>();
        nodes.add("{\"node_id\":\"door\",\"agent_type\":\"router\"}");
        List<String> before = List.of("door");
        int layers = 1 + random.nextInt(3);
        long copies = 1;
        for (int layer = 0; layer < layers; layer++) {
            var now = new ArrayList<String>();
            int width = 1 + random.nextInt(3);
            boolean commands = random.nextInt(3) == 0;
            for (int i = 0; i < width; i++) {
                var id = "l" + layer + "_" + i;
                now.add(id);
                nodes.add(commands ? command(id) : module(id, "double"));
                for (var from : before) {
                    edges.add(edge(from, id));
                }
            }
            copies *= width;
            before = now;
        }
        for (var from : before) {
            edges.add(edge(from, "end"));
        }
        int messages = 1 + random.nextInt(5);
        nodes.add(
                "{\"node_id\":\"end\",\"agent_type\":\"module\",\"config\":{\"module\":\"total\",\"awaited\":%d}}"
                        .formatted(messages * copies));
        var inputs = new ArrayList<String>();
        for (int n = 0; n < messages; n++) {
            inputs.add("{\"type\":\"x\",\"body\":{\"n\":" + random.nextInt(100) + "}}");
        }
        return new BundleSource.Inline(
                """
                {"manifest_version":"1.0","graph_id":"random","entrypoints":["door"],
                 "initial_inputs":{"door":%s},"nodes":%s,"edges":%s}
                """
                        .formatted(inputs, nodes, edges),
                Map.of("work.sh", SCRIPT.getBytes(UTF_8)));
    }

    /**
     * Each number comes out doubled and one larger, so the sum tells if one was lost or doubled.
     */
    private static final String SCRIPT =
            """
            n=$(sed -n 's/.*"n": *\\([0-9]*\\).*/\\1/p' "$MN_INPUT_FILE")
            printf '{"emit_messages":[{"type":"x","body":{"n":%d}}]}\\n' $((n * 2 + 1))
            """;

    private static String module(String id, String module) {
        return "{\"node_id\":\"%s\",\"agent_type\":\"module\",\"config\":{\"module\":\"%s\"}}"
                .formatted(id, module);
    }

    private static String command(String id) {
        return """
        {"node_id":"%s","agent_type":"executor","config":{"runner_module":"host_local",
          "command":["sh","work.sh"],"upload_path":"work.sh","output_message_type":null,
          "safe_to_retry":true}}"""
                .formatted(id);
    }

    private static String edge(String from, String to) {
        return "{\"edge_id\":\"%s_%s\",\"from_node\":\"%s\",\"to_node\":\"%s\",\"message_type\":\"x\"}"
                .formatted(from, to, from, to);
    }

    private MirrorNeuron start(String home) {
        return MirrorNeuron.embedded()
                .home(folder.resolve(home))
                .agent(
                        "double",
                        new Workflows.Module(
                                "double",
                                (message, state, _) ->
                                        AgentResult.with(state)
                                                .emit("x", doubled(message))
                                                .build()))
                .agent(
                        "total",
                        new Workflows.Module(
                                "total",
                                (message, state, context) -> {
                                    long count = state.integer("count").orElse(0) + 1;
                                    long sum = state.integer("sum").orElse(0) + n(message);
                                    var next =
                                            JsonObject.builder()
                                                    .put("count", count)
                                                    .put("sum", sum)
                                                    .build();
                                    var result = AgentResult.with(next);
                                    return count == context.config().integer("awaited").orElse(0)
                                            ? result.completeRun(JsonNumber.of(sum)).build()
                                            : result.build();
                                }))
                .start();
    }

    private static long n(Message message) {
        return ((JsonObject) message.body()).integer("n").orElseThrow();
    }

    private static JsonObject doubled(Message message) {
        return JsonObject.of("n", JsonNumber.of(n(message) * 2 + 1));
    }

    /** What a job has come to. */
    private record Ended(JsonValue result, Map<String, Long> processed) {}

    private static Ended ended(MirrorNeuron mn) throws InterruptedException {
        var outcome = mn.jobs().await(JOB, SOON);
        assertThat(outcome).isInstanceOf(WaitOutcome.Completed.class);
        var processed = new TreeMap<String, Long>();
        mn.jobs()
                .agents(JOB)
                .forEach(
                        agent -> processed.put(agent.agentId().value(), agent.processedMessages()));
        return new Ended(((WaitOutcome.Completed) outcome).result(), processed);
    }

    private static void submit(MirrorNeuron mn, BundleSource bundle) {
        mn.jobs().submit(bundle, SubmitOptions.defaults().withJobId(JOB)).orThrow();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_job_that_was_moved_ends_as_one_that_was_not(long seed) throws Exception {
        var random = new Random(seed);
        var bundle = shape(random);
        Ended expected;
        long events;
        try (var mn = start("whole")) {
            submit(mn, bundle);
            expected = ended(mn);
            events = mn.jobs().events(JOB, EventQuery.all()).size();
        }
        var archive = folder.resolve("job.zip");
        int moves = 0;
        try (var mn = start("first")) {
            submit(mn, bundle);
            moves += movedOut(mn, random, events, archive) ? 1 : 0;
            if (moves == 0) {
                assertThat(ended(mn)).as("seed %d", seed).isEqualTo(expected);
                return;
            }
        }
        for (var home : List.of("second", "third")) {
            try (var mn = start(home);
                    var backup = mn.backups().readZip(archive)) {
                mn.backups()
                        .restore(backup, RestoreMode.CONTINUE, Optional.empty(), Optional.empty());
                mn.jobs().resume(JOB);
                var next = folder.resolve("from-" + home + ".zip");
                if (home.equals("third") || !movedOut(mn, random, events, next)) {
                    assertThat(ended(mn)).as("seed %d", seed).isEqualTo(expected);
                    thenNothingTwice(mn.jobs().events(JOB, EventQuery.all()), seed);
                    return;
                }
                archive = next;
            }
        }
    }

    /** Pauses the job at some point and makes an archive of it; false when it had ended before. */
    private static boolean movedOut(MirrorNeuron mn, Random random, long events, Path archive)
            throws Exception {
        long seen = mn.jobs().events(JOB, EventQuery.all()).size();
        mn.jobs().awaitChange(JOB, seen + random.nextInt((int) events), Duration.ofMillis(200));
        mn.jobs()
                .pause(
                        JOB,
                        random.nextBoolean() ? PauseOptions.now("move") : PauseOptions.defaults());
        if (mn.jobs().inspect(JOB).orElseThrow().status() != JobStatus.PAUSED) {
            return false;
        }
        try (var backup = mn.backups().export(JOB)) {
            mn.backups().writeZip(backup, archive);
        }
        MOVES.incrementAndGet();
        return true;
    }

    private static void thenNothingTwice(List<RuntimeEvent> events, long seed) {
        var acknowledged = new ArrayList<String>();
        long last = 0;
        for (var event : events) {
            assertThat(event.sequence().orElse(-1)).as("seed %d", seed).isEqualTo(++last);
            if (event.type().equals("message_acked")) {
                acknowledged.add(
                        event.agentId() + " " + event.payload().string("message_id").orElseThrow());
            }
        }
        assertThat(acknowledged).as("seed %d", seed).doesNotHaveDuplicates();
    }
}
