package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Submission;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Submitting, waiting, sweeping, drawing; and what the machine has. */
final class ManyJobsCommandsTest {

    @TempDir Path folder;
    private final CommandRun mn = new CommandRun();
    private FakeRuntime.FakeJob job = mn.runtime.job("demo-1", "demo");

    @BeforeEach
    void in_a_folder() {
        mn.directory = folder;
    }

    @Test
    void submit_takes_the_payloads_beside_the_manifest() throws Exception {
        Files.writeString(folder.resolve("flow.json"), "{\"graph_id\":\"demo\"}");
        Files.createDirectories(folder.resolve("payloads/bin"));
        Files.writeString(folder.resolve("payloads/bin/run.sh"), "echo hi");
        Files.createSymbolicLink(folder.resolve("payloads/host"), Path.of("/etc/hostname"));
        assertThat(mn.run("job", "submit", "flow.json")).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ✓ Job submit successful.
                        Status: pending
                        Job ID: demo-1
                        Manifest: flow.json
                        Next: mn job status demo-1
                        """);
        var source = (BundleSource.Inline) mn.runtime.source.orElseThrow();
        assertThat(source.manifestJson()).isEqualTo("{\"graph_id\":\"demo\"}");
        assertThat(source.payloads()).containsOnlyKeys("bin/run.sh");
    }

    @Test
    void submit_reads_stdin_and_stays_when_it_is_told_to() {
        mn.stdin = "{\"graph_id\":\"piped\"}";
        job.completed(new JsonString("42"));
        assertThat(mn.run("job", "submit", "-", "--wait", "--json")).isZero();
        assertThat(((BundleSource.Inline) mn.runtime.source.orElseThrow()).manifestJson())
                .contains("piped");
        assertThat(mn.out()).contains("42");
    }

    @Test
    void submit_says_what_is_wrong_with_its_arguments_and_with_the_manifest() throws Exception {
        assertThat(mn.run("job", "submit", "none.json")).isEqualTo(2);
        assertThat(mn.err()).contains("There is no manifest at 'none.json'");
        assertThat(mn.run("job", "submit", ".")).isEqualTo(2);
        assertThat(mn.err()).contains("mn blueprint run --folder .");
        Files.writeString(folder.resolve("flow.json"), "{}");
        assertThat(mn.run("job", "submit", "flow.json", "--payloads", "nowhere")).isEqualTo(2);
        mn.runtime.submission =
                java.util.Optional.of(
                        new Submission.Rejected(
                                Submission.Rejected.Reason.INVALID_MANIFEST, java.util.List.of()));
        assertThat(mn.run("job", "submit", "flow.json")).isEqualTo(2);
        assertThat(mn.err()).contains("MN_VALIDATION_FAILED", "mn blueprint validate");
    }

    @Test
    void wait_ends_with_what_became_of_the_jobs() {
        assertThat(mn.run("job", "wait", "demo-1", "--timeout", "0")).isEqualTo(124);
        assertThat(mn.out()).isEqualTo("Job ID\tStatus\ndemo-1\trunning\n");
        job.completed(new JsonString("42"));
        assertThat(mn.run("job", "wait", "demo-1")).isZero();
        var failed = mn.runtime.job("demo-2", "demo");
        failed.failed(Failure.of("x.y", "it broke", JsonObject.empty(), Instant.EPOCH, "mend it"));
        assertThat(mn.run("job", "wait", "demo-1", "demo-2")).isEqualTo(1);
        assertThat(mn.run("job", "wait", "nobody")).isEqualTo(2);
        assertThat(mn.run("job", "wait", "demo-1", "--timeout", "soon")).isEqualTo(2);
        assertThat(mn.err()).contains("expected a time such as 500ms");
    }

    @Test
    void wait_as_json_is_an_error_when_its_exit_code_is_one() {
        assertThat(mn.run("job", "wait", "demo-1", "--timeout", "0", "--json")).isEqualTo(124);
        assertThat(waited())
                .isEqualTo(
                        "false MN_RUNTIME_TIMEOUT The time to wait is over: demo-1 (running)"
                                + " [{\"job_id\":\"demo-1\",\"status\":\"running\"}]");
        job.failed(Failure.of("x.y", "it broke", JsonObject.empty(), Instant.EPOCH, "mend it"));
        assertThat(mn.run("job", "wait", "demo-1", "--json")).isEqualTo(1);
        assertThat(waited())
                .isEqualTo(
                        "false MN_COMMAND_FAILED Not completed: demo-1 (failed)"
                                + " [{\"job_id\":\"demo-1\",\"status\":\"failed\"}]");
    }

    private String waited() {
        var document = (JsonObject) Json.parse(mn.out());
        var error = document.object("error");
        return document.at("ok")
                + " "
                + error.string("code").orElse("")
                + " "
                + error.string("message").orElse("")
                + " "
                + error.at("details");
    }

    @Test
    void cancel_all_plans_asks_and_counts() {
        mn.runtime.job("demo-2", "demo");
        assertThat(mn.run("job", "cancel-all", "--dry-run")).isZero();
        assertThat(mn.out()).contains("Status: planned", "Jobs: 2");
        assertThat(job.status).isEqualTo(JobStatus.RUNNING);
        assertThat(mn.run("job", "cancel-all")).isEqualTo(2);
        assertThat(mn.err()).contains("MN_CONFIRMATION_REQUIRED");
        assertThat(mn.runtime.calls).isEmpty();
        assertThat(mn.run("job", "cancel-all", "--yes")).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ✓ Job cancel-all successful.
                        Status: cancelled
                        Cancelled: 2
                        Pending: 0
                        Failed: 0
                        Operation: op-0000000000000001
                        Next: mn job list
                        """);
        assertThat(mn.runtime.calls).containsExactly("operation CancelAllJobs");
    }

    @Test
    void cancel_all_goes_on_past_a_failure_and_ends_with_1() {
        mn.runtime.job("demo-2", "demo");
        mn.runtime.operations.fates.put("demo-1", "failed");
        assertThat(mn.run("job", "cancel-all", "--yes", "--json")).isEqualTo(1);
        assertThat(mn.out())
                .contains(
                        "\"operation_id\": \"op-0000000000000001\"",
                        "\"failed_count\": 1",
                        "\"cancelled_count\": 1",
                        "\"error\": \"out of order\"");
        mn.run("job", "cancel-all", "--yes");
        assertThat(mn.out()).contains("Status: partly cancelled", "Next: mn operation status op-");
    }

    @Test
    void cancel_all_returns_when_only_jobs_that_end_by_themselves_are_left() {
        mn.runtime.operations.fates.put("demo-1", "cancellation_pending");
        assertThat(mn.run("job", "cancel-all", "--yes")).isZero();
        assertThat(mn.out()).contains("Pending: 1", "Next: mn operation watch op-0000000000000001");
    }

    @Test
    void whoever_leaves_an_operation_is_told_its_name() {
        mn.presses = List.of(1);
        assertThat(mn.run("job", "cancel-all", "--yes")).isZero();
        assertThat(mn.err())
                .contains("Operation op-0000000000000001 goes on without this command.");
    }

    @Test
    void clear_deletes_what_has_ended_and_nothing_else() {
        job.completed(new JsonString("42"));
        mn.runtime.job("demo-2", "demo");
        assertThat(mn.run("job", "clear", "--yes", "--quiet")).isZero();
        assertThat(mn.out()).isEqualTo("demo-1\n");
        assertThat(mn.runtime.calls).containsExactly("operation ClearJobs");
        assertThat(mn.runtime.jobs).hasSize(1);
    }

    @Test
    void operations_are_listed_shown_and_watched() {
        mn.run("operation", "list");
        assertThat(mn.out()).isEqualTo("No operations found\n");
        mn.runtime.operations.fates.put("demo-1", "failed");
        mn.run("job", "cancel-all", "--yes");
        mn.run("operation", "list");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Operation\tKind\tStatus\tFinished\tItems\tStarted at
                        op-0000000000000001\tcancel_all_jobs\tcompleted_with_failures\t1/1\tsucceeded 0, deferred 0, failed 1\t2026-03-01T12:00:00.000Z
                        """);
        assertThat(mn.run("operation", "show", "op-0000000000000001")).isEqualTo(1);
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Operation: op-0000000000000001
                        Kind: cancel_all_jobs
                        Status: completed_with_failures
                        Finished: 1/1
                        Items: succeeded 0, deferred 0, failed 1
                        Started at: 2026-03-01T12:00:00.000Z
                        Updated at: 2026-03-01T12:00:05.000Z
                        demo-1: failed: out of order
                        """);
        assertThat(mn.run("operation", "watch", "op-0000000000000001")).isEqualTo(1);
        assertThat(mn.out())
                .startsWith(
                        """
                        12:00:00.000 operation_started running
                        12:00:01.000 item_started demo-1 running
                        12:00:02.000 item_failed demo-1 failed: out of order
                        12:00:03.000 operation_completed completed_with_failures
                        Operation: op-0000000000000001
                        """);
        assertThat(mn.run("operation", "watch", "op-0000000000000001", "--json")).isEqualTo(1);
        assertThat(mn.out().lines()).hasSize(5).allMatch(line -> line.contains("mn.cli.stream/v1"));
        assertThat(mn.out().lines().toList().getLast()).contains("\"type\":\"complete\"");
    }

    @Test
    void an_operation_that_is_not_there_is_not_found() {
        for (var verb : List.of("status", "watch")) {
            assertThat(mn.run("operation", verb, "op-1")).isEqualTo(2);
            assertThat(mn.err())
                    .isEqualTo(
                            """
                            × Error: (MN_NOT_FOUND) There is no operation 'op-1'
                            ! Hint: mn operation list shows those that began last
                            """);
        }
        assertThat(mn.run("operation", "list", "--limit", "0")).isEqualTo(2);
    }

    @Test
    void a_job_is_submitted_again_and_both_ids_are_told() {
        job.completed(new JsonString("42"));
        assertThat(mn.run("job", "retry", "demo-1")).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ✓ Job retry successful.
                        Status: pending
                        Job ID: demo-1-again
                        Run ID: demo-1-again
                        Retry of: demo-1
                        Next: mn job monitor demo-1-again
                        """);
        mn.run("job", "retry", "demo-1", "-q");
        assertThat(mn.out()).isEqualTo("demo-1-again\n");
        assertThat(mn.run("job", "retry", "demo")).isEqualTo(2);
        assertThat(mn.err()).contains("There is no job 'demo' in this home; did you mean demo-1?");
    }

    @Test
    void a_graph_is_drawn_in_three_languages() {
        mn.run("job", "graph", "demo-1");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ● intake (router)
                          └─▶ work "x"
                        ● work "x" (executor)
                          └─▶ collect  7×
                        ● collect (aggregator)
                        """);
        mn.run("job", "graph", "demo-1", "--format", "mermaid");
        assertThat(mn.out())
                .startsWith("flowchart LR\n    n0[\"intake<br/>router\"]\n")
                .contains("n1[\"work 'x'<br/>executor\"]")
                .contains("    n1 -->|7| n2\n");
        mn.run("job", "graph", "demo-1", "--format", "dot");
        assertThat(mn.out()).startsWith("digraph \"demo\" {").contains("n1 -> n2 [label=\"7\"];");
        assertThat(mn.run("job", "graph", "nobody")).isEqualTo(2);
    }

    @Test
    void a_timeline_is_drawn_to_scale() {
        var run = mn.runtime.runs.add("demo-1", "completed");
        run.record(
                "timeline",
                "{\"ts\":\"2026-03-01T12:00:05.000Z\",\"type\":\"step\",\"step_id\":\"a\",\"status\":\"completed\",\"duration_ms\":5000}");
        run.record(
                "timeline",
                "{\"ts\":\"2026-03-01T12:00:10.000Z\",\"type\":\"step\",\"step_id\":\"b\",\"status\":\"failed\",\"duration_ms\":5000}");
        run.record(
                "timeline",
                "{\"ts\":\"2026-03-01T12:00:10.000Z\",\"type\":\"end\",\"status\":\"failed\"}");
        mn.terminals = Surroundings.Terminals.ALL;
        mn.environment.putAll(Map.of("COLUMNS", "42", "NO_COLOR", "1"));
        mn.run("job", "timeline", "demo-1");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        a   │████████████           │ 5.0 s
                        b   │           ████████████│ 5.0 s
                        end │                      ◆│ failed
                        """);
    }

    @Test
    void resources_are_shown_and_limited() {
        mn.run("resource", "list", "-o", "plain");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Resource\tLimit\tTotal\tUsable
                        cpu\t100 %\t8 cores\t4 cores
                        memory\t100 %\t31.25 GB\t31.25 GB
                        disk\t100 %\t100 GB\t100 GB
                        gpu\t100 %\t0 GPUs\t0 GPUs
                        """);
        mn.run("resource", "list");
        assertThat(((JsonObject) Json.parse(mn.out())).has("limits")).isTrue();
        assertThat(mn.run("resource", "set")).isEqualTo(2);
        assertThat(mn.run("resource", "set", "--cpu", "33")).isEqualTo(2);
        assertThat(mn.err()).contains("cpu: 33 (expected: 25, 50, 75 or 100)");
        assertThat(mn.run("resource", "set", "--cpu", "50")).isZero();
        assertThat(mn.out()).contains("✓ Resource set successful.", "CPU: 50 %", "Memory: 100 %");
        assertThat(mn.runtime.limits.cpu()).isEqualTo(50);
    }

    @Test
    void metrics_count_jobs_by_status() {
        mn.run("runtime", "metrics", "-o", "plain");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        What\tCount
                        jobs\t3
                        jobs running\t1
                        jobs completed\t2
                        nodes\t1
                        """);
    }

    @Test
    void jobs_are_listed_by_workflow_and_age() {
        mn.runtime.job("other-1", "other");
        mn.run("job", "list", "--blueprint", "other", "--quiet");
        assertThat(mn.out()).isEqualTo("other-1\n");
        mn.run("job", "list", "--since", "1h", "--limit", "1", "--quiet");
        assertThat(mn.out()).isEqualTo("demo-1\n");
        mn.run("job", "list", "--since", "1ms");
        assertThat(mn.out()).isEqualTo("No jobs found\n");
        job.completed(new JsonString("42"));
        mn.run("job", "unfinished");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Job ID\tWorkflow ID\tStatus\tRecovery\tReview\tUpdated At
                        other-1\tother\trunning\tlocal_restart\t\t2026-03-01T12:00:09Z
                        """);
    }

    @Test
    void a_node_is_shown_by_its_name() {
        mn.run("node", "list", "-o", "plain");
        var name = mn.out().lines().skip(1).findFirst().orElseThrow().split("\t")[0];
        assertThat(mn.run("node", "show", name)).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        """
                        Status: healthy
                        Name: local
                        Takes work: yes
                        Platform: Debian 12
                        CPU: 2 processors, EPYC, load 0.8
                        Memory: 23.5 GB, 22.7 GB free
                        Disk: 252.0 GB
                        GPU: none
                        Pool default: 1 of 4 slots in use, 0 waiting
                        """);
        assertThat(mn.run("node", "show", "nowhere")).isEqualTo(2);
        assertThat(mn.err()).contains("There is no node 'nowhere'");
    }
}
