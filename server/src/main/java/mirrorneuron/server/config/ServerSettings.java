package mirrorneuron.server.config;

import static java.util.Objects.requireNonNull;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.server.grpc.GrpcSettings;
import mirrorneuron.server.http.HttpSettings;

/**
 * Everything a server is started with, checked.
 *
 * @param traces empty = none are sent
 * @param environment what the runtime reads its own settings from
 */
public record ServerSettings(
        Mode mode,
        HttpSettings http,
        GrpcSettings grpc,
        Path home,
        Path runsRoot,
        LogFile log,
        Optional<TraceSettings> traces,
        Map<String, String> environment) {

    public ServerSettings {
        requireNonNull(mode, "mode");
        requireNonNull(http, "http");
        requireNonNull(grpc, "grpc");
        requireNonNull(home, "home");
        requireNonNull(runsRoot, "runsRoot");
        requireNonNull(log, "log");
        requireNonNull(traces, "traces");
        environment = Map.copyOf(environment);
    }

    /** How careful a server is. */
    public enum Mode {
        DEV,
        TEST,
        /** Refuses to start without a token. */
        PROD
    }

    /**
     * @param level lower-case name
     * @param bytesMax the size at which a new file begins
     */
    public record LogFile(Path path, String level, long bytesMax, int backups) {
        public LogFile {
            requireNonNull(path, "path");
            requireNonNull(level, "level");
        }
    }

    /**
     * Reads the variables; the first that cannot be used is named.
     *
     * @param userHome what {@code ~} stands for
     */
    public static ServerSettings of(Map<String, String> environment, Path userHome)
            throws ConfigurationException {
        var values = new Values(environment, userHome);
        var mode = mode(values.text(Variable.MN_ENV));
        var token = values.set(Variable.MN_API_TOKEN);
        if (mode == Mode.PROD && token.isEmpty()) {
            throw new ConfigurationException(
                    "MN_API_TOKEN: not set (expected: a token, because MN_ENV is prod)");
        }
        var home = values.path(Variable.MN_HOME);
        values.home(home);
        var port =
                values.set(Variable.MN_API_PORT).isEmpty()
                                && values.set(Variable.MIRROR_NEURON_API_PORT).isPresent()
                        ? Variable.MIRROR_NEURON_API_PORT
                        : Variable.MN_API_PORT;
        var http =
                new HttpSettings(
                        values.text(Variable.MN_API_HOST),
                        (int) values.number(port, 1, 65_535, "a port from 1 to 65535"),
                        token,
                        values.number(
                                Variable.MN_API_REQUEST_SIZE_LIMIT_BYTES,
                                1,
                                Long.MAX_VALUE,
                                "a number of bytes > 0"),
                        Duration.ofSeconds(
                                values.number(
                                        Variable.MN_API_REQUEST_TIMEOUT_SECONDS,
                                        1,
                                        86_400,
                                        "a number of seconds from 1 to 86400")),
                        origins(values.text(Variable.MN_API_CORS_ALLOW_ORIGINS)),
                        Duration.ofSeconds(
                                values.number(
                                        Variable.MN_SHUTDOWN_GRACE_SECONDS,
                                        0,
                                        86_400,
                                        "a number of seconds from 0 to 86400")));
        var log =
                new LogFile(
                        values.path(Variable.MN_API_LOG_PATH),
                        level(values.text(Variable.MN_LOG_LEVEL)),
                        values.number(
                                Variable.MN_LOG_MAX_BYTES,
                                1,
                                Long.MAX_VALUE,
                                "a number of bytes > 0"),
                        (int)
                                values.number(
                                        Variable.MN_LOG_BACKUP_COUNT,
                                        0,
                                        1_000,
                                        "a number from 0 to 1000"));
        for (var name :
                List.of(
                        Variable.MN_RUN_EVENT_LOG_MAX_BYTES,
                        Variable.MN_EVENT_MAX_COUNT,
                        Variable.MN_TERMINAL_JOB_TTL_SECONDS,
                        Variable.MN_BUNDLE_ARCHIVE_TTL_SECONDS,
                        Variable.MN_RETENTION_GC_INTERVAL_MS)) {
            values.number(name, 1, Long.MAX_VALUE, "a whole number > 0");
        }
        for (var name : List.of(Variable.MN_RUN_MAX_BYTES, Variable.MN_RUN_RETENTION_DAYS)) {
            values.number(name, 0, Long.MAX_VALUE, "a whole number >= 0");
        }
        var timeout = values.text(Variable.MN_GRPC_TIMEOUT_SECONDS);
        if (!timeout.equals("none") && !timeout.matches("\\d{1,6}(\\.\\d{1,3})?")) {
            throw ConfigurationException.of(
                    Variable.MN_GRPC_TIMEOUT_SECONDS, timeout, "a number of seconds, or none");
        }
        var source = values.text(Variable.MN_BLUEPRINT_SOURCE);
        if (!List.of("github", "local").contains(source)) {
            throw ConfigurationException.of(
                    Variable.MN_BLUEPRINT_SOURCE, source, "github or local");
        }
        var redis = values.text(Variable.MN_REDIS_URL);
        if (!redis.matches("rediss?://\\S+")) {
            throw ConfigurationException.of(
                    Variable.MN_REDIS_URL, redis, "a URL such as redis://127.0.0.1:6379/0");
        }
        return new ServerSettings(
                mode,
                http,
                GrpcVariables.read(values, mode, http.stopGrace()),
                home,
                values.path(Variable.MN_RUNS_ROOT),
                log,
                traces(environment),
                environment);
    }

    /** Where spans are sent; empty = nowhere. */
    public static Optional<TraceSettings> traces(Map<String, String> environment)
            throws ConfigurationException {
        var values = new Values(environment, Path.of(""));
        var variable =
                values.set(Variable.MN_OTLP_ENDPOINT).isPresent()
                        ? Variable.MN_OTLP_ENDPOINT
                        : Variable.OTEL_EXPORTER_OTLP_ENDPOINT;
        var endpoint = values.set(variable);
        if (endpoint.isEmpty()) {
            return Optional.empty();
        }
        if (!endpoint.get().matches("https?://[^/\\s?#@]+(/[^\\s?#]*)?")) {
            throw ConfigurationException.of(
                    variable, endpoint.get(), "an address such as http://localhost:4318");
        }
        var protocol = values.text(Variable.OTEL_EXPORTER_OTLP_PROTOCOL);
        if (!protocol.equals(Variable.OTEL_EXPORTER_OTLP_PROTOCOL.absent())) {
            throw ConfigurationException.of(
                    Variable.OTEL_EXPORTER_OTLP_PROTOCOL, protocol, "http/protobuf");
        }
        return Optional.of(
                new TraceSettings(
                        endpoint.get().replaceAll("/+$", ""),
                        headers(values.text(Variable.OTEL_EXPORTER_OTLP_HEADERS)),
                        values.text(Variable.OTEL_SERVICE_NAME)));
    }

    private static Map<String, String> headers(String text) throws ConfigurationException {
        var headers = new LinkedHashMap<String, String>();
        for (var part : text.split(",")) {
            if (part.isBlank()) {
                continue;
            }
            int equals = part.indexOf('=');
            var name = equals < 0 ? "" : part.substring(0, equals).strip();
            try {
                var value =
                        URLDecoder.decode(
                                part.substring(equals + 1).strip().replace("+", "%2B"),
                                StandardCharsets.UTF_8);
                if (name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")
                        && value.matches("[\\x20-\\x7e]*")) {
                    headers.put(name, value);
                    continue;
                }
            } catch (IllegalArgumentException malformed) {
                // Refused below, with the same words as a name that is none.
            }
            throw ConfigurationException.of(
                    Variable.OTEL_EXPORTER_OTLP_HEADERS, text, "name=value, between commas");
        }
        return headers;
    }

    private static Mode mode(String text) throws ConfigurationException {
        return switch (text) {
            case "dev", "development" -> Mode.DEV;
            case "test" -> Mode.TEST;
            case "prod", "production" -> Mode.PROD;
            default ->
                    throw ConfigurationException.of(
                            Variable.MN_ENV, text, "dev, development, test, prod or production");
        };
    }

    private static String level(String text) throws ConfigurationException {
        var level = text.toLowerCase(Locale.ROOT);
        if (!List.of("trace", "debug", "info", "warn", "error").contains(level)) {
            throw ConfigurationException.of(
                    Variable.MN_LOG_LEVEL, text, "trace, debug, info, warn or error");
        }
        return level;
    }

    private static List<String> origins(String text) throws ConfigurationException {
        var origins = new ArrayList<String>();
        for (var part : text.split(",")) {
            var origin = part.strip();
            if (origin.isEmpty()) {
                continue;
            }
            if (!origin.equals("*") && !origin.matches("[a-z][a-z0-9+.-]*://[^/\\s]+")) {
                throw ConfigurationException.of(
                        Variable.MN_API_CORS_ALLOW_ORIGINS,
                        text,
                        "origins such as http://localhost:3000, between commas");
            }
            origins.add(origin);
        }
        return origins;
    }
}
