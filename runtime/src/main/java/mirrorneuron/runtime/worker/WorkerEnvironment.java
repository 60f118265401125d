package mirrorneuron.runtime.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mirrorneuron.api.Redaction;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.manifest.AgentType;

/**
 * The variables of one command, and which of their values are secrets.
 *
 * <p>Later wins: the runtime's allow-list, call, beacon, the manifest's own, {@code pass_env}, the
 * Python environment, then what describes allocation, artifacts and attempt.
 *
 * @see "runtime contract, section 6.3"
 */
record WorkerEnvironment(SequencedMap<String, String> variables, Secrets secrets) {

    static final String RECORD = "MN_ATTEMPT_RECORD";

    private static final Set<String> INHERITED = Set.of("PATH", "HOME", "LANG", "TZ", "TMPDIR");
    private static final String PATH_DEFAULT =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** One string of an environment may have 128 KiB in Linux, its name and the end included. */
    private static final int VALUE_BYTES_MAX = 120 * 1024;

    private static final Pattern TEMPLATE = Pattern.compile("\\$\\{([^}]*)}");
    private static final Pattern OWN = Pattern.compile("(?i)MN_.*|MIRROR_NEURON_.*");

    /** Settings of the runtime that hold a secret although their names do not say so. */
    private static final Set<String> OWN_SECRETS =
            Set.of("MN_REDIS_URL", "OTEL_EXPORTER_OTLP_HEADERS");

    /** Headers that a workflow stamps, which become {@code MN_WORKFLOW_…}. */
    private static final List<String> STEP =
            List.of(
                    "run_id",
                    "step_id",
                    "attempt_id",
                    "attempt",
                    "deadline_at",
                    "heartbeat_deadline_at",
                    "idempotency_key",
                    "graph_revision",
                    "template_id",
                    "region_id");

    /**
     * @param runDir the run's folder as the command sees it; empty = it has none
     * @param jobDataDir the job's shared folder as the command sees it; empty = it has none
     * @param python the Python environment's folder; empty = there is none
     * @param sandboxed inside a sandbox the host's own paths mean nothing
     */
    static WorkerEnvironment of(
            WorkerRequest request,
            WorkerSettings settings,
            Workspace workspace,
            Optional<String> runDir,
            Optional<String> jobDataDir,
            Optional<String> python,
            boolean sandboxed) {
        return new Builder(request, settings, workspace, sandboxed)
                .inherited()
                .call(runDir, jobDataDir)
                .beacon()
                .allocation()
                .manifest()
                .passed()
                .python(python)
                .modules()
                .allocation()
                .attempt()
                .build();
    }

    private static final class Builder {
        private final WorkerRequest request;
        private final WorkerSettings settings;
        private final Workspace workspace;
        private final boolean sandboxed;
        private final SequencedMap<String, String> variables = new LinkedHashMap<>(96);
        private final List<String> secrets = new ArrayList<>();

        private Builder(
                WorkerRequest request,
                WorkerSettings settings,
                Workspace workspace,
                boolean sandboxed) {
            this.request = request;
            this.settings = settings;
            this.workspace = workspace;
            this.sandboxed = sandboxed;
        }

        private WorkerEnvironment build() {
            return new WorkerEnvironment(variables, Secrets.of(secrets));
        }

        private Builder inherited() {
            settings.environment()
                    .forEach(
                            (name, value) -> {
                                if (INHERITED.contains(name) || name.startsWith("LC_")) {
                                    variables.put(name, value);
                                }
                            });
            if (sandboxed) {
                variables.put("PATH", PATH_DEFAULT);
                variables.put("HOME", workspace.seenAt().toString());
                variables.put("TMPDIR", "/tmp");
            }
            variables.putIfAbsent("PATH", PATH_DEFAULT);
            return this;
        }

