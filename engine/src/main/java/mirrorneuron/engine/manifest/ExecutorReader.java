package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.message.BodyEncoding;

/**
 * Reads what an executor runs, where, and how often.
 *
 * @see "runtime contract, section 6.1"
 */
final class ExecutorReader {

    static final String HOST = "host_local";
    static final String SANDBOX = "sandbox";
    static final String DOCKER = "docker";

    private static final String CODE = BehaviourReader.CODE;
    static final String OUTPUT_DEFAULT = "executor_result";
    private static final int COMMAND_CHARS_MAX = 32_768;
    private static final long OUTPUT_BYTES_DEFAULT = 1L << 20;
    private static final long LEASE_QUEUE_TIMEOUT_MS_DEFAULT = 30_000;
    private static final int LEASE_QUEUE_LENGTH_DEFAULT = 1_000;
    private static final long RETRY_BACKOFF_MS_DEFAULT = 500;
    private static final long BEACON_INTERVAL_MS_DEFAULT = 15_000;
    private static final long BEACON_TIMEOUT_MS_DEFAULT = 45_000;
    private static final Set<String> KNOWN =
            BehaviourReader.withCompletion(
                    "command",
                    "runner_module",
                    "runner",
                    "pool",
                    "pool_slots",
                    "lease_queue_timeout_ms",
                    "lease_max_queue_length",
                    "startup_delay_ms",
                    "max_attempts",
                    "retry_backoff_ms",
                    "retry_on",
                    "timeout_seconds",
                    "max_output_bytes",
                    "output_message_type",
                    "failure_message_type",
                    "workflow_complete_step",
                    "environment",
                    "pass_env",
                    "upload_path",
                    "upload_paths",
                    "upload_as",
                    "uploads",
                    "workdir",
                    "sandbox_upload_path",
                    "name_prefix",
                    "persistent_workspace",
                    "network",
                    "content_type",
                    "content_encoding",
                    "beacon_enabled",
                    "agent_beacon_required",
                    "beacon_interval_ms",
                    "beacon_timeout_ms",
                    "beacon_missed_action",
                    "python_environment",
                    // Read by the container runner, from the node's configuration as written.
                    "image",
                    "docker_image",
                    "compose_file",
                    "compose_service",
                    // Read by the step runner.
                    "handler");

    /** Keys of the original's own sandbox that this one has no use for. */
    private static final List<String> IGNORED =
            List.of(
                    "from",
                    "policy",
                    "no_keep",
                    "no_auto_providers",
                    "provider",
                    "providers",
                    "tty",
                    "execution_profile",
                    "reuse_shared_sandbox",
                    "cleanup_remote_dir");

    /** A sandbox has no way in from outside. */
    private static final List<String> PORT_KEYS =
            List.of(
                    "forward",
                    "forwards",
                    "port_forward",
                    "port_forwards",
                    "publish_ports",
                    "published_ports");

    private final Fields config;
    private final Fields node;
    private final Completion completion;
    private final Findings findings;

    ExecutorReader(Fields config, Fields node, Completion completion) {
        this.config = config;
        this.node = node;
        this.completion = completion;
        this.findings = config.findings();
    }

    Behaviour.Executor read() {
        warnOfKeys();
        var runner = runner();
        checkPorts(runner);
        var uploads = new UploadReader(config);
        var uploadRoot = uploads.root();
        return new Behaviour.Executor(
                command(),
                runner,
                config.text(CODE, "pool").orElse("default"),
                count("pool_slots", 1, 1),
                number("lease_queue_timeout_ms", 0, LEASE_QUEUE_TIMEOUT_MS_DEFAULT),
                count("lease_max_queue_length", 0, LEASE_QUEUE_LENGTH_DEFAULT),
                number("startup_delay_ms", 0, 0),
                count("max_attempts", 1, 1),
                number("retry_backoff_ms", 0, RETRY_BACKOFF_MS_DEFAULT),
                retryOn(),
                timeoutMs(),
                number("max_output_bytes", 1, OUTPUT_BYTES_DEFAULT),
                outputMessageType(),
                config.text(CODE, "failure_message_type"),
                completion.declared(config).orElse(false),
                environment(),
                config.texts(CODE, "pass_env"),
                uploads.read(uploadRoot),
                workdir(uploads, uploadRoot),
                uploadRoot,
                namePrefix(runner),
                config.flag(CODE, false, "persistent_workspace"),
                config.flag(CODE, false, "network"),
                config.text(CODE, "content_type").orElse(Message.CONTENT_TYPE_DEFAULT),
                contentEncoding(),
                beacon(),
                python());
    }

