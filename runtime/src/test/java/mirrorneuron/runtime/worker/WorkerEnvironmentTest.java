package mirrorneuron.runtime.worker;

import static mirrorneuron.runtime.worker.Workers.sh;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The variables that a command finds, seen from inside it; and what is hidden of their values. */
@Timeout(60)
class WorkerEnvironmentTest {

    private static final List<String> BOTH =
            List.of(
                    "AGENT_ID",
                    "AGENT_TEMPLATE",
                    "AGENT_TYPE",
                    "BODY_CONTENT_ENCODING",
                    "BODY_CONTENT_TYPE",
                    "BODY_FILE",
                    "CONTEXT_FILE",
                    "EXECUTION_NODE",
                    "GRPC_TARGET",
                    "INPUT_FILE",
                    "JOB_ID",
                    "MESSAGE_FILE",
                    "RUNS_ROOT",
                    "RUN_DIR",
                    "RUN_ID",
                    "WORKDIR");

    @TempDir Path home;
    private Workers workers;

    @BeforeEach
    void open() throws Exception {
        workers =
                new Workers(
                        home,
                        Map.ofEntries(
                                Map.entry("PATH", "/usr/bin:/bin"),
                                Map.entry("HOME", "/home/mn"),
                                Map.entry("LANG", "C.UTF-8"),
                                Map.entry("LC_ALL", "C"),
                                Map.entry("TZ", "UTC"),
                                Map.entry("MN_GRPC_TARGET", "localhost:55051"),
                                Map.entry("MN_API_TOKEN", "daemon-token"),
                                Map.entry("AWS_SECRET_ACCESS_KEY", "aws-secret-value"),
                                Map.entry("REGION", "eu-1"),
                                Map.entry("LD_PRELOAD", "")));
    }

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void the_names_are_these_and_no_others() {
        var expected =
                new TreeSet<>(
                        List.of(
                                "HOME",
                                "LANG",
                                "LC_ALL",
                                "PATH",
                                "PYTHONPATH",
                                "TZ",
                                "MN_AGENT_BEACON_AGENT_ID",
                                "MN_AGENT_BEACON_ATTEMPT",
                                "MN_AGENT_BEACON_INTERVAL_MS",
                                "MN_AGENT_BEACON_JOB_ID",
                                "MN_AGENT_BEACON_REQUIRED",
                                "MN_AGENT_BEACON_SOURCE",
                                "MN_AGENT_BEACON_STDOUT_PREFIX",
                                "MN_AGENT_BEACON_STEP",
                                "MN_AGENT_BEACON_TIMEOUT_MS",
                                "MN_ATTEMPT_ID",
                                "MN_ATTEMPT_RECORD",
                                "MN_BLUEPRINT_BUNDLE_DIR",
                                "MN_BLUEPRINT_ID",
                                "MN_JOB_DATA_ACCESS",
                                "MN_JOB_DATA_DIR",
                                "MN_JOB_DATA_GENERATION",
                                "MN_STEP_RESULT_FILE"));
        BOTH.forEach(
                name -> {
                    expected.add("MN_" + name);
                    expected.add("MIRROR_NEURON_" + name);
                });
        assertThat(seen(env()).keySet()).isEqualTo(expected);
    }

    @Test
    void both_prefixes_say_the_same() {
        var seen = seen(env().with(s -> s.job = "a:b-1"));
        BOTH.forEach(
                name ->
                        assertThat(seen.get("MN_" + name))
                                .isEqualTo(seen.get("MIRROR_NEURON_" + name)));
        assertThat(seen)
                .containsEntry("MN_JOB_ID", "a:b-1")
                .containsEntry("MN_RUN_ID", "a-b-1")
                .containsEntry("MN_RUN_DIR", home.resolve("runs/a-b-1").toString())
                .containsEntry("MN_RUNS_ROOT", home.resolve("runs").toString())
                .containsEntry("MN_AGENT_TYPE", "executor")
                .containsEntry("MN_AGENT_TEMPLATE", "generic")
                .containsEntry("MN_BODY_CONTENT_TYPE", "application/json")
                .containsEntry("MN_BODY_CONTENT_ENCODING", "identity")
                .containsEntry("MN_EXECUTION_NODE", "node-1")
                .containsEntry("MN_GRPC_TARGET", "localhost:55051");
    }

