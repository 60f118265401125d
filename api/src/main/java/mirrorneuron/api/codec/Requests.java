package mirrorneuron.api.codec;

import static mirrorneuron.api.codec.Members.duration;
import static mirrorneuron.api.codec.Members.millis;
import static mirrorneuron.api.codec.Members.number;
import static mirrorneuron.api.codec.Members.put;

import java.util.HashMap;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import mirrorneuron.api.Backups.ExportOptions;
import mirrorneuron.api.Backups.RestoreMode;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.RunId;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/**
 * What a caller asks for. Reading throws {@link InvalidRequestException} for a value that cannot
 * be; what is missing has its default.
 */
public final class Requests {

    private Requests() {}

    public static JsonObject toJson(SubmitOptions options) {
        var json = JsonObject.builder();
        options.timeout().ifPresent(timeout -> json.put("timeout_ms", millis(timeout)));
        json.putIfPresent("job_id", options.jobId().map(JobId::value))
                .putIfPresent("run_id", options.runId().map(RunId::value))
                .putIfPresent("job_name", options.jobName())
                .putIfPresent("idempotency_key", options.idempotencyKey());
        var metadata = JsonObject.builder();
        options.metadata().forEach(metadata::put);
        return json.put("inputs", options.inputs())
                .put("config_overrides", options.configOverrides())
                .put("metadata", metadata.build())
                .put("force", options.force())
                .put("strict", options.strict())
                .build();
    }

    public static SubmitOptions submitOptions(JsonObject json) {
        var metadata = new HashMap<String, String>();
        json.object("metadata")
                .forEach(
                        (name, value) -> {
                            if (value instanceof JsonString text) {
                                metadata.put(name, text.value());
                            }
                        });
        return new SubmitOptions(
                json.has("timeout_ms")
                        ? Optional.of(duration(json, "timeout_ms"))
                        : Optional.empty(),
                json.string("job_id").map(JobId::of),
                json.string("run_id").map(RunId::of),
                json.string("job_name"),
                json.string("idempotency_key"),
                json.object("inputs"),
                json.object("config_overrides"),
                metadata,
                json.bool("force").orElse(false),
                json.bool("strict").orElse(false));
    }

    public static JsonObject toJson(JobQuery query) {
        var json = JsonObject.builder();
        put(json, "limit", query.limit());
        return json.put("offset", query.offset())
                .put("include_terminal", query.includeTerminal())
                .put("live_only", query.liveOnly())
                .put(
                        "statuses",
                        JsonArray.ofStrings(
                                query.statuses().stream().map(JobStatus::wire).sorted().toList()))
                .build();
    }

    public static JobQuery jobQuery(JsonObject json) {
        return new JobQuery(
                number(json, "limit"),
                number(json, "offset").orElse(0),
                json.bool("include_terminal").orElse(true),
                json.bool("live_only").orElse(false),
                json.array("statuses").strings().stream()
                        .map(JobStatus::ofWire)
                        .collect(Collectors.toSet()));
    }

    public static JsonObject toJson(EventQuery query) {
        var json = JsonObject.builder();
        put(json, "from_sequence", query.fromSequence());
        put(json, "limit", query.limit());
        return json.put("types", JsonArray.ofStrings(query.types().stream().sorted().toList()))
                .put("newest_first", query.newestFirst())
                .build();
    }

    public static EventQuery eventQuery(JsonObject json) {
        return new EventQuery(
                json.integer("from_sequence"),
                number(json, "limit"),
                Set.copyOf(json.array("types").strings()),
                json.bool("newest_first").orElse(false));
    }

    public static JsonObject toJson(ExportOptions options) {
        return JsonObject.builder().put("air_gapped", options.airGapped()).build();
    }

    public static ExportOptions exportOptions(JsonObject json) {
        return new ExportOptions(
                json.bool("air_gapped").orElse(ExportOptions.defaults().airGapped()));
    }

    /** The member {@code mode}. */
    public static RestoreMode restoreMode(JsonObject json) {
        return Words.in(RestoreMode.class, "mode", json, RestoreMode.CLONE);
    }

    public static JsonObject toJson(PauseOptions options) {
        return JsonObject.builder()
                .put("mode", Words.of(options.mode()))
                .put("grace_ms", millis(options.grace()))
                .put("answer_within_ms", millis(options.answerWithin()))
                .put("reason", options.reason())
                .build();
    }

    public static PauseOptions pauseOptions(JsonObject json) {
        var defaults = PauseOptions.defaults();
        return new PauseOptions(
                Words.in(PauseOptions.Mode.class, "mode", json, defaults.mode()),
                json.has("grace_ms") ? duration(json, "grace_ms") : defaults.grace(),
                json.has("answer_within_ms")
                        ? duration(json, "answer_within_ms")
                        : defaults.answerWithin(),
                json.string("reason").orElse(defaults.reason()));
    }

    public static JsonObject toJson(RunFiles.Filter filter) {
        return JsonObject.builder()
                .put("channels", JsonArray.ofStrings(filter.channels().stream().sorted().toList()))
                .putIfPresent("level", filter.level())
                .putIfPresent("since", filter.since().map(Timestamps::format))
                .build();
    }

    public static RunFiles.Filter runFilter(JsonObject json) {
        return new RunFiles.Filter(
                Set.copyOf(json.array("channels").strings()),
                json.string("level"),
                json.string("since").map(Timestamps::parse));
    }
}