    private void warnOfKeys() {
        var known = new HashSet<>(KNOWN);
        known.addAll(IGNORED);
        known.addAll(PORT_KEYS);
        BehaviourReader.warnUnknown(config, known);
        for (var name : IGNORED) {
            if (!config.value(name).isNull()) {
                findings.warning(
                        "node.field_ignored",
                        config.at(name),
                        "Expected no member "
                                + name
                                + ", but found one: this sandbox does not use it",
                        "Remove it, or keep it for other runtimes.");
            }
        }
    }

    private int count(String name, int min, int fallback) {
        return (int) config.whole(CODE, min, Integer.MAX_VALUE, name).orElse(fallback);
    }

    private long number(String name, long min, long fallback) {
        return config.whole(CODE, min, Long.MAX_VALUE, name).orElse(fallback);
    }

    private String runner() {
        var name = config.text("node.runner_unsupported", "runner_module", "runner");
        if (name.isEmpty()) {
            return SANDBOX;
        }
        return switch (shortName(name.get())) {
            case "hostlocal" -> HOST;
            case "openshell", "sandbox" -> SANDBOX;
            case "docker", "dockerworker", "dockercompose" -> DOCKER;
            default -> {
                config.wrong(
                        "node.runner_unsupported",
                        "host_local, sandbox or docker",
                        "runner_module",
                        "runner");
                yield SANDBOX;
            }
        };
    }

    /** True when this configuration asks for the container runner. */
    static boolean isDocker(JsonObject config) {
        var name = config.string("runner_module").or(() -> config.string("runner")).orElse("");
        return shortName(name.strip()).startsWith("docker");
    }

    /** {@code MirrorNeuron.Runner.HostLocal} and {@code host_local} are the same runner. */
    private static String shortName(String name) {
        return name.substring(name.lastIndexOf('.') + 1).replace("_", "").toLowerCase(Locale.ROOT);
    }

    private void checkPorts(String runner) {
        if (!runner.equals(SANDBOX)) {
            return;
        }
        for (var name : PORT_KEYS) {
            if (!config.value(name).isNull()) {
                forbidPorts(config.at(name));
            }
        }
        var resources = node.value("resources").isNull() ? config : node;
        if (!resources.json().object("resources").array("ports").isEmpty()) {
            forbidPorts(resources.at("resources").member("ports"));
        }
    }

    private void forbidPorts(Place place) {
        findings.error(
                "node.ports_forbidden",
                place,
                "Expected no ports of a sandboxed executor, but found some",
                "Use runner host_local or docker for a service that listens.");
    }

    private Behaviour.Command command() {
        var value = config.value("command");
        return switch (value) {
            case JsonString(var line) when !line.isBlank() -> {
                checkLength(line.length());
                checkNul(line);
                yield new Behaviour.Command.Shell(line);
            }
            case JsonArray words when !words.isEmpty() -> direct(words);
            case JsonNull _ -> commandRequired();
            case JsonString _ -> commandRequired();
            case JsonArray _ -> commandRequired();
            default -> {
                config.wrong("node.command_invalid", "text, or a list of texts", "command");
                yield new Behaviour.Command.Direct(List.of());
            }
        };
    }

    private Behaviour.Command commandRequired() {
        findings.error(
                "node.command_required",
                config.at("command"),
                "Expected a command, but found none",
                "Write \"command\": [\"program\", \"argument\"], or a line for bash.");
        return new Behaviour.Command.Direct(List.of());
    }

    private Behaviour.Command direct(JsonArray words) {
        var arguments = new ArrayList<String>(words.size());
        int length = 0;
        for (int i = 0; i < words.size(); i++) {
            var text = scalar(words.get(i));
            if (text.isEmpty() || (i == 0 && text.get().isBlank())) {
                findings.wrong(
                        "node.command_invalid",
                        config.at("command").element(i),
                        words.get(i),
                        i == 0 ? "the name of a program" : "text",
                        "");
                continue;
            }
            checkNul(text.get());
            length += text.get().length() + 1;
            arguments.add(text.get());
        }
        checkLength(length);
        return new Behaviour.Command.Direct(arguments);
    }

    private void checkLength(int length) {
        if (length > COMMAND_CHARS_MAX) {
            findings.error(
                    "node.command_too_long",
                    config.at("command"),
                    "Expected at most " + COMMAND_CHARS_MAX + " characters, but found " + length,
                    "Put the text into a payload file and upload it.");
        }
    }

    private void checkNul(String text) {
        if (text.indexOf('\0') >= 0) {
            findings.error(
                    "node.command_invalid",
                    config.at("command"),
                    "Expected text without NUL, but found one",
                    "");
        }
    }