    @Test
    void what_a_workflow_stamped_is_there_only_when_it_did() {
        var headers =
                (JsonObject)
                        Json.parse(
                                """
                                {"mn.workflow.run_id":"r","mn.workflow.step_id":"s","mn.workflow.attempt_id":"a",
                                 "mn.workflow.attempt":2,"mn.workflow.deadline_at":"d",
                                 "mn.workflow.heartbeat_deadline_at":"h","mn.workflow.idempotency_key":"i",
                                 "mn.workflow.graph_revision":3,"mn.workflow.template_id":"t",
                                 "mn.workflow.region_id":"g","mn.workflow.timeout_seconds":5}
                                """);
        var seen = seen(env().message(m -> m.withHeaders(headers)));
        assertThat(seen)
                .containsEntry("MN_WORKFLOW_RUN_ID", "r")
                .containsEntry("MN_WORKFLOW_STEP_ID", "s")
                .containsEntry("MN_WORKFLOW_ATTEMPT_ID", "a")
                .containsEntry("MN_WORKFLOW_ATTEMPT", "2")
                .containsEntry("MN_WORKFLOW_DEADLINE_AT", "d")
                .containsEntry("MN_WORKFLOW_HEARTBEAT_DEADLINE_AT", "h")
                .containsEntry("MN_WORKFLOW_IDEMPOTENCY_KEY", "i")
                .containsEntry("MN_WORKFLOW_GRAPH_REVISION", "3")
                .containsEntry("MN_WORKFLOW_TEMPLATE_ID", "t")
                .containsEntry("MN_WORKFLOW_REGION_ID", "g")
                .containsEntry("MN_AGENT_BEACON_STEP", "s")
                .doesNotContainKey("MN_WORKFLOW_TIMEOUT_SECONDS");
    }

    @Test
    void an_allocation_is_spelled_out() {
        var resources =
                (JsonObject)
                        Json.parse(
                                """
                                {"ports":[{"label":"web-ui","port":8080},{"label":"later","port":"auto"}],
                                 "volumes":[{"name":"data","source":"/srv/data","target":"/data"}],
                                 "devices":[{"vendor":"nvidia","driver":"550","ids":["0",1]}]}
                                """);
        var seen = seen(env().with(s -> s.resources = resources));
        assertThat(seen)
                .containsEntry("MN_ALLOCATION_JSON", resources.toString())
                .containsEntry("MN_PORT_WEB_UI", "8080")
                .containsEntry("MN_VOLUME_DATA", "/srv/data")
                .containsEntry("MN_VOLUME_DATA_TARGET", "/data")
                .containsEntry("MN_ALLOCATED_DEVICE_IDS", "0,1")
                .containsEntry("MN_GPU_DRIVER", "550")
                .containsEntry("CUDA_VISIBLE_DEVICES", "0,1")
                .doesNotContainKey("MN_PORT_LATER");
    }

