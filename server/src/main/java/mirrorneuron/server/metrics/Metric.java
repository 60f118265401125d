package mirrorneuron.server.metrics;

import java.util.List;

/** Every metric, in the order in which it is served. */
enum Metric {
    BUILD("mn_build_info", Type.GAUGE, "always 1; the version is a label", "version"),
    UPTIME("mn_uptime_seconds", Type.GAUGE, "time since the server started"),
    JOBS("mn_jobs", Type.GAUGE, "jobs that the home keeps, by status", "status"),
    LIVE_JOBS("mn_live_jobs", Type.GAUGE, "jobs that this process runs now"),
    JOBS_CREATED("mn_jobs_created_total", Type.COUNTER, "submissions that made a job"),
    COMMITS("mn_commits_total", Type.COUNTER, "atomic steps of jobs that became durable"),
    EVENTS("mn_events_committed_total", Type.COUNTER, "events that became durable"),
    SYNCS(
            "mn_store_sync_seconds",
            Type.HISTOGRAM,
            "how long each write to the disk took, flush included; one write serves many commits"),
    RECORDER(
            "mn_recorder_waiting_jobs",
            Type.GAUGE,
            "jobs with events that are not in their run's files yet"),
    SLOTS("mn_worker_slots", Type.GAUGE, "slots for workers: available or in_use", "pool", "state"),
    QUEUE("mn_worker_queue_depth", Type.GAUGE, "workers that wait for slots", "pool"),
    REQUESTS(
            "mn_http_requests_total",
            Type.COUNTER,
            "requests that were answered; route is the template, none where there was no route",
            "route",
            "method",
            "status"),
    REQUEST_DURATION(
            "mn_http_request_duration_seconds",
            Type.HISTOGRAM,
            "how long requests took, live streams left out",
            "route",
            "method"),
    STREAMS("mn_http_open_streams", Type.GAUGE, "live streams that are open now"),
    CALLS(
            "mn_grpc_calls_total",
            Type.COUNTER,
            "calls that ended; method is service and name, status the code in capitals",
            "method",
            "status"),
    CALL_DURATION(
            "mn_grpc_call_duration_seconds",
            Type.HISTOGRAM,
            "how long calls took, streams left out",
            "method"),
    CALL_STREAMS("mn_grpc_open_streams", Type.GAUGE, "streams of answers that are open now"),
    SPANS(
            "mn_trace_spans_total",
            Type.COUNTER,
            "spans that the collector took (sent) or did not take (lost)",
            "outcome"),
    MEMORY_USED("jvm_memory_used_bytes", Type.GAUGE, "memory in use: heap or nonheap", "area"),
    MEMORY_COMMITTED(
            "jvm_memory_committed_bytes",
            Type.GAUGE,
            "memory that the JVM has from the system",
            "area"),
    MEMORY_MAX(
            "jvm_memory_max_bytes", Type.GAUGE, "the most that may be used, where bounded", "area"),
    GC_COUNT("jvm_gc_collections_total", Type.COUNTER, "collections of garbage", "gc"),
    GC_TIME("jvm_gc_seconds_total", Type.COUNTER, "time spent in them", "gc"),
    THREADS("jvm_threads", Type.GAUGE, "platform threads; virtual ones are not counted"),
    CPU("process_cpu_seconds_total", Type.COUNTER, "processor time of the process"),
    OPEN_FDS("process_open_fds", Type.GAUGE, "open file descriptors"),
    MAX_FDS("process_max_fds", Type.GAUGE, "how many may be open"),
    RESIDENT(
            "process_resident_memory_bytes",
            Type.GAUGE,
            "memory of the process that is in RAM; absent where the system does not tell"),
    STARTED(
            "process_start_time_seconds",
            Type.GAUGE,
            "when the process started, in seconds since 1970");

    /** What a metric counts as. */
    enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    private final String wire;
    private final Type type;
    private final String help;
    private final List<String> labels;

    Metric(String wire, Type type, String help, String... labels) {
        this.wire = wire;
        this.type = type;
        this.help = help;
        this.labels = List.of(labels);
    }

    /** The name that readers see. */
    String wire() {
        return wire;
    }

    Type type() {
        return type;
    }

    String help() {
        return help;
    }

    List<String> labels() {
        return labels;
    }
}