    /** Text as it is; numbers and flags as they are written. */
    private static Optional<String> scalar(JsonValue value) {
        return switch (value) {
            case JsonString(var text) -> Optional.of(text);
            case JsonNumber number -> Optional.of(number.toString());
            case JsonBool bool -> Optional.of(bool.toString());
            default -> Optional.empty();
        };
    }

    private List<Integer> retryOn() {
        var codes = new ArrayList<Integer>();
        var array = config.array(CODE, "retry_on");
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i) instanceof JsonNumber number
                    && number.asInt().orElse(0) >= 1
                    && number.asInt().orElse(0) <= 255) {
                codes.add(number.asInt().orElse(0));
            } else {
                findings.wrong(
                        CODE,
                        config.at("retry_on").element(i),
                        array.get(i),
                        "an exit code 1..255",
                        "");
            }
        }
        return codes;
    }

    /** A limit of zero is none. */
    private OptionalLong timeoutMs() {
        var limit = Durations.seconds(config, CODE, "timeout_seconds");
        return limit.isPresent() && limit.getAsLong() > 0 ? limit : OptionalLong.empty();
    }

    /** Absent means the default type, an explicit {@code null} means that nothing is sent. */
    private Optional<String> outputMessageType() {
        return config.has("output_message_type")
                ? config.text(CODE, "output_message_type")
                : Optional.of(OUTPUT_DEFAULT);
    }

    private Map<String, String> environment() {
        var environment = new LinkedHashMap<String, String>();
        var fields = config.fields(CODE, "environment");
        fields.json()
                .forEach(
                        (name, value) -> {
                            if (value.isNull()) {
                                return;
                            }
                            var text = scalar(value).filter(v -> v.indexOf('\0') < 0);
                            boolean usable =
                                    !name.isBlank()
                                            && name.indexOf('=') < 0
                                            && name.indexOf('\0') < 0;
                            if (usable && text.isPresent()) {
                                environment.put(name, text.get());
                            } else {
                                // Values of variables are often secrets, so none is shown.
                                findings.error(
                                        CODE,
                                        fields.place().member(name),
                                        "Expected the name of a variable with text, a number or a"
                                                + " flag, but found something else",
                                        "Write nested values as JSON text.");
                            }
                        });
        return environment;
    }

    private Optional<String> workdir(UploadReader uploads, String root) {
        var workdir = config.text(CODE, "workdir");
        if (workdir.isPresent()
                && !uploads.isInside(workdir.get(), root)
                && !PolicyReader.allowsHostPaths(node.json())) {
            config.wrong("node.workdir_outside", "a folder inside the workspace", "workdir");
        }
        return workdir;
    }

    private String namePrefix(String runner) {
        var written = config.text(CODE, "name_prefix").orElse("").toLowerCase(Locale.ROOT);
        var clean = written.replaceAll("[^a-z0-9-]", "-");
        if (!clean.isEmpty()) {
            return clean;
        }
        return runner.equals(HOST) ? "host-local" : "mirror-neuron";
    }

    private String contentEncoding() {
        var encoding = config.text(CODE, "content_encoding");
        if (encoding.isPresent() && !BodyEncoding.isKnown(encoding.get())) {
            config.wrong(CODE, "identity or gzip", "content_encoding");
        }
        return encoding.filter(BodyEncoding::isKnown).orElse(Message.CONTENT_ENCODING_DEFAULT);
    }

    private Behaviour.Beacon beacon() {
        return new Behaviour.Beacon(
                config.flag(CODE, false, "beacon_enabled"),
                config.flag(CODE, false, "agent_beacon_required"),
                number("beacon_interval_ms", 1, BEACON_INTERVAL_MS_DEFAULT),
                number("beacon_timeout_ms", 1, BEACON_TIMEOUT_MS_DEFAULT));
    }

    private Optional<Behaviour.PythonEnvironment> python() {
        if (!(config.value("python_environment") instanceof JsonObject json)) {
            config.object(CODE, "python_environment");
            return Optional.empty();
        }
        var fields = new Fields(json, config.at("python_environment"), findings);
        var requirements = fields.text(CODE, "requirements");
        var path = requirements.flatMap(RelativePath::normalise);
        if (requirements.isPresent() && path.isEmpty()) {
            fields.wrong("node.path_unsafe", "a relative path below payloads/", "requirements");
        }
        var packages = fields.texts(CODE, "packages");
        return path.isEmpty() && packages.isEmpty()
                ? Optional.empty()
                : Optional.of(new Behaviour.PythonEnvironment(path, packages));
    }
}