    @Test
    void later_groups_win() {
        var seen =
                seen(
                        env().with(
                                        s ->
                                                s.environment =
                                                        Map.of(
                                                                "MN_AGENT_ID", "mine",
                                                                "MN_AGENT_BEACON_STEP", "mine",
                                                                "MN_ATTEMPT_ID", "mine",
                                                                "MN_PORT_WEB", "mine",
                                                                "LANG", "de",
                                                                "REGION", "mine"))
                                .with(s -> s.passEnv = List.of("REGION", "NOT_SET"))
                                .with(
                                        s ->
                                                s.resources =
                                                        (JsonObject)
                                                                Json.parse(
                                                                        "{\"ports\":[{\"label\":\"web\",\"port\":1}]}"))
                                .with(s -> s.attemptId = "theirs"));
        assertThat(seen)
                .containsEntry("MN_AGENT_ID", "mine")
                .containsEntry("MN_AGENT_BEACON_STEP", "mine")
                .containsEntry("LANG", "de")
                .containsEntry("REGION", "eu-1")
                .containsEntry("MN_ATTEMPT_ID", "theirs")
                .containsEntry("MN_PORT_WEB", "1")
                .doesNotContainKey("NOT_SET");
    }

    @Test
    void templates_are_filled_in_and_the_unknown_is_empty() {
        var seen =
                seen(
                        env().with(
                                        s ->
                                                s.environment =
                                                        Map.of(
                                                                "A",
                                                                        "${config.model.name}-${config.list.1}",
                                                                "B", "${env.REGION}",
                                                                "C",
                                                                        "[${nothing}${config.no.such}${env.NO}]",
                                                                "D",
                                                                        "${node} ${job_id} ${agent_id} ${graph_id}",
                                                                "E", "${config.model}",
                                                                "F", "${env.MN_PORT_WEB}"))
                                .with(
                                        s ->
                                                s.resources =
                                                        (JsonObject)
                                                                Json.parse(
                                                                        "{\"ports\":[{\"label\":\"web\",\"port\":1}]}"))
                                .with(
                                        s ->
                                                s.configuration =
                                                        (JsonObject)
                                                                Json.parse(
                                                                        "{\"model\":{\"name\":\"m\"},\"list\":[1,\"two\"]}")));
        assertThat(seen)
                .containsEntry("A", "m-two")
                .containsEntry("B", "eu-1")
                .containsEntry("C", "[]")
                .containsEntry("D", "node-1 graph-1 agent-1 graph")
                .containsEntry("E", "{\"name\":\"m\"}")
                .containsEntry("F", "1")
                .containsEntry(
                        "MN_BLUEPRINT_CONFIG_JSON",
                        "{\"model\":{\"name\":\"m\"},\"list\":[1,\"two\"]}");
    }

    @ParameterizedTest
    @CsvSource({"65536, false", "65537, true", "1000000, true"})
    void a_configuration_that_no_variable_holds_is_a_file(int bytes, boolean file) {
        var configuration = JsonObject.of("text", new JsonString("x".repeat(bytes - 11)));
        var said =
                workers.succeed(
                        sh("""
                           echo "variable ${#MN_BLUEPRINT_CONFIG_JSON}"
                           test -z "$MN_BLUEPRINT_CONFIG_PATH" || wc -c < "$MN_BLUEPRINT_CONFIG_PATH"
                           """)
                                .with(s -> s.configuration = configuration));
        assertThat(said.stdout().lines())
                .containsExactlyElementsOf(
                        file
                                ? List.of("variable 0", Integer.toString(bytes))
                                : List.of("variable " + bytes));
    }

    @Test
    void the_runtimes_own_secrets_stay_its_own_whatever_is_asked_for() {
        var seen =
                seen(
                        env().with(s -> s.passEnv = List.of("MN_API_TOKEN"))
                                .with(s -> s.environment = Map.of("X", "<${env.MN_API_TOKEN}>")));
        assertThat(seen).containsEntry("X", "<>").doesNotContainKey("MN_API_TOKEN");
        assertThat(seen).doesNotContainValue("aws-secret-value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MN_REDIS_URL", "OTEL_EXPORTER_OTLP_HEADERS"})
    void settings_that_hold_a_secret_without_saying_so_are_nobody_elses(String name)
            throws Exception {
        workers.close();
        workers =
                new Workers(
                        home,
                        Map.of("PATH", "/usr/bin:/bin", name, "redis://:daemon-password@h:6379"));
        var seen =
                seen(
                        env().with(s -> s.passEnv = List.of(name))
                                .with(s -> s.environment = Map.of("X", "<${env." + name + "}>")));
        assertThat(seen).containsEntry("X", "<>").doesNotContainKey(name);
    }

