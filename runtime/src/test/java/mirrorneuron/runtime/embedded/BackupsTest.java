package mirrorneuron.runtime.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static mirrorneuron.runtime.embedded.Workflows.DOOR;
import static mirrorneuron.runtime.embedded.Workflows.knock;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.Backup;
import mirrorneuron.api.Backups.RestoreMode;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RestoreResult;
import mirrorneuron.api.RunId;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A paused job goes into an archive, its home is lost, and it goes on in another one. */
@Timeout(120)
public class BackupsTest extends BackupSpec {

    /** A line that names the run, and one that is no text. */
    private static final byte[] HUMAN = "{\"run_id\":\"old-job\"}\n\u00ff\n".getBytes(ISO_8859_1);

    @ParameterizedTest
    @EnumSource
    void a_chain_goes_on_with_what_waits_in_its_mailboxes(RestoreMode mode) throws Exception {
        Path archive;
        List<String> before;
        try (var mn = start("one")) {
            submit(mn, chain("sum"));
            send(mn, JOB, 1, 3);
            pause(mn, JOB);
            send(mn, JOB, 4, 7);
            archive = archive(mn);
            before = types(events(mn, JOB));
        }
        try (var mn = start("two")) {
            var restored = restore(mn, archive, mode);
            var job = restored.jobId();
            var after = types(events(mn, job));
            assertThat(after.subList(0, after.size() - 1)).isEqualTo(before);
            assertThat(after.getLast())
                    .isEqualTo((before.size() + 1) + " job_restored_from_backup");
            assertThat(status(mn, job)).isEqualTo(JobStatus.PAUSED);
            send(mn, job, 8, 9);
            assertThat(result(mn, job)).isEqualTo(JsonNumber.of(45));
            assertThat(mn.runFiles().rebuild(restored.runId().value()).events())
                    .isEqualTo(events(mn, job).size());
        }
    }

