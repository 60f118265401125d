package mirrorneuron.runtime.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static mirrorneuron.runtime.embedded.Workflows.DOOR;
import static mirrorneuron.runtime.embedded.Workflows.knock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.Backups.RestoreMode;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.RestoreResult;
import mirrorneuron.api.RunId;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An archive, which may come from anybody and from any release. */
@Timeout(60)
class BackupArchivesTest {

    private static final JobId JOB = JobId.of("old-job");
    private static final int HEADER = 0x02014b50;
    private static final int LINK = 0xa1ff;

    @TempDir Path folder;

    private MirrorNeuron mn;
    private Path file;

    /** The files of an archive that is as it should be. */
    private final Map<String, byte[]> good = new TreeMap<>();

    @BeforeEach
    void an_archive_of_a_paused_job() throws IOException {
        file = folder.resolve("job.zip");
        try (var one = MirrorNeuron.embedded().home(folder.resolve("one")).start()) {
            one.jobs()
                    .submit(Workflows.waiting(2), SubmitOptions.defaults().withJobId(JOB))
                    .orThrow();
            one.jobs().pause(JOB, PauseOptions.defaults());
            one.jobs().send(JOB, DOOR, knock(1));
            try (var backup = one.backups().export(JOB)) {
                one.backups().writeZip(backup, file);
            }
        }
        try (var zip = new ZipFile(file.toFile())) {
            for (var entry : zip.stream().toList()) {
                good.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        mn = MirrorNeuron.embedded().home(folder.resolve("two")).start();
    }

    @AfterEach
    void close() {
        mn.close();
    }

    private void given(Map<String, byte[]> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(bytes)) {
            for (var entry : files.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
        Files.write(file, bytes.toByteArray());
    }

    /** The good archive with a file changed, under sums that fit again. */
    private void givenForged(String path, UnaryOperator<String> change) throws IOException {
        good.put(path, change.apply(new String(good.get(path), UTF_8)).getBytes(UTF_8));
        givenSummed(good);
    }

    private void givenSummed(Map<String, byte[]> files) throws IOException {
        var sums = JsonObject.builder();
        for (var entry : files.entrySet()) {
            if (!entry.getKey().equals("checksums.json")) {
                sums.put(entry.getKey(), sha256(entry.getValue()));
            }
        }
        files.put("checksums.json", sums.build().toString().getBytes(UTF_8));
        given(files);
    }

    private static String sha256(byte[] bytes) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IOException(impossible);
        }
    }

    private RestoreResult whenRestored(RestoreMode mode) {
        try (var backup = mn.backups().readZip(file)) {
            return mn.backups().restore(backup, mode, Optional.empty(), Optional.empty());
        }
    }

    private void thenRefused(String message) throws IOException {
        thenRefused(RestoreMode.CONTINUE, message);
    }

    /** Clearly, and nothing has changed. */
    private void thenRefused(RestoreMode mode, String message) throws IOException {
        var refusal = catchThrowableOfType(InvalidRequestException.class, () -> whenRestored(mode));
        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_INVALID);
        assertThat(refusal).hasMessage(message);
        assertThat(mn.monitor().listJobs(JobQuery.all())).isEmpty();
        assertThat(folder.resolve("two/cache/backups")).isEmptyDirectory();
        assertThat(folder.resolve("two/runs/old-job")).doesNotExist();
        assertThat(folder.resolve("two/job-data")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void a_good_one_is_taken(RestoreMode mode) {
        var restored = whenRestored(mode);
        assertThat(mn.jobs().inspect(restored.jobId()).orElseThrow().status())
                .isEqualTo(JobStatus.PAUSED);
        assertThat(restored.blueprintId()).isEqualTo("door");
    }

    @Test
    void it_holds_the_sections_that_the_documentation_lists() {
        assertThat(good.keySet())
                .contains(
                        "mn-backup.json",
                        "checksums.json",
                        "runtime/snapshot.json",
                        "runtime/events.jsonl",
                        "runtime/agents.json",
                        "runtime/job.json",
                        "dead_letters.json",
                        "bundle/manifest.json")
                .anyMatch(path -> path.startsWith("run_store/"));
    }

    @Test
    void its_run_is_recorded_up_to_its_log_however_soon_it_was_made() {
        assertThat(last("run_store/events.jsonl").integer("seq"))
                .isPresent()
                .isEqualTo(last("runtime/events.jsonl").integer("s"));
    }

    private JsonObject last(String path) {
        return (JsonObject)
                Json.parse(new String(good.get(path), UTF_8).lines().toList().getLast());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../up.txt", "a/../../up.txt", "/etc/passwd", "C:\\up.txt", "a\\b"})
    void names_that_lead_outside_are_refused(String name) throws IOException {
        good.put(name, "x".getBytes(UTF_8));
        givenSummed(good);
        thenRefused(
                "Expected a plain path inside the bundle, but found "
                        + (name.equals("a\\b") ? "a backslash: " : "a path that leads outside: ")
                        + name);
        assertThat(folder.resolve("two/cache/up.txt")).doesNotExist();
    }

    @Test
    void links_are_refused() throws IOException {
        good.put("bundle/payloads/link", "/etc/passwd".getBytes(UTF_8));
        givenSummed(good);
        var zip = Files.readAllBytes(file);
        var buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < zip.length - 46; at++) {
            if (buffer.getInt(at) == HEADER
                    && new String(zip, at + 46, buffer.getShort(at + 28), UTF_8)
                            .equals("bundle/payloads/link")) {
                buffer.put(at + 5, (byte) 3).putInt(at + 38, LINK << 16);
            }
        }
        Files.write(file, zip);
        thenRefused(
                "Expected a plain path inside the bundle, but found a link or device:"
                        + " bundle/payloads/link");
    }

    @Test
    void a_bomb_is_refused() throws IOException {
        good.put("run_store/bomb", new byte[8 << 20]);
        givenSummed(good);
        thenRefused("Expected at most 200 bytes out of one, but found more");
    }

    @Test
    void our_own_archives_are_never_taken_for_bombs() throws Exception {
        var run = folder.resolve("two/runs/door-run");
        try (var one = MirrorNeuron.embedded().home(folder.resolve("three")).start()) {
            one.jobs()
                    .submit(
                            Workflows.waiting(2),
                            SubmitOptions.defaults().withJobId(JOB).withRunId(RunId.of("door-run")))
                    .orThrow();
            one.jobs().pause(JOB, PauseOptions.defaults());
            var zeros = folder.resolve("three/runs/door-run/zeros");
            Files.createDirectories(zeros.getParent());
            Files.write(zeros, new byte[8 << 20]);
            Files.delete(file);
            try (var backup = one.backups().export(JOB)) {
                one.backups().writeZip(backup, file);
            }
        }
        whenRestored(RestoreMode.CONTINUE);
        assertThat(run.resolve("zeros")).hasSize(8 << 20);
    }

    @Test
    void a_file_that_has_changed_is_found() throws IOException {
        good.put("runtime/job.json", "{}".getBytes(UTF_8));
        given(good);
        var sum = sha256("{}".getBytes(UTF_8));
        var refusal =
                catchThrowableOfType(
                        InvalidRequestException.class, () -> whenRestored(RestoreMode.CLONE));
        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_INVALID);
        assertThat(refusal)
                .hasMessageStartingWith("Expected runtime/job.json of the backup to have SHA-256 ")
                .hasMessageEndingWith(", but it has " + sum);
        assertThat(mn.monitor().listJobs(JobQuery.all())).isEmpty();
    }

    @Test
    void a_file_that_nobody_listed_is_found() throws IOException {
        good.put("bundle/payloads/more.txt", "x".getBytes(UTF_8));
        given(good);
        thenRefused(
                "Expected only files that checksums.json lists in the backup, but found"
                        + " bundle/payloads/more.txt");
    }

    @Test
    void a_listed_file_that_is_missing_is_found() throws IOException {
        good.remove("runtime/agents.json");
        given(good);
        thenRefused(
                "Expected runtime/agents.json in the backup, as checksums.json lists it, but found"
                        + " none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "runtime/snapshot.json",
                "runtime/events.jsonl",
                "runtime/agents.json",
                "runtime/job.json",
                "dead_letters.json",
                "bundle/manifest.json"
            })
    void every_section_has_to_be_there(String section) throws IOException {
        good.remove(section);
        givenSummed(good);
        thenRefused("Expected " + section + " in the backup, but found none");
    }

    @Test
    void sums_have_to_be_there() throws IOException {
        good.remove("checksums.json");
        given(good);
        thenRefused("Expected checksums.json in the backup, but found none");
    }

    @Test
    void another_schema_is_refused() throws IOException {
        givenForged("mn-backup.json", text -> text.replace("mn.backup.v3", "mn.backup.v9"));
        thenRefused(
                "backup schema: \"mn.backup.v9\" (expected: \"mn.backup.v1\", \"mn.backup.v2\" or"
                        + " \"mn.backup.v3\")");
    }

    @Test
    void a_bundle_is_no_backup() throws IOException {
        given(Map.of("manifest.json", "{}".getBytes(UTF_8)));
        thenRefused(
                "Expected mn-backup.json at the top of the archive or in its only folder, but"
                        + " found none");
        Files.writeString(file, "no zip");
        var refusal =
                catchThrowableOfType(
                        InvalidRequestException.class, () -> whenRestored(RestoreMode.CLONE));
        assertThat(refusal).hasMessageStartingWith("Expected a zip file, but found a damaged one");
        Files.delete(file);
        thenRefused("Expected a backup archive, but found none at job.zip");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"job\":\"old-job\"|\"job\":\"other\"|Expected the state of job old-job with run old-job in runtime/snapshot.json, but it is of job other with run other",
                "\"status\":\"paused\"|\"status\":\"running\"|Expected a paused job in runtime/snapshot.json, but it is running",
                "mn.job.state/v1|mn.job.state/v9|Expected a job's state in runtime/snapshot.json of the backup, but: snapshot schema: \"mn.job.state/v9\" (expected: \"mn.job.state/v1\")",
            })
    void a_state_that_does_not_fit_is_refused(String text, String forged, String message)
            throws IOException {
        givenForged("runtime/snapshot.json", snapshot -> snapshot.replace(text, forged));
        thenRefused(message);
    }

