package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonObject;

/**
 * The kinds of jobs that the crash suites throw at the product. The kind is the beginning of the
 * job's id; {@link Outcomes} knows how each kind ends.
 *
 * <p>Every command writes {@code <job>/<agent>/<message>} to the file that {@code EFFECTS} names
 * before it answers. A line that comes twice is a repeated attempt; a line too many is work done
 * twice.
 */
final class Shapes {

    /** Ranges in a sweep, and commands that a finished sweep ran. */
    static final int SWEEP_RANGES = 4;

    static final int RELAY_MESSAGES = 20;
    static final int PING_PONG_ROUNDS = 300;
    static final int FLAKY_ITEMS = 3;
    static final int STREAM_FRAMES = 25;
    static final int MILL_ITEMS = 40;
    static final int BULK_ITEMS = 12;
    private static final int BULK_ITEM_BYTES = 100_000;

    /** How long a worker of {@code beating} may give no sign of life. */
    static final int SILENCE_MS_MAX = 1_000;

    private static final String COMMON =
            """
            message=$(sed -n 's/.*"message_id":"\\([^"]*\\)".*/\\1/p' "$MN_MESSAGE_FILE")
            n=$(sed -n 's/.*"n":\\([0-9]*\\).*/\\1/p' "$MN_INPUT_FILE")
            effect() { echo "$MN_JOB_ID/$MN_AGENT_ID/$message" >>"$EFFECTS"; }
            """;

    private Shapes() {}

    static BundleSource of(JobId job) {
        return switch (kind(job)) {
            case "sweep" -> sweep();
            case "relay" -> relay();
            case "pong" -> BundleSource.folder(Product.example("ping_pong"));
            case "flaky" -> flaky(30);
            case "patient" -> flaky(2_000);
            case "stream" -> stream();
            case "mill" -> mill();
            case "bulk" -> bulk();
            case "gated" -> gated();
            case "beating" -> beating();
            case "report" -> workflow("report", "", "", "report");
            case "chain" -> workflow("chain", "", "", "first", "second");
            case "waiting" ->
                    workflow(
                            "waiting",
                            "",
                            "until [ -e \"$GATE\" ]; do sleep 0.1; done\n",
                            "waiting");
            case "doomed" -> doomed();
            default -> throw new IllegalArgumentException("kind: " + job);
        };
    }

    static JsonObject inputs(JobId job) {
        return kind(job).equals("pong")
                ? (JsonObject)
                        mirrorneuron.api.json.Json.parse(
                                "{\"ping\":[{\"type\":\"serve\",\"body\":{\"rounds\":"
                                        + PING_PONG_ROUNDS
                                        + "}}]}")
                : JsonObject.empty();
    }

    static String kind(JobId job) {
        return job.value().substring(0, job.value().indexOf('-'));
    }

    private static String executor(String id, String script, String more) {
        return """
        {"node_id":"%s","agent_type":"executor","config":{"runner_module":"host_local",
          "command":["sh","%s"],"upload_path":"%s","output_message_type":null,
          "timeout_seconds":60,"lease_queue_timeout_ms":600000,"pass_env":["EFFECTS","MENDED","GATE"],
          "safe_to_retry":true%s}}"""
                .formatted(id, script, script, more);
    }

    private static String collector(int messages) {
        return """
        {"node_id":"collector","agent_type":"aggregator","config":{"complete_after":%d,
          "terminal_sink":true,"complete_run":true}}"""
                .formatted(messages);
    }

