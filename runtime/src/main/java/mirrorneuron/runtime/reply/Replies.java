package mirrorneuron.runtime.reply;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;

/**
 * Remembers replies by their idempotency key, for a day, across restarts. Safe from any thread; two
 * requests with one key at once are carried out once.
 *
 * <p>Keys are spread over a fixed number of documents with room for a few replies each, so what is
 * kept is bounded without ever being searched. An action that a crash caught between its effect and
 * its reply is carried out again by a repeated request: actions whose repetition would harm, such
 * as a submission, keep their key in the same commit as their effect and do not come here.
 */
public final class Replies {

    private static final String FAMILY = "reply";
    private static final int DOCUMENTS = 1_024;
    private static final int REPLIES_PER_DOCUMENT_MAX = 16;
    private static final int REPLY_BYTES_MAX = 64 << 10;
    private static final Duration KEPT = Duration.ofHours(24);

    private final Store store;
    private final InstantSource clock;
    private final List<ReentrantLock> locks = new ArrayList<>();

    public Replies(Store store, InstantSource clock) {
        this.store = requireNonNull(store, "store");
        this.clock = requireNonNull(clock, "clock");
        for (int i = 0; i < DOCUMENTS; i++) {
            locks.add(new ReentrantLock());
        }
    }

    /**
     * @param repeated true when the reply was given before and nothing was done now
     */
    public record Reply(JsonObject document, boolean repeated) {}

    /**
     * The reply that was given to this key, or that of the action, which is then remembered. An
     * action that throws is not remembered; one whose reply is larger than 64 KiB neither.
     *
     * @param scope what the key belongs to, such as an operation
     * @param digest of the request
     * @throws ConflictException when the key came with another request before
     */
    public Reply once(String scope, String key, String digest, Supplier<JsonObject> action) {
        var name = hash(scope + '\n' + key);
        int place = Integer.parseUnsignedInt(name.substring(0, 7), 16) % DOCUMENTS;
        var lock = locks.get(place);
        lock.lock();
        try {
            var kept = kept(place);
            var earlier =
                    kept.stream()
                            .filter(entry -> entry.string("key").orElse("").equals(name))
                            .findFirst();
            if (earlier.isPresent()) {
                if (!earlier.get().string("digest").orElse("").equals(digest)) {
                    throw new ConflictException(
                            ErrorCode.CONFLICT,
                            "The idempotency key was used for another request before: use a new"
                                    + " key for new content",
                            null);
                }
                return new Reply(earlier.get().object("reply"), true);
            }
            var reply = action.get();
            remember(place, kept, name, digest, reply);
            return new Reply(reply, false);
        } finally {
            lock.unlock();
        }
    }

    /** Hex digits of the SHA-256 of a request, for {@link #once}. */
    public static String digest(byte[] request) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(request));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }

    private static String hash(String text) {
        return digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<JsonObject> kept(int place) {
        var oldest = clock.instant().minus(KEPT);
        return store.get(FAMILY, String.valueOf(place))
                .map(
                        bytes ->
                                StoreException.understood(
                                        FAMILY + " " + place, () -> since(oldest, bytes)))
                .orElse(List.of());
    }

    private static List<JsonObject> since(Instant oldest, byte[] entries) {
        return ((JsonArray) Json.parse(entries))
                .stream()
                        .map(JsonObject.class::cast)
                        .filter(entry -> at(entry).isAfter(oldest))
                        .toList();
    }

    private static Instant at(JsonObject entry) {
        return entry.string("at").map(Timestamps::parse).orElse(Instant.EPOCH);
    }

    private void remember(
            int place, List<JsonObject> kept, String name, String digest, JsonObject reply) {
        if (Json.bytes(reply).length > REPLY_BYTES_MAX) {
            return;
        }
        var entries = new ArrayList<JsonValue>(kept);
        entries.add(
                JsonObject.builder()
                        .put("key", name)
                        .put("digest", digest)
                        .put("at", Timestamps.format(clock.instant()))
                        .put("reply", reply)
                        .build());
        int surplus = Math.max(0, entries.size() - REPLIES_PER_DOCUMENT_MAX);
        store.put(
                FAMILY,
                String.valueOf(place),
                Json.bytes(JsonArray.of(entries.subList(surplus, entries.size()))));
    }
}
