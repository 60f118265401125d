package mirrorneuron.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.EventCodec;
import mirrorneuron.engine.job.SnapshotCodec;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.runtime.job.JobLoader;
import mirrorneuron.store.Commit;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import mirrorneuron.store.memory.MemoryStore;
import mirrorneuron.store.rocksdb.StoredBytes;

/**
 * What a home holds: read, or refused as damage. The first byte of an input says what the rest is;
 * the rest are bytes, or a script of edits.
 */
final class StoredTarget implements Target {

    private static final JobId JOB = JobId.of("job");
    private static final Instant NOON = Instant.parse("2026-03-28T12:00:00Z");

    private final Path folder;
    private final Store bundles = new MemoryStore();
    private final BundleLibrary library;
    private final List<byte[]> seeds = new ArrayList<>();
    private final JsonEdits snapshots;
    private final JsonEdits logs;
    private final JsonEdits others;

    StoredTarget(Path folder) {
        this.folder = folder;
        library = new BundleLibrary(bundles, folder, ManifestLimits.DEFAULT);
        var snapshotDocuments = new ArrayList<JsonValue>();
        var logDocuments = new ArrayList<JsonValue>();
        var otherDocuments = new ArrayList<JsonValue>();
        for (var job : RecordedJobs.all()) {
            var snapshot = (JsonObject) Json.parse(job.snapshot());
            bundles.put("bundle", SnapshotCodec.fingerprint(snapshot), job.bundle());
            snapshotDocuments.add(snapshot);
            logDocuments.add(list(job.facts()));
            otherDocuments.add(Json.parse(job.record()));
            otherDocuments.add(Json.parse(job.bundle()));
            seeds.add(seed('s', job.snapshot()));
            seeds.add(seed('f', job.facts()));
            seeds.add(seed('r', job.record()));
            seeds.add(seed('b', job.bundle()));
        }
        Corpus.files("engine/src/test/resources/golden", ".jsonl").stream()
                .map(Corpus::bytes)
                .forEach(facts -> logDocuments.add(list(facts)));
        Corpus.files("engine/src/test/resources/golden", ".snapshot.json").stream()
                .map(file -> Json.parse(Corpus.bytes(file)))
                .forEach(snapshotDocuments::add);
        otherDocuments.add(Json.parse(StoredBytes.head()));
        otherDocuments.add(Json.parse(StoredBytes.key()));
        snapshots = new JsonEdits(snapshotDocuments, List.of());
        logs = new JsonEdits(logDocuments, List.of());
        others = new JsonEdits(otherDocuments, List.of());
        seeds.add(seed('h', StoredBytes.head()));
        seeds.add(seed('k', StoredBytes.key()));
        seeds.add(seed('n', new byte[] {0, 0, 0, 0, 0, 0, 0, 2, '{', '}', '\n'}));
        addScripts("s", snapshots);
        addScripts("f", logs);
        addScripts("rbhk", others);
    }

    private void addScripts(String kinds, JsonEdits edits) {
        for (char kind : kinds.toCharArray()) {
            edits.seeds().stream()
                    .filter(JsonEdits::isScript)
                    .forEach(script -> seeds.add(seed(kind, script)));
        }
    }

    /** An input of a kind. */
    static byte[] seed(char kind, byte[] rest) {
        var seed = new byte[rest.length + 1];
        seed[0] = (byte) kind;
        System.arraycopy(rest, 0, seed, 1, rest.length);
        return seed;
    }

    private static JsonValue list(byte[] lines) {
        return JsonArray.of(new String(lines, UTF_8).lines().map(Json::parse).toList());
    }

    @Override
    public List<byte[]> seeds() {
        return seeds;
    }

    @Override
    public List<String> words() {
        var words = new ArrayList<>(snapshots.words());
        words.addAll(logs.words());
        return words.stream().distinct().toList();
    }

    @Override
    public byte[] prepared(byte[] input) {
        if (input.length == 0) {
            return input;
        }
        return switch (input[0]) {
            case 's' -> snapshots.preparedFrom(input, 1);
            case 'r', 'b', 'h', 'k' -> others.preparedFrom(input, 1);
            case 'f' -> {
                var rest = Arrays.copyOfRange(input, 1, input.length);
                yield JsonEdits.isScript(rest) ? seed('f', lines(logs.run(rest))) : input;
            }
            default -> input;
        };
    }

    @Override
    public String read(byte[] input) {
        if (input.length == 0) {
            return "nothing";
        }
        char kind = (char) input[0];
        var rest = Arrays.copyOfRange(input, 1, input.length);
        try {
            return kind + " " + read(kind, rest);
        } catch (StoreException damaged) {
            return kind + " " + damaged.code();
        }
    }

    private String read(char kind, byte[] rest) {
        return switch (kind) {
            case 's' -> {
                load(Optional.of(new Commit.Snapshot(5, rest)), Optional.empty());
                yield "read";
            }
            case 'f' -> {
                var facts = new Commit.Facts(1, 9_999, rest);
                JobLoader.facts(JOB, facts);
                StoreException.understood("lines", () -> EventCodec.stateLines(rest));
                load(Optional.empty(), Optional.of(facts));
                yield "read";
            }
            case 'b' -> {
                try (var store = new MemoryStore()) {
                    store.put("bundle", "b", rest);
                    new BundleLibrary(store, folder, ManifestLimits.DEFAULT).find("b");
                }
                yield "read";
            }
            case 'h' -> {
                StoredBytes.readHead(rest);
                yield "read";
            }
            case 'r' -> {
                StoredBytes.readRecord(rest);
                yield "read";
            }
            case 'k' -> {
                StoredBytes.readKey(rest);
                yield "read";
            }
            case 'n' -> {
                StoredBytes.readFacts(rest);
                yield "read";
            }
            default -> "of no kind";
        };
    }

    private static byte[] lines(JsonValue list) {
        var lines = new ByteArrayOutputStream();
        for (var line : list instanceof JsonArray array ? array : JsonArray.of(list)) {
            lines.writeBytes(Json.bytes(line));
            lines.write('\n');
        }
        return lines.toByteArray();
    }

    private void load(Optional<Commit.Snapshot> snapshot, Optional<Commit.Facts> facts) {
        try (var store = new MemoryStore()) {
            store.create(
                    new Commit(
                            JOB,
                            1,
                            facts,
                            Optional.of(
                                    new Commit.Entry(
                                            JobStatus.RUNNING, NOON, NOON, JsonObject.empty())),
                            snapshot,
                            List.of(),
                            Optional.empty()));
            SnapshotCodec.write(new JobLoader(store, library).load(JOB).orElseThrow().job());
        }
    }
}