    /** A router, four commands of which each counts for itself, and a join. */
    private static BundleSource sweep() {
        var inputs = new StringBuilder();
        var nodes = new StringBuilder();
        var edges = new StringBuilder();
        for (int n = 0; n < SWEEP_RANGES; n++) {
            inputs.append(n == 0 ? "" : ",")
                    .append("{\"type\":\"range_%d\",\"body\":{\"n\":%d}}".formatted(n, n));
            nodes.append(executor("worker_" + n, "sweep.sh", ",\"max_attempts\":3")).append(',');
            edges.append(
                    """
                    {"edge_id":"range_%1$d","from_node":"dispatcher","to_node":"worker_%1$d","message_type":"range_%1$d"},
                    {"edge_id":"counted_%1$d","from_node":"worker_%1$d","to_node":"collector","message_type":"counted"}%2$s
                    """
                            .formatted(n, n == SWEEP_RANGES - 1 ? "" : ","));
        }
        return new BundleSource.Inline(
                """
                {"manifest_version":"1.0","graph_id":"sweep","entrypoints":["dispatcher"],
                 "initial_inputs":{"dispatcher":[%s]},
                 "nodes":[{"node_id":"dispatcher","agent_type":"router"},%s%s],
                 "edges":[%s],"policies":{"recovery_mode":"local_restart"}}
                """
                        .formatted(inputs, nodes, collector(SWEEP_RANGES), edges),
                Map.of(
                        "sweep.sh",
                        (COMMON
                                        + """
                                        sleep 0.1
                                        effect
                                        echo "{\\"emit_messages\\":[{\\"type\\":\\"counted\\",\\"body\\":{\\"n\\":$n}}]}"
                                        """)
                                .getBytes(UTF_8)));
    }

    /** Agents only: two routers in a row and a join. */
    private static BundleSource relay() {
        var inputs = new StringBuilder();
        for (int n = 0; n < RELAY_MESSAGES; n++) {
            inputs.append(n == 0 ? "" : ",").append("{\"body\":{\"n\":%d}}".formatted(n));
        }
        return BundleSource.manifest(
                """
                {"manifest_version":"1.0","graph_id":"relay","entrypoints":["first"],
                 "initial_inputs":{"first":[%s]},
                 "nodes":[{"node_id":"first","agent_type":"router","config":{"emit_type":"on"}},
                          {"node_id":"second","agent_type":"router","config":{"emit_type":"in"}},%s],
                 "edges":[{"edge_id":"on","from_node":"first","to_node":"second","message_type":"on"},
                          {"edge_id":"in","from_node":"second","to_node":"collector","message_type":"in"}]}
                """
                        .formatted(inputs, collector(RELAY_MESSAGES)));
    }

    /**
     * Item 1 succeeds at the second attempt; item 2 never, until the file of MENDED exists.
     *
     * @param backoffMs from an attempt that failed to the next one
     */
    private static BundleSource flaky(int backoffMs) {
        return new BundleSource.Inline(
                """
                {"manifest_version":"1.0","graph_id":"flaky","entrypoints":["intake"],
                 "initial_inputs":{"intake":[{"body":{"n":0}},{"body":{"n":1}},{"body":{"n":2}}]},
                 "nodes":[{"node_id":"intake","agent_type":"router","config":{"emit_type":"work"}},%s,%s],
                 "edges":[{"edge_id":"work","from_node":"intake","to_node":"worker","message_type":"work"},
                          {"edge_id":"done","from_node":"worker","to_node":"collector","message_type":"done"}],
                 "policies":{"recovery_mode":"local_restart"}}
                """
                        .formatted(
                                executor(
                                        "worker",
                                        "work.sh",
                                        ",\"max_attempts\":3,\"retry_backoff_ms\":" + backoffMs),
                                collector(FLAKY_ITEMS)),
                Map.of(
                        "work.sh",
                        (COMMON
                                        + """
                                        if [ "$n" = 1 ] && [ "$MN_AGENT_BEACON_ATTEMPT" -lt 2 ]; then exit 1; fi
                                        if [ "$n" = 2 ] && [ ! -e "$MENDED" ]; then exit 1; fi
                                        effect
                                        echo "{\\"emit_messages\\":[{\\"type\\":\\"done\\",\\"body\\":{\\"n\\":$n}}]}"
                                        """)
                                .getBytes(UTF_8)));
    }

