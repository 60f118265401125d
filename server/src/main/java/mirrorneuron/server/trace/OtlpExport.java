package mirrorneuron.server.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.InstrumentationLibraryInfo;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import mirrorneuron.server.config.TraceSettings;

/** Sends spans to a collector over OTLP, as protobuf over HTTP. */
final class OtlpExport implements SpanExport {

    /** Longer than the library tries again after refusals that may pass. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final String SCOPE = "mirrorneuron";

    private final OtlpHttpSpanExporter exporter;
    private final Resource resource;

    OtlpExport(TraceSettings settings, String version) {
        var builder =
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(settings.endpoint() + "/v1/traces")
                        .setCompression("gzip")
                        .setTimeout(TIMEOUT);
        settings.headers().forEach(builder::addHeader);
        this.exporter = builder.build();
        this.resource =
                Resource.create(
                        Attributes.of(
                                AttributeKey.stringKey("service.name"),
                                settings.service(),
                                AttributeKey.stringKey("service.version"),
                                version));
    }

    @Override
    public boolean send(List<Span> spans) {
        return exporter.export(spans.stream().<SpanData>map(this::data).toList())
                .join(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .isSuccess();
    }

    private SpanData data(Span span) {
        var attributes = Attributes.builder();
        span.attributes().forEach(attributes::put);
        return new Data(span, attributes.build(), resource);
    }

    @Override
    public void close() {
        exporter.close();
    }

    /** A span in the form that the library sends. */
    private record Data(Span span, Attributes attributes, Resource resource) implements SpanData {

        @Override
        public String getName() {
            return span.name();
        }

        @Override
        public SpanKind getKind() {
            return SpanKind.INTERNAL;
        }

        @Override
        public SpanContext getSpanContext() {
            return context(span.spanId());
        }

        @Override
        public SpanContext getParentSpanContext() {
            return span.parentId().map(this::context).orElseGet(SpanContext::getInvalid);
        }

        private SpanContext context(String spanId) {
            return SpanContext.create(
                    span.traceId(), spanId, TraceFlags.getSampled(), TraceState.getDefault());
        }

        @Override
        public StatusData getStatus() {
            Optional<StatusData> failed =
                    span.failure().map(text -> StatusData.create(StatusCode.ERROR, text));
            return failed.orElseGet(StatusData::unset);
        }

        @Override
        public long getStartEpochNanos() {
            return nanos(span.start());
        }

        @Override
        public long getEndEpochNanos() {
            return nanos(span.end());
        }

        private static long nanos(Instant at) {
            return TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano();
        }

        @Override
        public Attributes getAttributes() {
            return attributes;
        }

        @Override
        public int getTotalAttributeCount() {
            return attributes.size();
        }

        @Override
        public List<EventData> getEvents() {
            return List.of();
        }

        @Override
        public List<LinkData> getLinks() {
            return List.of();
        }

        @Override
        public boolean hasEnded() {
            return true;
        }

        @Override
        public int getTotalRecordedEvents() {
            return 0;
        }

        @Override
        public int getTotalRecordedLinks() {
            return 0;
        }

        @Override
        @SuppressWarnings("deprecation")
        public InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
            return InstrumentationLibraryInfo.create(SCOPE, null);
        }

        @Override
        public InstrumentationScopeInfo getInstrumentationScopeInfo() {
            return InstrumentationScopeInfo.create(SCOPE);
        }

        @Override
        public Resource getResource() {
            return resource;
        }
    }
}