        private Builder call(Optional<String> runDir, Optional<String> jobDataDir) {
            var message = request.message();
            both("INPUT_FILE", workspace.seen(Workspace.INPUT));
            both("CONTEXT_FILE", workspace.seen(Workspace.CONTEXT));
            both("MESSAGE_FILE", workspace.seen(Workspace.MESSAGE));
            both("BODY_FILE", workspace.seen(Workspace.BODY));
            both("BODY_CONTENT_TYPE", message.contentType());
            both("BODY_CONTENT_ENCODING", message.contentEncoding());
            both("AGENT_TYPE", AgentType.EXECUTOR.wire());
            both("AGENT_TEMPLATE", request.template().wire());
            both("JOB_ID", request.job().value());
            both("AGENT_ID", request.agent().value());
            both("WORKDIR", workspace.seenWorkdir());
            both("RUN_ID", request.runId());
            both("EXECUTION_NODE", settings.node());
            settings.grpcTarget().get().ifPresent(target -> both("GRPC_TARGET", target));
            runDir.ifPresent(
                    folder -> {
                        both("RUN_DIR", folder);
                        both("RUNS_ROOT", folder.substring(0, folder.lastIndexOf('/')));
                    });
            jobDataDir.ifPresent(
                    folder -> {
                        put("MN_JOB_DATA_DIR", folder);
                        put("MN_JOB_DATA_ACCESS", "read_write");
                        // Counts resets of the folder, and nothing resets it yet.
                        put("MN_JOB_DATA_GENERATION", "1");
                    });
            put("MN_BLUEPRINT_ID", request.blueprintId());
            if (!request.configuration().isEmpty()) {
                if (Workspace.holdsConfiguration(request)) {
                    put("MN_BLUEPRINT_CONFIG_PATH", workspace.seen(Workspace.CONFIG));
                } else {
                    put("MN_BLUEPRINT_CONFIG_JSON", request.configuration().toString());
                }
                secretsOf(request.configuration());
            }
            var bundle = request.payloads().getParent();
            if (!sandboxed && bundle != null) {
                put("MN_BLUEPRINT_BUNDLE_DIR", bundle.toString());
            }
            return this;
        }

        private Builder beacon() {
            var beacon = request.executor().beacon();
            put("MN_AGENT_BEACON_STDOUT_PREFIX", OutputLines.BEACON_PREFIX);
            put("MN_AGENT_BEACON_INTERVAL_MS", Long.toString(beacon.intervalMs()));
            put("MN_AGENT_BEACON_TIMEOUT_MS", Long.toString(beacon.timeoutMs()));
            put("MN_AGENT_BEACON_REQUIRED", beacon.required() ? "1" : "0");
            put("MN_AGENT_BEACON_JOB_ID", request.job().value());
            put("MN_AGENT_BEACON_AGENT_ID", request.agent().value());
            put("MN_AGENT_BEACON_ATTEMPT", Integer.toString(request.attempt()));
            put("MN_AGENT_BEACON_STEP", Beacons.step(request));
            put("MN_AGENT_BEACON_SOURCE", "agent");
            return this;
        }

        private Builder manifest() {
            request.executor()
                    .environment()
                    .forEach(
                            (name, value) -> {
                                if (isName(name)) {
                                    given(name, filled(value));
                                }
                            });
            return this;
        }

        private Builder passed() {
            for (var name : request.executor().passEnv()) {
                host(name).ifPresent(value -> given(name, value));
            }
            return this;
        }

        private Builder python(Optional<String> folder) {
            folder.ifPresent(
                    environment -> {
                        put("VIRTUAL_ENV", environment);
                        put("MN_PYTHON_ENV", environment);
                        put(
                                "PATH",
                                environment
                                        + "/bin:"
                                        + variables.getOrDefault("PATH", PATH_DEFAULT));
                    });
            return this;
        }

        /** The runtime's own modules come last, so an author's of the same name win. */
        private Builder modules() {
            var folder = sandboxed ? Sandbox.PYTHON : PythonHelpers.folder(settings);
            var given = variables.getOrDefault("PYTHONPATH", "");
            put("PYTHONPATH", given.isEmpty() ? folder.toString() : given + ":" + folder);
            return this;
        }

        private Builder allocation() {
            var resources = request.resources();
            if (resources.isEmpty()) {
                return this;
            }
            put("MN_ALLOCATION_JSON", resources.toString());
            for (var port : resources.array("ports")) {
                if (port instanceof JsonObject object && object.integer("port").isPresent()) {
                    object.string("label")
                            .ifPresent(
                                    label ->
                                            put(
                                                    "MN_PORT_" + upper(label),
                                                    Long.toString(
                                                            object.integer("port").getAsLong())));
                }
            }
            for (var volume : resources.array("volumes")) {
                if (volume instanceof JsonObject object) {
                    object.string("name")
                            .ifPresent(name -> volume("MN_VOLUME_" + upper(name), object));
                }
            }
            var devices = new ArrayList<String>();
            for (var device : resources.array("devices")) {
                if (device instanceof JsonObject object) {
                    device(object, devices);
                }
            }
            if (!devices.isEmpty()) {
                put("MN_ALLOCATED_DEVICE_IDS", String.join(",", devices));
            }
            return this;
        }