    /** A command that writes frames while it runs, with a narrow mailbox behind it. */
    private static BundleSource stream() {
        return new BundleSource.Inline(
                """
                {"manifest_version":"1.0","graph_id":"stream","entrypoints":["producer"],
                 "nodes":[%s,
                          {"node_id":"relay","agent_type":"router","config":{"emit_type":"frame_on",
                            "backpressure":{"max_queue_depth":4,"high_watermark":3,"low_watermark":1}}},%s],
                 "edges":[{"edge_id":"frame","from_node":"producer","to_node":"relay","message_type":"frame"},
                          {"edge_id":"frame_on","from_node":"relay","to_node":"collector","message_type":"frame_on"}],
                 "policies":{"recovery_mode":"local_restart"}}
                """
                        .formatted(
                                executor("producer", "produce.sh", ",\"max_attempts\":3"),
                                collector(STREAM_FRAMES)),
                Map.of(
                        "produce.sh",
                        (COMMON
                                        + """
                                        effect
                                        i=0
                                        while [ $i -lt %1$d ]; do
                                            open=false; close=false
                                            [ $i -ne 0 ] || open=true
                                            [ $i -ne %2$d ] || close=true
                                            echo "{\\"mn\\":{\\"emit_messages\\":[{\\"type\\":\\"frame\\",\\"body\\":{\\"n\\":$i},\\"stream\\":{\\"stream_id\\":\\"s\\",\\"seq\\":$i,\\"open\\":$open,\\"close\\":$close}}]}}"
                                            [ $((i %% 5)) -ne 0 ] || sleep 0.02
                                            i=$((i + 1))
                                        done
                                        """
                                                .formatted(STREAM_FRAMES, STREAM_FRAMES - 1))
                                .getBytes(UTF_8)));
    }

    /** One command after the other for a few seconds, with a full mailbox before it. */
    private static BundleSource mill() {
        var inputs = new StringBuilder();
        for (int n = 0; n < MILL_ITEMS; n++) {
            inputs.append(n == 0 ? "" : ",").append("{\"body\":{\"n\":%d}}".formatted(n));
        }
        return new BundleSource.Inline(
                """
                {"manifest_version":"1.0","graph_id":"mill","entrypoints":["worker"],
                 "initial_inputs":{"worker":[%s]},
                 "nodes":[%s,%s],
                 "edges":[{"edge_id":"done","from_node":"worker","to_node":"collector","message_type":"done"}],
                 "policies":{"recovery_mode":"local_restart"}}
                """
                        .formatted(
                                inputs,
                                executor("worker", "grind.sh", ",\"max_attempts\":3"),
                                collector(MILL_ITEMS)),
                Map.of(
                        "grind.sh",
                        (COMMON
                                        + """
                                        effect
                                        sleep 0.1
                                        echo "{\\"emit_messages\\":[{\\"type\\":\\"done\\",\\"body\\":{\\"n\\":$n}}]}"
                                        """)
                                .getBytes(UTF_8)));
    }

    /** More bytes than a job collects before it writes a snapshot, and work that goes on after. */
    private static BundleSource bulk() {
        var inputs = new StringBuilder();
        for (int n = 0; n < BULK_ITEMS; n++) {
            inputs.append(n == 0 ? "" : ",")
                    .append("{\"body\":{\"n\":%d,\"pad\":\"".formatted(n))
                    .append("x".repeat(BULK_ITEM_BYTES))
                    .append("\"}}");
        }
        return new BundleSource.Inline(
                """
                {"manifest_version":"1.0","graph_id":"bulk","entrypoints":["worker"],
                 "initial_inputs":{"worker":[%s]},
                 "nodes":[%s,%s],
                 "edges":[{"edge_id":"done","from_node":"worker","to_node":"collector","message_type":"done"}],
                 "policies":{"recovery_mode":"local_restart"}}
                """
                        .formatted(
                                inputs,
                                executor("worker", "note.sh", ",\"max_attempts\":3"),
                                collector(BULK_ITEMS)),
                Map.of(
                        "note.sh",
                        (COMMON
                                        + """
                                        effect
                                        echo "{\\"emit_messages\\":[{\\"type\\":\\"done\\",\\"body\\":{\\"n\\":$n}}]}"
                                        """)
                                .getBytes(UTF_8)));
    }