    @Test
    void values_that_the_system_could_not_pass_are_left_out() {
        var seen =
                seen(
                        env().with(
                                        s ->
                                                s.environment =
                                                        Map.of(
                                                                "BIG",
                                                                "x".repeat(200_000),
                                                                "OK",
                                                                "1")));
        assertThat(seen).containsEntry("OK", "1").doesNotContainKey("BIG");
    }

    @Test
    void secrets_are_hidden_in_everything_that_is_heard() {
        var spec =
                sh("echo out $API_KEY; echo err $DB_PASSWORD >&2; echo '{\"mn\":{\"next_state\":\"'$API_KEY'\"}}';"
                                + " echo '__MN_AGENT_BEACON__{\"message\":\"'$API_KEY'\"}'; echo $FROM $QUOTED"
                                + " $PLAIN $SHORT_KEY $USE_TOKEN; exit 3")
                        .with(
                                s ->
                                        s.environment =
                                                Map.of(
                                                        "API_KEY", "k-12345",
                                                        "DB_PASSWORD", "p-12345",
                                                        "FROM", "${env.AWS_SECRET_ACCESS_KEY}",
                                                        "PLAIN", "plain-value",
                                                        "SHORT_KEY", "abc",
                                                        "USE_TOKEN", "true"))
                        .with(
                                s ->
                                        s.configuration =
                                                (JsonObject)
                                                        Json.parse(
                                                                "{\"auth\":{\"api_key\":\"from-config\"}}"));
        var heard = workers.start(spec);
        var outcome = heard.outcome();
        assertThat(outcome.stdout()).isEqualTo("out [REDACTED]\n[REDACTED] plain-value abc true\n");
        assertThat(outcome.stderr()).isEqualTo("err [REDACTED]\n");
        assertThat(heard.progress.getFirst().nextState()).get().hasToString("\"[REDACTED]\"");
        assertThat(heard.beacons.getFirst().string("message")).contains("[REDACTED]");
    }

    @Test
    void secrets_are_hidden_in_results_and_in_their_json_form_too() {
        var secret = "a\"b\\c-secret";
        var spec =
                sh("printf '%s' \"$OUT\" >\"$MN_STEP_RESULT_FILE\"")
                        .with(
                                s ->
                                        s.environment =
                                                Map.of(
                                                        "MY_SECRET",
                                                        secret,
                                                        "OUT",
                                                        JsonObject.of(
                                                                        "next_state",
                                                                        new mirrorneuron.api.json
                                                                                .JsonString(secret))
                                                                .toString()));
        assertThat(workers.succeed(spec).result().get().nextState())
                .get()
                .hasToString("\"[REDACTED]\"");
    }

    @Test
    void a_cut_leaves_no_half_of_a_secret() {
        var spec =
                sh("head -c 995 /dev/zero | tr '\\0' x; printf '%s' $API_KEY; sleep 100")
                        .with(s -> s.environment = Map.of("API_KEY", "secret-secret"))
                        .with(s -> s.maxOutputBytes = 1000);
        assertThat(workers.fail(spec).stdout()).doesNotContain("secr").startsWith("xxx");
    }

    private static Workers.Spec env() {
        return sh("tr '\\0' '\\n' </proc/self/environ");
    }

    private Map<String, String> seen(Workers.Spec spec) {
        var seen = new TreeMap<String, String>();
        workers.succeed(spec)
                .stdout()
                .lines()
                .forEach(
                        line -> {
                            int equals = line.indexOf('=');
                            seen.put(line.substring(0, equals), line.substring(equals + 1));
                        });
        // Set by the shell that this test looks through.
        seen.remove("PWD");
        return seen;
    }
}