    @Test
    void a_clone_lives_beside_its_origin_and_names_it() throws Exception {
        try (var mn = start("one")) {
            submit(mn, chain("sum"));
            send(mn, JOB, 1, 4);
            pause(mn, JOB);
            RestoreResult restored;
            try (var backup = mn.backups().export(JOB)) {
                restored =
                        mn.backups()
                                .restore(
                                        backup,
                                        Optional.of("my-blueprint"),
                                        Optional.of(RunId.of("my-run")));
            }
            var clone = restored.jobId();
            assertThat(clone).isNotEqualTo(JOB);
            assertThat(restored.runId()).isEqualTo(RunId.of("my-run"));
            assertThat(restored.blueprintId()).isEqualTo("my-blueprint");
            assertThat(restored.sourceJobId()).isEqualTo(JOB);
            assertThat(restored.notCarried()).isEmpty();
            assertThat(mn.runFiles().rebuild("my-run").jobId()).contains(clone);

            var record = mn.jobs().inspect(clone).orElseThrow().raw();
            assertThat(record.string("run_id")).contains("my-run");
            assertThat(record.object("metadata").string("blueprint_id")).contains("my-blueprint");
            assertThat(record.string("recovery_status")).contains("restored_from_backup");
            assertThat(record.bool("recovery_requires_review")).contains(true);
            assertThat(record.object("restore_provenance").string("source_job_id"))
                    .contains(JOB.value());
            assertThat(mn.monitor().explain(clone).orElseThrow().cause())
                    .isEqualTo("restored_from_backup");
            try (var again = mn.backups().export(clone)) {
                var manifest =
                        (JsonObject)
                                Json.parse(
                                        requireNonNull(again.bundleFiles().get("manifest.json")));
                assertThat(manifest.object("metadata").object("mn_cli"))
                        .isEqualTo(
                                Json.parse(
                                        "{\"blueprint_id\":\"my-blueprint\",\"blueprint_run_id\":\"my-run\"}"));
            }
            var withoutOrigin =
                    events(mn, clone).stream()
                            .filter(event -> !event.type().equals("job_restored_from_backup"))
                            .toList();
            assertThat(withoutOrigin.toString()).doesNotContain("\"old-job\"");

            send(mn, clone, 5, 9);
            assertThat(result(mn, clone)).isEqualTo(JsonNumber.of(45));
            assertThat(status(mn, JOB)).isEqualTo(JobStatus.PAUSED);
            send(mn, JOB, 15, 19);
            assertThat(result(mn, JOB)).isEqualTo(JsonNumber.of(95));
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_open_gate_waits_on_for_its_person(RestoreMode mode) throws Exception {
        var bundle =
                BundleSource.manifest(
                        """
                        {"apiVersion":"mn.workflow/v1","kind":"Workflow",
                         "workflow":{"workflow_id":"press","steps":[
                           {"id":"draft","run":"draft",
                            "control":{"approval":{"title":"Good?","timeout_seconds":3600}}},
                           {"id":"publish","run":"publish"}],
                           "edges":[{"from":"draft","to":"publish"}]},
                         "agents":{"nodes":[
                           {"node_id":"draft","agent_type":"module","config":{"module":"draft"}},
                           {"node_id":"publish","agent_type":"module","config":{"module":"draft"}}]}}
                        """);
        Path archive;
        try (var mn = start("one")) {
            submit(mn, bundle);
            while (mn.jobs().humanRequests(JOB).isEmpty()) {
                mn.jobs().await(JOB, Duration.ofMillis(10));
            }
            pause(mn, JOB);
            archive = archive(mn);
        }
        try (var mn = start("two")) {
            var job = restore(mn, archive, mode).jobId();
            var request = mn.jobs().humanRequests(job).getFirst();
            assertThat(request.pending()).isTrue();
            assertThat(request.output().toString()).contains("a draft");
            assertThat(request.timeoutAt()).isPresent();
            mn.jobs()
                    .respond(
                            job,
                            request.requestId(),
                            new HumanDecision("d1", "approve", "ada", ""));
            assertThat(result(mn, job).toString()).contains("a draft");
        }
    }

    @Test
    void a_retry_that_was_not_due_comes_as_much_later() throws Exception {
        Path archive;
        try (var mn = start("one")) {
            submit(mn, chain("later"));
            send(mn, JOB, 1, 1);
            while (mn.jobs().events(JOB, EventQuery.all()).stream()
                    .noneMatch(event -> event.type().equals("message_retry_scheduled"))) {
                mn.jobs().await(JOB, Duration.ofMillis(10));
            }
            pause(mn, JOB);
            archive = archive(mn);
        }
        try (var mn = start("two")) {
            var job = restore(mn, archive, RestoreMode.CONTINUE).jobId();
            assertThat(tries).hasValue(1);
            assertThat(result(mn, job)).isEqualTo(Json.parse("{\"n\":1}"));
            assertThat(tries).hasValue(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void dead_letters_keep_their_index_and_can_be_replayed(RestoreMode mode) throws Exception {
        Path archive;
        try (var mn = start("one")) {
            submit(mn, chain("fussy"));
            send(mn, JOB, 1, 2);
            while (mn.jobs().deadLetters(JOB).size() < 2) {
                mn.jobs().await(JOB, Duration.ofMillis(10));
            }
            pause(mn, JOB);
            archive = archive(mn);
        }
        mended.set(true);
        try (var mn = start("two")) {
            var job = restore(mn, archive, mode).jobId();
            assertThat(mn.jobs().deadLetters(job)).extracting("index").containsExactly(0, 1);
            assertThat(mn.jobs().replay(job, 1, false)).isInstanceOf(Delivery.Delivered.class);
            assertThat(mn.jobs().replay(job, 1, false)).isInstanceOf(Delivery.NotReplayable.class);
            assertThat(result(mn, job)).isEqualTo(Json.parse("{\"n\":2}"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void large_values_come_along_and_name_the_new_job(RestoreMode mode) throws Exception {
        var large =
                JsonObject.builder()
                        .put("text", "x".repeat(300_000))
                        .put("job", JOB.value())
                        .build();
        Path archive;
        try (var mn = start("one")) {
            submit(mn, chain("echo"));
            pause(mn, JOB);
            mn.jobs().send(JOB, DOOR, Message.of("go", large));
            archive = archive(mn);
        }
        try (var mn = start("two")) {
            var job = restore(mn, archive, mode).jobId();
            var output = (JsonObject) result(mn, job);
            assertThat(output.string("text")).contains("x".repeat(300_000));
            assertThat(output.string("job")).contains(job.value());
        }
    }

    @ParameterizedTest
    @EnumSource
    void frames_of_a_stream_keep_their_order(RestoreMode mode) throws Exception {
        Path archive;
        try (var mn = start("one")) {
            submit(mn, chain("order"));
            frames(mn, JOB, 1, 2);
            pause(mn, JOB);
            frames(mn, JOB, 3, 4);
            archive = archive(mn);
        }
        try (var mn = start("two")) {
            var job = restore(mn, archive, mode).jobId();
            frames(mn, job, 5, 6);
            assertThat(result(mn, job)).isEqualTo(Json.parse("[1,2,3,4,5,6]"));
            assertThat(events(mn, job)).noneMatch(event -> event.type().equals("stream_gap"));
        }
    }

    private static void frames(MirrorNeuron mn, JobId job, int from, int to) {
        for (int seq = from; seq <= to; seq++) {
            // The later, the more urgent: only the stream keeps them in order.
            mn.jobs()
                    .send(
                            job,
                            DOOR,
                            knock(seq)
                                    .withPriority(9 - seq)
                                    .withStream(new StreamFrame("s", seq, seq == 1, seq == 6)));
        }
    }

    @Test
    void what_commands_wrote_comes_along() throws Exception {
        var script =
                """
                if [ -f "$MN_RUN_DIR/report.txt" ]; then
                  cat "$MN_RUN_DIR/report.txt" "$MN_JOB_DATA_DIR/data.txt"
                else
                  echo first > "$MN_RUN_DIR/report.txt"
                  echo second > "$MN_JOB_DATA_DIR/data.txt"
                  exit 7
                fi
                """;
        var bundle =
                new BundleSource.Inline(
                        """
                        {"manifest_version":"1.0","graph_id":"command","entrypoints":["door"],
                         "nodes":[{"node_id":"door","agent_type":"executor",
                           "config":{"runner_module":"host_local","command":["sh","work.sh"],
                             "upload_path":"work.sh","max_attempts":2,"retry_backoff_ms":600000,
                             "safe_to_retry":true,"terminal_sink":true,"complete_run":true}}],
                         "edges":[]}
                        """,
                        Map.of("work.sh", script.getBytes(UTF_8)));
        Path archive;
        try (var mn = start("one")) {
            submit(mn, bundle);
            while (events(mn, JOB).stream()
                    .noneMatch(event -> event.type().equals("executor_retry_scheduled"))) {
                mn.jobs().await(JOB, Duration.ofMillis(10));
            }
            pause(mn, JOB);
            var files = folder.resolve("one/runs/old-job");
            Files.writeString(files.resolve(".hidden"), "mine");
            Files.write(files.resolve("human.jsonl"), HUMAN);
            Files.createSymbolicLink(
                    folder.resolve("one/runs/old-job/latest"), Path.of("report.txt"));
            archive = archive(mn);
        }
        try (var mn = start("two")) {
            try (var backup = mn.backups().readZip(archive)) {
                assertThat(backup.description().array("left_out").toString())
                        .isEqualTo("[\"latest\"]");
            }
            var restored = restore(mn, archive, RestoreMode.CLONE);
            var run = folder.resolve("two/runs").resolve(restored.runId().value());
            assertThat(run.resolve("report.txt")).hasContent("first");
            assertThat(run.resolve(".hidden")).hasContent("mine");
            assertThat(run.resolve("human.jsonl"))
                    .content()
                    .startsWith("{\"run_id\":\"" + restored.runId() + "\"}\n");
            assertThat(folder.resolve("two/job-data").resolve(restored.jobId().value()))
                    .isDirectoryContaining("glob:**/data.txt");
            assertThat(mn.runFiles().rebuild(restored.runId().value()).events())
                    .isEqualTo(events(mn, restored.jobId()).size());
            assertThat(run.resolve("report.txt")).exists();
            assertThat(Files.readString(run.resolve("events.jsonl")))
                    .contains(restored.jobId().value())
                    .doesNotContain("\"job_id\":\"old-job\"");
        }
    }

    @Test
    void a_backup_travels_as_a_document_too() throws Exception {
        JsonObject document;
        Map<String, byte[]> files;
        try (var mn = start("one")) {
            submit(mn, chain("sum"));
            send(mn, JOB, 1, 5);
            pause(mn, JOB);
            mn.jobs().send(JOB, DOOR, large(6));
            try (var backup = mn.backups().export(JOB)) {
                document = backup.toJson();
                files = backup.bundleFiles();
            }
        }
        assertThat(document.string("schema_version")).contains("mn.backup.v3");
        assertThat(document.object("runtime").names())
                .contains("job", "agents", "events", "snapshot");
        assertThat(files).containsKey("manifest.json");
        var carried = (JsonObject) Json.parse(document.toString());
        try (var mn = start("two");
                var backup = mn.backups().of(carried, files)) {
            var job = mn.backups().restore(backup, Optional.empty(), Optional.empty()).jobId();
            send(mn, job, 7, 9);
            assertThat(result(mn, job)).isEqualTo(JsonNumber.of(45));
            assertThat(
                            mn.backups()
                                    .restore(
                                            new Foreign(backup),
                                            Optional.empty(),
                                            Optional.empty()))
                    .isNotNull();
        }
    }

    private static Message large(int n) {
        return Message.of(
                "knock", JsonObject.builder().put("n", n).put("text", "y".repeat(300_000)).build());
    }

    /** The same backup, held by somebody else. */
    private record Foreign(Backup of) implements Backup {
        @Override
        public JsonObject description() {
            return of.description();
        }

        @Override
        public JsonObject toJson() {
            return of.toJson();
        }

        @Override
        public Map<String, byte[]> bundleFiles() {
            return of.bundleFiles();
        }

        @Override
        public void close() {
            of.close();
        }
    }
}
