package mirrorneuron.engine.job;

import java.util.List;
import java.util.Locale;
import mirrorneuron.api.Failure;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/**
 * Failures in facts and snapshots. They keep the form of the first release, whatever becomes of the
 * one that is shown: a severity in small letters, and no links where {@link Failure} has the usual
 * ones. {@link Failure#fromJson} reads both.
 */
final class FailureCodec {

    private FailureCodec() {}

    static JsonObject write(Failure failure) {
        var links =
                failure.links().equals(Failure.USUAL_LINKS)
                        ? List.<JsonObject>of()
                        : failure.links().stream()
                                .map(
                                        link ->
                                                JsonObject.builder()
                                                        .put("rel", link.rel())
                                                        .put("artifact_id", link.artifactId())
                                                        .build())
                                .toList();
        return JsonObject.builder()
                .put("schema_version", Failure.SCHEMA)
                .put("code", failure.code())
                .put("desc", failure.desc())
                .put("details", failure.details())
                .put("severity", failure.severity().toLowerCase(Locale.ROOT))
                .put("occurred_at", Timestamps.format(failure.occurredAt()))
                .put("event_id", failure.eventId())
                .putIfPresent("trace_id", failure.traceId())
                .putIfPresent("span_id", failure.spanId())
                .put("remediation", failure.remediation())
                .put("links", JsonArray.of(links))
                .build();
    }
}
