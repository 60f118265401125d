package mirrorneuron.api.codec;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import mirrorneuron.api.Failure;
import mirrorneuron.api.Issue;
import mirrorneuron.api.IssueLocation;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Link;
import mirrorneuron.api.Severity;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/** Values from a seed; half of what may be absent is. */
final class Samples {

    private static final String LETTERS = "abcXYZ 09_-./\\\"\n\täß漢🙂\u0000";

    private final Random random;

    Samples(long seed) {
        this.random = new Random(seed);
    }

    boolean flag() {
        return random.nextBoolean();
    }

    int number() {
        return random.nextInt(1_000);
    }

    long large() {
        return random.nextLong() >>> 2;
    }

    <T> Optional<T> maybe(Supplier<T> value) {
        return flag() ? Optional.of(value.get()) : Optional.empty();
    }

    OptionalInt maybeNumber() {
        return flag() ? OptionalInt.of(1 + number()) : OptionalInt.empty();
    }

    OptionalLong maybeLarge() {
        return flag() ? OptionalLong.of(large()) : OptionalLong.empty();
    }

    <T> List<T> some(Supplier<T> value) {
        var values = new ArrayList<T>();
        for (int n = random.nextInt(4); n > 0; n--) {
            values.add(value.get());
        }
        return values;
    }

    <T> T one(T[] values) {
        return values[random.nextInt(values.length)];
    }

    /** Any text, the empty one among them. */
    String text() {
        var text = new StringBuilder();
        for (int n = random.nextInt(8); n > 0; n--) {
            text.appendCodePoint(
                    LETTERS.codePointAt(
                            LETTERS.offsetByCodePoints(
                                    0,
                                    random.nextInt(LETTERS.codePointCount(0, LETTERS.length())))));
        }
        return text.toString();
    }

    /** Something to call a thing by. */
    String name() {
        return "n" + random.nextInt(1_000) + (flag() ? "ä" : "");
    }

    JobId job() {
        return JobId.of(name());
    }

    JobStatus status() {
        return one(JobStatus.values());
    }

    Duration duration() {
        return Duration.ofMillis(random.nextInt(1_000_000));
    }

    Instant time() {
        return Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L));
    }

    JsonObject object() {
        return object(2);
    }

    private JsonObject object(int depth) {
        var json = JsonObject.builder();
        for (int n = random.nextInt(4); n > 0; n--) {
            json.put(text(), json(depth - 1));
        }
        return json.build();
    }

    JsonValue json() {
        return json(2);
    }

    private JsonValue json(int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> JsonNull.NULL;
            case 1 -> JsonBool.of(flag());
            case 2 -> flag() ? JsonNumber.of(random.nextLong()) : JsonNumber.of(0.1 * number());
            case 3 -> new JsonString(text());
            case 4 -> object(depth);
            default -> JsonArray.of(some(() -> json(depth - 1)));
        };
    }

    Failure failure() {
        return new Failure(
                name(),
                text(),
                object(),
                "error",
                time(),
                text(),
                maybe(this::name),
                maybe(this::name),
                text(),
                some(() -> new Link(name(), text())));
    }

    Issue issue() {
        return new Issue(
                name(),
                text(),
                maybe(this::text),
                one(Severity.values()),
                new IssueLocation(text(), text(), text()),
                maybe(this::json),
                maybe(this::json));
    }
}
