package mirrorneuron.runtime.run;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/**
 * What a run used over time, from its samples.
 *
 * @see "REST contract, section 6.7"
 */
final class ResourceReport {

    private static final Pattern SPAN = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,12})?)([smhd]?)");
    private static final Duration SPAN_MAX = Duration.ofDays(36_500);
    private static final int BUCKETS_MAX = 10_000;

    /** Workers write the file, and the sum of what nothing measures is no number. */
    private static final double READING_MAX = 1e15;

    private ResourceReport() {}

    /**
     * A number, with a fraction if need be, with {@code s}, {@code m}, {@code h} or {@code d}; a
     * bare number is in seconds. Parts of a millisecond are left out.
     *
     * @throws InvalidRequestException {@code INVALID_QUERY} for anything else, for less than a
     *     millisecond, and for more than a century
     */
    static Duration span(String name, String text) {
        var parts = SPAN.matcher(text.strip());
        if (parts.matches()) {
            var unit =
                    switch (parts.group(2)) {
                        case "m" -> Duration.ofMinutes(1);
                        case "h" -> Duration.ofHours(1);
                        case "d" -> Duration.ofDays(1);
                        default -> Duration.ofSeconds(1);
                    };
            var count = new BigDecimal(parts.group(1));
            // Twelve digits of days in milliseconds are twenty digits, which a long may not hold.
            var ms = count.multiply(BigDecimal.valueOf(unit.toMillis())).toBigInteger();
            if (ms.signum() > 0 && ms.compareTo(BigInteger.valueOf(SPAN_MAX.toMillis())) <= 0) {
                return Duration.ofMillis(ms.longValue());
            }
        }
        throw new InvalidRequestException(
                ErrorCode.INVALID_QUERY,
                name
                        + ": \""
                        + text
                        + "\" (expected: a number > 0 with s, m, h or d, up to 36500d)",
                null);
    }

    static JsonObject of(
            String runId, List<JsonObject> samples, Instant now, Duration window, Duration bucket) {
        long bucketMs = Math.max(bucket.toMillis(), window.toMillis() / BUCKETS_MAX + 1);
        var from = now.minus(window);
        var buckets = new TreeMap<Long, Sums>();
        var whole = new Sums();
        JsonValue latest = JsonNull.NULL;
        for (var sample : samples) {
            var at = TailReader.time(sample);
            if (at.isPresent() && !at.get().isBefore(from)) {
                long start = Math.floorDiv(at.get().toEpochMilli(), bucketMs) * bucketMs;
                buckets.computeIfAbsent(start, _ -> new Sums()).add(sample);
                whole.add(sample);
                latest = sample;
            }
        }
        return JsonObject.builder()
                .put("run_id", runId)
                .put("window_seconds", seconds(window))
                .put("bucket_seconds", seconds(bucket))
                .put("sample_count", whole.samples)
                .put(
                        "buckets",
                        JsonArray.of(
                                buckets.entrySet().stream()
                                        .map(entry -> entry.getValue().bucket(entry.getKey()))
                                        .toList()))
                .put(
                        "peaks",
                        JsonObject.builder()
                                .put("max_cpu_pct", whole.cpuPctMax)
                                .put("max_memory_rss_mb", whole.memoryMbMax)
                                .build())
                .put("token_totals", whole.tokens())
                .put("latest", latest)
                .build();
    }

    /** A whole number where it is one. */
    private static JsonNumber seconds(Duration span) {
        return span.toMillisPart() == 0
                ? JsonNumber.of(span.toSeconds())
                : JsonNumber.of(span.toMillis() / 1_000.0);
    }

    private static final class Sums {
        private long samples;
        private long cpuSamples;
        private double cpuPctSum;
        private double cpuPctMax;
        private double memoryMbMax;
        private long inputTokens;
        private long outputTokens;
        private long totalTokens;
        private long calls;
        private boolean estimated;

        void add(JsonObject sample) {
            samples++;
            reading(sample.at("cpu_pct"))
                    .ifPresent(
                            cpuPct -> {
                                cpuSamples++;
                                cpuPctSum += cpuPct;
                                cpuPctMax = Math.max(cpuPctMax, cpuPct);
                            });
            memoryMbMax = Math.max(memoryMbMax, number(sample.at("memory_rss_mb")));
            var llm = sample.object("llm");
            inputTokens += (long) number(llm.at("input_tokens"));
            outputTokens += (long) number(llm.at("output_tokens"));
            totalTokens += (long) number(llm.at("total_tokens"));
            calls += (long) number(llm.at("calls"));
            estimated |= llm.bool("estimated").orElse(false);
        }

        JsonObject bucket(long startMs) {
            return JsonObject.builder()
                    .put("start", Timestamps.format(Instant.ofEpochMilli(startMs)))
                    .put("samples", samples)
                    .put("cpu_pct_avg", cpuSamples == 0 ? 0 : cpuPctSum / cpuSamples)
                    .put("cpu_pct_max", cpuPctMax)
                    .put("memory_rss_mb_max", memoryMbMax)
                    .put("input_tokens", inputTokens)
                    .put("output_tokens", outputTokens)
                    .put("total_tokens", totalTokens)
                    .build();
        }

        JsonObject tokens() {
            return JsonObject.builder()
                    .put("input_tokens", inputTokens)
                    .put("output_tokens", outputTokens)
                    .put("total_tokens", totalTokens)
                    .put("calls", calls)
                    .put("estimated", estimated)
                    .build();
        }

        private static double number(JsonValue value) {
            return reading(value).orElse(0);
        }

        private static OptionalDouble reading(JsonValue value) {
            return value instanceof JsonNumber number && Math.abs(number.asDouble()) <= READING_MAX
                    ? OptionalDouble.of(number.asDouble())
                    : OptionalDouble.empty();
        }
    }
}