    @Test
    void a_log_that_does_not_lead_to_the_state_is_refused() throws IOException {
        givenForged(
                "runtime/events.jsonl",
                log -> log.substring(0, log.lastIndexOf('\n', log.length() - 2) + 1));
        var refusal =
                catchThrowableOfType(
                        InvalidRequestException.class, () -> whenRestored(RestoreMode.CONTINUE));
        assertThat(refusal)
                .hasMessageMatching(
                        "Expected runtime/events.jsonl to end at event \\d+, as the job's state"
                                + " does, but it ends at \\d+");
        assertThat(mn.monitor().listJobs(JobQuery.all())).isEmpty();
    }

    @Test
    void a_line_that_is_no_fact_is_refused() throws IOException {
        givenForged("runtime/events.jsonl", log -> "{\"k\":\"nonsense\",\"s\":1,\"at\":1}\n" + log);
        var refusal =
                catchThrowableOfType(
                        InvalidRequestException.class, () -> whenRestored(RestoreMode.CLONE));
        assertThat(refusal)
                .hasMessageStartingWith("Expected a fact in line 1 of runtime/events.jsonl, but: ");
        assertThat(mn.monitor().listJobs(JobQuery.all())).isEmpty();
    }

    // ---- archives of earlier schemas

    private static JsonObject description(String schema) {
        return JsonObject.builder()
                .put("schema_version", schema)
                .put("created_at", "2026-07-01T12:00:00.000Z")
                .put(
                        "source",
                        JsonObject.builder()
                                .put("job_id", "old-job")
                                .put("run_id", "old-run")
                                .put("blueprint_id", "front-door")
                                .put("graph_id", "door")
                                .put("status", "paused")
                                .build())
                .build();
    }

