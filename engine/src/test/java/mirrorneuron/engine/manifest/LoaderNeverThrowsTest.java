package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.Severity;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever somebody sends, loading it gives an answer. */
class LoaderNeverThrowsTest {

    /** Every word that the loader looks at, so that random documents reach deep into it. */
    private static final List<String> WORDS =
            List.of(
                    "manifest_version",
                    "graph_id",
                    "job_name",
                    "type",
                    "daemon",
                    "nodes",
                    "edges",
                    "entrypoints",
                    "initial_inputs",
                    "policies",
                    "metadata",
                    "reload",
                    "services",
                    "required_services",
                    "requirements",
                    "input_validation",
                    "deployment",
                    "required_context_engine",
                    "skill_dependencies",
                    "agent_dependencies",
                    "schedule",
                    "triggers",
                    "parameterized",
                    "runtime",
                    "models",
                    "workflow",
                    "flow",
                    "kind",
                    "apiVersion",
                    "node_id",
                    "agent_type",
                    "role",
                    "config",
                    "resources",
                    "constraints",
                    "command",
                    "runner_module",
                    "timeout_seconds",
                    "upload_paths",
                    "upload_path",
                    "upload_as",
                    "uploads",
                    "source",
                    "target",
                    "workdir",
                    "environment",
                    "python_environment",
                    "backpressure",
                    "retry_on",
                    "max_queue_depth",
                    "high_watermark",
                    "complete_after",
                    "complete_run",
                    "terminal_sink",
                    "output_message_type",
                    "from_node",
                    "to_node",
                    "message_type",
                    "routing_mode",
                    "conditions",
                    "all",
                    "any",
                    "not",
                    "expr",
                    "path",
                    "op",
                    "value",
                    "restart",
                    "attempts",
                    "delay_ms",
                    "scheduler",
                    "update",
                    "canary",
                    "cpu",
                    "memory",
                    "disk",
                    "gpu",
                    "min_gb",
                    "ports",
                    "port",
                    "label",
                    "volumes",
                    "devices",
                    "checks",
                    "expected_status",
                    "cron",
                    "crons",
                    "run_at",
                    "window",
                    "timezone",
                    "rules",
                    "pattern",
                    "job_data",
                    "seed",
                    "name",
                    "steps",
                    "__entrypoints__",
                    "mode",
                    "interval_ms",
                    "module",
                    "module_source",
                    "agents",
                    "bindings",
                    "workers",
                    "graph",
                    "workflow_id",
                    "dynamic",
                    "child_workflows",
                    "templates",
                    "control",
                    "run",
                    "handler",
                    "needs",
                    "identity",
                    "registry",
                    "execution",
                    "contract",
                    "id");

    private static final List<String> TEXTS =
            List.of(
                    "a",
                    "b",
                    "router",
                    "executor",
                    "aggregator",
                    "sensor",
                    "module",
                    "*",
                    "",
                    " ",
                    "..",
                    "../x",
                    "/sandbox/job/x",
                    "1",
                    "8GB",
                    "${payload.x} > 2",
                    "${x",
                    "first_match",
                    "@daily",
                    "* * * * *",
                    "Workflow",
                    "WorkflowSource",
                    "mn.workflow/v1",
                    "mn.workflow.source/v1",
                    "mn.workflow/v9",
                    "auto",
                    "HostLocal",
                    "x.ex",
                    "(((",
                    "2030-01-01T00:00:00Z",
                    "Europe/Berlin",
                    "generic",
                    "batch",
                    "root",
                    "\0",
                    "http",
                    "200..299");

    @Property(tries = 1_000)
    void any_document_is_loaded_or_refused(@ForAll("documents") JsonValue document) {
        var loaded = ManifestLoader.load(document, ManifestLimits.DEFAULT);

        boolean failed =
                loaded.issues().stream().anyMatch(issue -> issue.severity() == Severity.ERROR);
        assertThat(loaded.manifest().isEmpty()).isEqualTo(failed);
        assertThat(loaded.issues())
                .allSatisfy(
                        issue -> assertThat(issue.location().pointer()).startsWith("/manifest"));
    }

    @Property(tries = 500)
    void any_broken_part_of_a_sound_manifest_is_answered(
            @ForAll("names") String member,
            @ForAll("names") String nodeMember,
            @ForAll("documents") JsonValue value,
            @ForAll("documents") JsonValue nodeValue) {
        var node =
                JsonObject.builder()
                        .put("node_id", "a")
                        .put("agent_type", "executor")
                        .put("config", JsonObject.of(nodeMember, nodeValue))
                        .build()
                        .with(nodeMember, nodeValue);
        var document =
                JsonObject.builder()
                        .put("manifest_version", "1.0")
                        .put("graph_id", "g")
                        .put("entrypoints", "a")
                        .put("nodes", JsonArray.of(node))
                        .put(
                                "edges",
                                JsonArray.of(
                                        JsonObject.builder()
                                                .put("from", "a")
                                                .put("to", "a")
                                                .put("event", "x")
                                                .put("conditions", nodeValue)
                                                .build()))
                        .build()
                        .with(member, value);

        assertThat(ManifestLoader.load(document, ManifestLimits.DEFAULT)).isNotNull();
    }

    @Property(tries = 1_000)
    void any_bytes_are_answered(@ForAll byte[] bytes) {
        assertThat(ManifestLoader.load(bytes, ManifestLimits.DEFAULT).issues()).isNotEmpty();
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of(WORDS);
    }

    @Provide
    Arbitrary<JsonValue> documents() {
        return value(4);
    }

    private static Arbitrary<JsonValue> value(int depth) {
        Arbitrary<JsonValue> scalar =
                Arbitraries.oneOf(
                        Arbitraries.of(
                                JsonNull.NULL,
                                JsonBool.TRUE,
                                JsonBool.FALSE,
                                JsonNumber.of(0),
                                JsonNumber.of(-1),
                                JsonNumber.of(Long.MAX_VALUE),
                                JsonNumber.of(new BigDecimal("1e999999")),
                                JsonNumber.of(0.5)),
                        Arbitraries.of(TEXTS).map(JsonString::new),
                        Arbitraries.strings().ofMaxLength(20).map(JsonString::new));
        if (depth == 0) {
            return scalar;
        }
        var inner = value(depth - 1);
        Arbitrary<JsonValue> array = inner.list().ofMaxSize(4).map(JsonArray::of);
        Arbitrary<JsonValue> object =
                Arbitraries.maps(Arbitraries.of(WORDS), inner)
                        .ofMaxSize(8)
                        .map((Map<String, JsonValue> members) -> JsonObject.of(members));
        return Arbitraries.frequencyOf(
                Tuple.of(2, scalar), Tuple.of(1, array), Tuple.of(4, object));
    }
}
