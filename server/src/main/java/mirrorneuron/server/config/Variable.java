package mirrorneuron.server.config;

import java.util.Locale;

/** Every variable that the server knows, with what holds when it is not set. */
public enum Variable {
    MN_ENV("dev", "dev or development, test, prod or production"),
    MN_HOME("~/.mn", "the folder that holds jobs, runs and logs"),
    MN_NODE_NAME("local", "the name of this node in records and lists"),
    MN_API_HOST("localhost", "the address to listen on"),
    MN_API_PORT("54001", "the port to listen on, 1 to 65535"),
    MIRROR_NEURON_API_PORT("", "older name of MN_API_PORT, used when that is not set"),
    MN_API_TOKEN("", "what callers must bring as bearer token; demanded in prod"),
    MN_API_REQUEST_SIZE_LIMIT_BYTES("5242880", "the largest request body"),
    MN_API_REQUEST_TIMEOUT_SECONDS(
            "60", "time for a request to arrive; a body has a second more for each 4096 bytes"),
    MN_API_CORS_ALLOW_ORIGINS("", "origins of web pages that may call, between commas; * = any"),
    MN_API_LOG_PATH("$MN_HOME/logs/api.log", "the log file of the server"),
    MN_LOG_LEVEL("INFO", "trace, debug, info, warn or error, in any case"),
    MN_LOG_MAX_BYTES("1048576", "the size at which the log begins a new file"),
    MN_LOG_BACKUP_COUNT("5", "how many older log files are kept"),
    MN_OTLP_ENDPOINT("", "address of a collector of traces, such as http://localhost:4318"),
    OTEL_EXPORTER_OTLP_ENDPOINT("", "the same by its usual name, used when that is not set"),
    OTEL_EXPORTER_OTLP_HEADERS("", "headers for the collector: name=value, between commas"),
    OTEL_EXPORTER_OTLP_PROTOCOL("http/protobuf", "the only one that is spoken"),
    OTEL_SERVICE_NAME("mirrorneuron", "what traces call this server"),
    MN_RUNS_ROOT("$MN_HOME/runs", "where run folders are made"),
    MN_OUTPUT_ROOTS("", "further folders that outputs may be served from, between colons"),
    MN_ALLOW_REVEAL("false", "true = a caller may open a file manager on this machine"),
    MN_RUN_EVENT_LOG_MAX_BYTES("10485760", "the size at which a log of a run begins a new file"),
    MN_RUN_MAX_BYTES("0", "size after which a run gets no more lines; 0 = no limit"),
    MN_RUN_RETENTION_DAYS("0", "days after which folders of closed runs are deleted; 0 = never"),
    MN_EVENT_MAX_COUNT("10000", "how many events of a running job are kept in detail"),
    MN_TERMINAL_JOB_TTL_SECONDS("604800", "how long an ended job is kept"),
    MN_BUNDLE_ARCHIVE_TTL_SECONDS("604800", "how long an uploaded bundle is kept that nobody uses"),
    MN_RETENTION_GC_INTERVAL_MS("60000", "how often what is kept too long is looked for"),
    MN_SANDBOX_FALLBACK("", "host_local = run commands as plain processes where no sandbox works"),
    MN_ALLOW_HOST_WORKDIR("false", "true = a command may name a folder of this machine to run in"),
    MN_ALLOW_MODULE_SOURCE("false", "true = Java sources in a bundle may be compiled and run here"),
    MN_BUNDLES_DIR("", "a folder of bundle folders that can be reloaded by their id"),
    MIRROR_NEURON_BUNDLES_DIR("", "older name of MN_BUNDLES_DIR, used when that is not set"),
    MN_GRPC_BIND_HOST("localhost", "the address on which gRPC listens"),
    MN_GRPC_PORT("50051", "the port on which gRPC listens; 0 = any free one"),
    MN_GRPC_SECOND_PORT("0", "a second port for the same, if it is free; 0 = none"),
    MN_GRPC_AUTH_MODE("auto", "auto, operator, all or open: which calls need a token"),
    MN_GRPC_AUTH_TOKEN_FILE("", "a file with the operator's token; goes before the next"),
    MN_GRPC_AUTH_TOKEN("", "what gRPC callers must bring as bearer token; demanded in prod"),
    MN_GRPC_ADMIN_TOKEN_FILE("", "a file with the admin's token; goes before the next"),
    MN_GRPC_ADMIN_TOKEN("", "what clearing jobs takes in place of the operator's token"),
    MN_MIRROR_NEURON_GRPC_ADMIN_TOKEN("", "older name of MN_GRPC_ADMIN_TOKEN"),
    MN_GRPC_TLS_CERT("", "a certificate as PEM; TLS when its key is set too"),
    MN_GRPC_TLS_KEY("", "its private key as PEM, in PKCS 8"),
    MN_GRPC_MAX_MESSAGE_BYTES("67108864", "the largest gRPC message that is taken"),
    MN_GRPC_REFLECTION("", "true or false; unset = true, and false in prod"),
    MN_GRPC_TARGET("", "host:port that workers are told; unset = where this server answers"),
    MN_CORE_GRPC_TARGET("", "weaker form of MN_GRPC_TARGET"),
    MN_CORE_HOST("localhost", "host of the default gRPC target"),
    MN_GRPC_TIMEOUT_SECONDS("10", "time for one gRPC call in seconds; 0 or none = no limit"),
    MN_LAUNCH_PROGRESS_DIR("$MN_HOME/launch_progress", "where launches tell how far they are"),
    MN_BLUEPRINT_SOURCE("github", "github or local; nothing is ever downloaded unasked"),
    MN_BLUEPRINT_LOCAL("", "a catalog folder with its index.json"),
    MN_BLUEPRINT_REPO("", "a folder named here counts as MN_BLUEPRINT_LOCAL"),
    MN_REDIS_URL("redis://127.0.0.1:6379/0", "a Redis store; the embedded store needs none"),
    MN_REDIS_NAMESPACE("mirror_neuron", "the first part of keys in a Redis store"),
    MN_SHUTDOWN_GRACE_SECONDS("30", "how long a stop waits for requests and running commands");

    private final String absent;
    private final String meaning;

    Variable(String absent, String meaning) {
        this.absent = absent;
        this.meaning = meaning;
    }

    /** What holds when it is not set; empty = nothing. */
    public String absent() {
        return absent;
    }

    public String meaning() {
        return meaning;
    }

    /** Values of such variables are never shown. */
    public boolean secret() {
        return isSecret(name());
    }

    /** True when a variable of this name, of ours or not, holds a secret. */
    public static boolean isSecret(String variable) {
        var name = variable.toUpperCase(Locale.ROOT);
        return name.contains("TOKEN")
                || name.contains("SECRET")
                || name.contains("PASSWORD")
                || name.contains("KEY")
                || name.contains("COOKIE")
                || name.endsWith("_HEADERS");
    }
}