    /** A draft that a person has to agree to within an hour, and what is done with it. */
    private static BundleSource gated() {
        return workflow(
                "gated",
                ",\"control\":{\"approval\":{\"timeout_seconds\":3600,\"default_action\":\"reject\"}}",
                "",
                "draft",
                "publish");
    }

    /**
     * A command that gives a sign of life several times in the time that it may be silent. It has
     * longer than the clock ever jumps: time that was set forward counts as time that passed.
     */
    private static BundleSource beating() {
        return workflow(
                "beating",
                ",\"control\":{\"beacon_timeout_ms\":%d,\"timeout_seconds\":7200}"
                        .formatted(SILENCE_MS_MAX),
                """
                for beat in 1 2 3 4 5 6; do
                    echo '{"mn":{"events":[{"type":"agent_beacon","payload":{}}]}}'
                    sleep 0.2
                done
                """,
                "beating");
    }

    /**
     * Steps one after the other. Each is a command that leaves a file {@code <agent>.md} with the
     * job's id in the run.
     *
     * @param control what is asked of the first step beside its command
     * @param before what each command does first
     */
    private static BundleSource workflow(
            String id, String control, String before, String... agents) {
        var steps = new StringBuilder();
        var edges = new StringBuilder();
        var nodes = new StringBuilder();
        for (int i = 0; i < agents.length; i++) {
            var comma = i == 0 ? "" : ",";
            steps.append(comma)
                    .append("{\"id\":\"%1$s\",\"run\":\"%1$s\"".formatted(agents[i]))
                    .append(i == 0 ? control : "")
                    .append('}');
            nodes.append(comma).append(executor(agents[i], "step.sh", ""));
            if (i > 0) {
                edges.append(i == 1 ? "" : ",")
                        .append(
                                "{\"id\":\"on_%d\",\"from\":\"%s\",\"to\":\"%s\"}"
                                        .formatted(i, agents[i - 1], agents[i]));
            }
        }
        return new BundleSource.Inline(
                """
                {"apiVersion":"mn.workflow/v1","kind":"Workflow","id":"%1$s","name":"%1$s",
                 "manifest_version":"1.0","job_name":"%1$s",
                 "workflow":{"workflow_id":"%1$s","steps":[%2$s],"edges":[%3$s]},
                 "agents":{"entrypoints":["%4$s"],"edges":[],"nodes":[%5$s]},
                 "policies":{"recovery_mode":"local_restart"}}
                """
                        .formatted(id, steps, edges, agents[0], nodes),
                Map.of(
                        "step.sh",
                        (COMMON
                                        + before
                                        + """
                                        effect
                                        echo "$MN_JOB_ID" >"$MN_RUN_DIR/$MN_AGENT_ID.md"
                                        echo "{\\"complete_step\\":{\\"by\\":\\"$MN_AGENT_ID\\"}}"
                                        """)
                                .getBytes(UTF_8)));
    }

    /** A command that never succeeds. */
    private static BundleSource doomed() {
        return new BundleSource.Inline(
                """
                {"manifest_version":"1.0","graph_id":"doomed","entrypoints":["worker"],
                 "initial_inputs":{"worker":[{"body":{"n":0}}]},"nodes":[%s],"edges":[],
                 "policies":{"recovery_mode":"local_restart","restart":{"attempts":0,"mode":"fail"}}}
                """
                        .formatted(
                                executor(
                                        "worker",
                                        "work.sh",
                                        ",\"max_attempts\":2,\"retry_backoff_ms\":30")),
                Map.of("work.sh", "exit 7\n".getBytes(UTF_8)));
    }
}