    private static Map<String, byte[]> early(String schema) {
        var manifest = ((BundleSource.Inline) Workflows.waiting(2)).manifestJson();
        var files = new TreeMap<String, byte[]>();
        files.put("mn-backup.json", description(schema).toString().getBytes(UTF_8));
        files.put(
                "runtime/job.json",
                "{\"job_id\":\"old-job\",\"metadata\":{\"owner\":\"ada\",\"of\":\"old-job\"}}"
                        .getBytes(UTF_8));
        files.put("runtime/agents.json", "[]".getBytes(UTF_8));
        files.put("runtime/events.jsonl", "{\"type\":\"job_running\"}\n".getBytes(UTF_8));
        files.put("bundle/manifest.json", manifest.getBytes(UTF_8));
        files.put("bundle/payloads/a/note.txt", "note".getBytes(UTF_8));
        files.put("knowledge/fact.txt", "a fact".getBytes(UTF_8));
        return files;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mn.backup.v1", "mn.backup.v2"})
    void an_earlier_schema_becomes_a_clone_that_begins_again(String schema) throws Exception {
        givenSummed(early(schema));
        var restored = whenRestored(RestoreMode.CLONE);
        var job = restored.jobId();
        assertThat(restored.blueprintId()).isEqualTo("front-door");
        assertThat(restored.sourceRunId()).isEqualTo(RunId.of("old-run"));
        assertThat(restored.notCarried()).hasSize(3);
        var record = mn.jobs().inspect(job).orElseThrow();
        assertThat(record.status()).isEqualTo(JobStatus.PAUSED);
        assertThat(record.raw().object("metadata").string("owner")).contains("ada");
        assertThat(record.raw().object("metadata").at("of")).isEqualTo(new JsonString(job.value()));
        assertThat(record.raw().string("recovery_status")).contains("restored_from_backup");
        mn.jobs().resume(job);
        mn.jobs().send(job, DOOR, knock(1));
        mn.jobs().send(job, DOOR, knock(2));
        assertThat(mn.jobs().await(job, Duration.ofSeconds(20)))
                .isInstanceOf(WaitOutcome.Completed.class);
    }

    @Test
    void an_early_archive_without_sums_is_read_a_later_one_is_not() throws IOException {
        given(early("mn.backup.v1"));
        assertThat(whenRestored(RestoreMode.CLONE).jobId()).isNotEqualTo(JOB);
        given(early("mn.backup.v2"));
        var refusal =
                catchThrowableOfType(
                        InvalidRequestException.class, () -> whenRestored(RestoreMode.CLONE));
        assertThat(refusal).hasMessage("Expected checksums.json in the backup, but found none");
    }

    @Test
    void an_earlier_schema_cannot_continue_a_job() throws IOException {
        givenSummed(early("mn.backup.v2"));
        thenRefused(
                "Expected a backup of schema mn.backup.v3 to continue a job, but it is of"
                        + " mn.backup.v2, which does not hold the job's state: restore it as a"
                        + " clone");
    }

    @Test
    void an_earlier_schema_comes_as_a_document_too() {
        var manifest = ((BundleSource.Inline) Workflows.waiting(2)).manifestJson();
        var document =
                description("mn.backup.v1")
                        .with(
                                "runtime",
                                mirrorneuron.api.json.Json.parse(
                                        "{\"job\":{\"metadata\":{\"owner\":\"ada\"}},\"events\":[]}"));
        try (var backup =
                mn.backups()
                        .of(
                                (JsonObject) document,
                                Map.of("manifest.json", manifest.getBytes(UTF_8)))) {
            var restored = mn.backups().restore(backup, Optional.of("mine"), Optional.empty());
            assertThat(restored.blueprintId()).isEqualTo("mine");
        }
        var summed =
                document.with(
                        "bundle",
                        mirrorneuron.api.json.Json.parse(
                                "{\"files\":[{\"path\":\"manifest.json\",\"sha256\":\"sha256:%s\"}]}"
                                        .formatted("0".repeat(64))));
        assertThat(
                        catchThrowableOfType(
                                InvalidRequestException.class,
                                () ->
                                        mn.backups()
                                                .of(
                                                        summed,
                                                        Map.of(
                                                                "manifest.json",
                                                                manifest.getBytes(UTF_8)))))
                .hasMessageStartingWith(
                        "Expected bundle/manifest.json of the backup to have SHA-256 000");
        var refusal =
                catchThrowableOfType(
                        InvalidRequestException.class,
                        () ->
                                mn.backups()
                                        .of(
                                                document,
                                                Map.of("../manifest.json", new byte[] {'{', '}'})));
        assertThat(refusal)
                .hasMessage(
                        "Expected a plain path inside the bundle, but found a path that leads"
                                + " outside: ../manifest.json");
    }
}
