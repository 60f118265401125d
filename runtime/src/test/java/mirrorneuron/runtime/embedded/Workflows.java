package mirrorneuron.runtime.embedded;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.Agent;
import mirrorneuron.api.agent.AgentFactory;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;

/** Small workflows whose whole life a test can steer. */
final class Workflows {

    /** The one agent of every workflow here. */
    static final AgentId DOOR = AgentId.of("door");

    private Workflows() {}

    /** Ends by itself, at once. */
    static BundleSource instant() {
        return door(1, "");
    }

    /** Runs until it has had this many messages. */
    static BundleSource waiting(int messages) {
        return door(messages, "\"initial_inputs\":{\"door\":[]},");
    }

    /** Wants this of the machine, and nothing else. */
    static BundleSource requiring(String requirements) {
        return door(1, "\"requirements\":" + requirements + ",");
    }

    /** Runs until it has had a message, with a rule that its configuration does not keep. */
    static BundleSource choosy() {
        return door(
                1,
                """
                "initial_inputs":{"door":[]},
                "input_validation":{"rules":[{"path":"city","pattern":"^[A-Z]"}]},
                """);
    }

    private static BundleSource door(int messages, String inputs) {
        return BundleSource.manifest(
                """
                {"manifest_version":"1.0","graph_id":"door","job_name":"a door",
                 "entrypoints":["door"],%s
                 "nodes":[{"node_id":"door","agent_type":"sensor",
                   "config":{"complete_after":%d,"terminal_sink":true,"complete_run":true}}],
                 "edges":[]}
                """
                        .formatted(inputs, messages));
    }

    /** Runs until it has had a hundred messages; six that wait are too many. */
    static BundleSource narrow() {
        return BundleSource.manifest(
                """
                {"manifest_version":"1.0","graph_id":"narrow","entrypoints":["door"],
                 "initial_inputs":{"door":[]},
                 "nodes":[{"node_id":"door","agent_type":"sensor",
                   "config":{"complete_after":100,"terminal_sink":true,"complete_run":true,
                     "backpressure":{"max_queue_depth":8,"high_watermark":6,"low_watermark":2,
                       "retry_after_ms":250}}}],
                 "edges":[]}
                """);
    }

    /** One agent written in Java, registered under this name, with these messages to begin with. */
    static BundleSource module(String name, String... bodies) {
        return BundleSource.manifest(moduleManifest(name, bodies));
    }

    static String moduleManifest(String name, String... bodies) {
        var inputs = new ArrayList<String>();
        for (var body : bodies) {
            inputs.add("{\"type\":\"go\",\"body\":" + body + "}");
        }
        return """
        {"manifest_version":"1.0","graph_id":"module","entrypoints":["door"],
         "initial_inputs":{"door":%s},
         "nodes":[{"node_id":"door","agent_type":"module","config":{"module":"%s"}}],
         "edges":[]}
        """
                .formatted(inputs, name);
    }

    /** One command on the host that ends the run with what its script prints as the output. */
    static BundleSource command(String script, boolean safe) {
        return new BundleSource.Inline(
                """
                {"manifest_version":"1.0","graph_id":"command","entrypoints":["door"],
                 "nodes":[{"node_id":"door","agent_type":"executor",
                   "config":{"runner_module":"host_local","command":["sh","work.sh"],
                     "upload_path":"work.sh","output_message_type":null,"timeout_seconds":60,
                     "terminal_sink":true,"complete_run":true%s}}],
                 "edges":[]}
                """
                        .formatted(safe ? ",\"safe_to_retry\":true" : ""),
                Map.of("work.sh", script.getBytes(StandardCharsets.UTF_8)));
    }

    /** A command whose workspace stays until the job ends; its output is the job's. */
    static BundleSource keeping(String script) {
        return new BundleSource.Inline(
                """
                {"manifest_version":"1.0","graph_id":"keeping","entrypoints":["door"],
                 "nodes":[{"node_id":"door","agent_type":"executor",
                   "config":{"runner_module":"host_local","command":["sh","work.sh"],
                     "upload_path":"work.sh","persistent_workspace":true,
                     "terminal_sink":true,"complete_run":true}}],
                 "edges":[]}
                """,
                Map.of("work.sh", script.getBytes(StandardCharsets.UTF_8)));
    }

    /** A message for {@link #DOOR}. */
    static Message knock(int number) {
        return Message.of("knock", JsonObject.of("n", JsonNumber.of(number)));
    }

    /** Makes one kind of agent under one name. */
    record Module(String module, Agent agent) implements AgentFactory {
        @Override
        public Agent create() {
            return agent;
        }
    }
}
