package mirrorneuron.runtime.simulation;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Effect;

/** A workflow whose second step fails at each of its attempts, and with it the whole. */
final class Doomed extends Workload {

    private static final String MANIFEST =
            """
            {"apiVersion": "mn.workflow/v1", "kind": "Workflow", "id": "%1$s", "name": "Doomed",
             "manifest_version": "1.0", "job_name": "doomed",
             "workflow": {"workflow_id": "%1$s",
              "steps": [{"id": "try", "run": "try"},
               {"id": "fail", "run": "fail",
                "control": {"retry": {"max_attempts": %2$d, "backoff_seconds": 2}}}],
              "edges": [{"id": "e1", "from": "try", "to": "fail"}]},
             "agents": {"entrypoints": ["try"], "edges": [], "nodes": [
              {"node_id": "try", "agent_type": "executor", "config": {"runner_module": "host_local",
               "command": ["work"], "output_message_type": null, "safe_to_retry": true}},
              {"node_id": "fail", "agent_type": "executor", "config": {"runner_module": "host_local",
               "command": ["work"], "output_message_type": null, "safe_to_retry": true}}]}}
            """;

    private final int attempts;

    Doomed(RandomGenerator random) {
        this.attempts = 1 + random.nextInt(4);
    }

    @Override
    String name() {
        return "doomed-" + attempts;
    }

    @Override
    JsonObject manifest() {
        return (JsonObject) Json.parse(MANIFEST.formatted(name(), attempts));
    }

    @Override
    JsonObject inputs() {
        return JsonObject.of("try", JsonArray.of(Bodies.message("begin", "count", 1)));
    }

    @Override
    Command command(Effect.StartWorker start) {
        boolean fails = start.vertex().id().value().equals("fail");
        return new Command(List.of(), new Ending(fails ? 1 : 0, Optional.empty()));
    }

    @Override
    JobStatus end() {
        return JobStatus.FAILED;
    }

    @Override
    Optional<String> wrong(JsonValue output) {
        return Optional.of("it completed although its step cannot");
    }
}