        private void volume(String name, JsonObject volume) {
            volume.string("source").ifPresent(source -> put(name, source));
            volume.string("target").ifPresent(target -> put(name + "_TARGET", target));
        }

        private void device(JsonObject device, List<String> all) {
            var ids = new ArrayList<String>();
            for (var id : device.array("ids")) {
                ids.add(id instanceof JsonString text ? text.value() : id.toString());
            }
            all.addAll(ids);
            device.string("driver").ifPresent(driver -> put("MN_GPU_DRIVER", driver));
            if (!ids.isEmpty() && device.string("vendor").equals(Optional.of("nvidia"))) {
                put("CUDA_VISIBLE_DEVICES", String.join(",", ids));
            }
        }

        private Builder attempt() {
            if (!request.message().artifacts().isEmpty()) {
                put("MN_ARTIFACTS_JSON", request.message().artifacts().toString());
            }
            put("MN_ATTEMPT_ID", request.attemptId());
            put("MN_STEP_RESULT_FILE", workspace.seen(Workspace.RESULT));
            for (var name : STEP) {
                var value = request.message().headers().at("mn.workflow." + name);
                if (!value.isNull()) {
                    put("MN_WORKFLOW_" + name.toUpperCase(Locale.ROOT), text(value));
                }
            }
            return this;
        }

        /** A variable that a person chose, so its value may be a secret. */
        private void given(String name, String value) {
            put(name, value);
            if (Secrets.isSecretName(name)) {
                secrets.add(value);
            }
        }

        private void both(String name, String value) {
            put("MN_" + name, value);
            put("MIRROR_NEURON_" + name, value);
        }

        private void put(String name, String value) {
            // The system would refuse to start the command at all; the files hold the long things.
            if (value.indexOf('\0') >= 0
                    || value.length() > VALUE_BYTES_MAX
                    || (value.length() > VALUE_BYTES_MAX / 4
                            && value.getBytes(UTF_8).length > VALUE_BYTES_MAX)) {
                variables.remove(name);
            } else {
                variables.put(name, value);
            }
        }

        private String filled(String value) {
            return value.contains("${")
                    ? TEMPLATE.matcher(value)
                            .replaceAll(found -> Matcher.quoteReplacement(meaning(found.group(1))))
                    : value;
        }

        /** What a template stands for; the unknown stands for nothing. */
        private String meaning(String template) {
            if (template.startsWith("config.")) {
                return config(template.substring("config.".length()));
            }
            if (template.startsWith("env.")) {
                var name = template.substring("env.".length());
                var allocated = variables.get(name);
                var value = allocated != null ? allocated : host(name).orElse("");
                if (Secrets.isSecretName(name)) {
                    secrets.add(value);
                }
                return value;
            }
            return switch (template) {
                case "node" -> settings.node();
                case "job_id" -> request.job().value();
                case "agent_id" -> request.agent().value();
                case "graph_id" -> request.graphId();
                case "job_name" -> request.jobName();
                default -> "";
            };
        }

        private String config(String path) {
            JsonValue value = request.configuration();
            for (var name : path.split("\\.")) {
                value =
                        switch (value) {
                            case JsonObject object -> object.at(name);
                            case JsonArray array when name.matches("\\d{1,6}") -> {
                                int index = Integer.parseInt(name);
                                yield index < array.size() ? array.get(index) : JsonNull.NULL;
                            }
                            default -> JsonNull.NULL;
                        };
            }
            return value.isNull() ? "" : text(value);
        }

        /** The runtime's own secrets are nobody else's, whatever a manifest asks for. */
        private Optional<String> host(String name) {
            boolean ownSecret =
                    OWN_SECRETS.contains(name)
                            || (OWN.matcher(name).matches() && Secrets.isSecretName(name));
            return ownSecret
                    ? Optional.empty()
                    : Optional.ofNullable(settings.environment().get(name));
        }

        private void secretsOf(JsonValue value) {
            switch (value) {
                case JsonObject object ->
                        object.forEach(
                                (name, member) -> {
                                    if (member instanceof JsonString text
                                            && Redaction.isSecretKey(name)) {
                                        secrets.add(text.value());
                                    } else {
                                        secretsOf(member);
                                    }
                                });
                case JsonArray array -> array.forEach(this::secretsOf);
                default -> {}
            }
        }

        private static String text(JsonValue value) {
            return value instanceof JsonString string ? string.value() : value.toString();
        }

        private static boolean isName(String name) {
            return !name.isEmpty() && name.indexOf('=') < 0 && name.indexOf('\0') < 0;
        }

        private static String upper(String label) {
            return label.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        }
    }
}
