package mirrorneuron.runtime.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.store.Commit;
import mirrorneuron.store.StoreException;
import mirrorneuron.store.memory.MemoryStore;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A home holds bytes that nobody wrote: each is damage with a name, and never another failure. */
class DamagedJobTest {

    private static final JobId JOB = JobId.of("job-1");
    private static final Instant NOON = Instant.parse("2026-03-28T12:00:00Z");
    private static final String MANIFEST =
            """
            {"manifest_version":"1.0","graph_id":"g","type":"service","entrypoints":["a"],
             "nodes":[{"node_id":"a","agent_type":"router"}]}""";

    @TempDir Path folder = Path.of("");

    private final MemoryStore store = new MemoryStore();

    private JobLoader loader() {
        return new JobLoader(store, new BundleLibrary(store, folder, ManifestLimits.DEFAULT));
    }

    private void given(Optional<String> snapshot, Optional<String> facts) {
        store.create(
                new Commit(
                        JOB,
                        1,
                        facts.map(lines -> new Commit.Facts(1, 9, lines.getBytes(UTF_8))),
                        Optional.of(
                                new Commit.Entry(
                                        JobStatus.RUNNING, NOON, NOON, JsonObject.empty())),
                        snapshot.map(text -> new Commit.Snapshot(9, text.getBytes(UTF_8))),
                        List.of(),
                        Optional.empty()));
    }

    private void givenBundle(String document) {
        store.put("bundle", "b", document.getBytes(UTF_8));
    }

    private static void thenDamaged(ThrowingCallable reading, String what) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        damaged -> assertThat(damaged.code()).isEqualTo(ErrorCode.STORE_DAMAGED))
                .hasMessageStartingWith("Expected to " + what);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"schema\":",
                "7",
                "{\"schema\":\"mn.job.state/v1\",\"bundle\":\"b\"}",
                "{\"schema\":\"mn.job.state/v1\",\"bundle\":\"b\",\"job\":\"job-1\",\"status\":\"running\",\"agents\":{\"nobody\":{}}}"
            })
    void a_torn_snapshot_is_damage(String snapshot) {
        givenBundle("{\"manifest\":" + MANIFEST + "}");
        given(Optional.of(snapshot), Optional.empty());

        thenDamaged(() -> loader().load(JOB), "read job job-1, but what is stored");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "7\n",
                "{\"k\":\"agent_started\",\"s\":1,\"at\":1,\"a\":\"a\",\"type\":\"nobody\"}\n"
            })
    void a_torn_log_is_damage(String lines) {
        given(Optional.empty(), Optional.of(lines));

        thenDamaged(() -> loader().load(JOB), "read job job-1, but what is stored");
        thenDamaged(
                () -> JobLoader.facts(JOB, new Commit.Facts(1, 9, lines.getBytes(UTF_8))),
                "read the log of job job-1, but what is stored");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "7", "{\"manifest\":{},\"files\":[7]}"})
    void a_torn_bundle_is_damage(String document) {
        givenBundle(document);
        var library = new BundleLibrary(store, folder, ManifestLimits.DEFAULT);

        thenDamaged(() -> library.find("b"), "");
    }

    @Test
    void files_of_a_bundle_that_are_none_are_damage() {
        givenBundle("{\"manifest\":" + MANIFEST + ",\"files\":[7]}");
        var library = new BundleLibrary(store, folder, ManifestLimits.DEFAULT);

        thenDamaged(() -> library.find("b"), "read bundle b, but what is stored");
    }
}
