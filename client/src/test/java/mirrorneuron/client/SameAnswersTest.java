package mirrorneuron.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.Capabilities.Mode;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.RunId;
import mirrorneuron.api.Store;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One runtime, asked directly and through a connection: every read gives equal values. */
@Timeout(60)
class SameAnswersTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** Sends, then asks a person. */
    private static final BundleSource GATED =
            BundleSource.manifest(
                    """
                    {"apiVersion":"mn.workflow/v1","kind":"Workflow",
                     "workflow":{"workflow_id":"gated","steps":[
                       {"id":"draft","run":"draft","control":{"approval":{"title":"Good?"}}},
                       {"id":"publish","run":"publish"}],
                       "edges":[{"from":"draft","to":"publish"}]},
                     "agents":{"nodes":[
                       {"node_id":"draft","agent_type":"executor","config":{
                         "output_message_type":null,"runner_module":"host_local",
                         "command":["echo","a text"]}},
                       {"node_id":"publish","agent_type":"executor","config":{
                         "output_message_type":null,"runner_module":"host_local",
                         "command":["echo","printed"]}}]}}
                    """);

    @TempDir Path folder;

    private Served served;

    @BeforeEach
    void serve() {
        served =
                Served.of(
                        MirrorNeuron.embedded()
                                .home(folder.resolve("home"))
                                .store(new Store.File())
                                .start(),
                        folder.resolve("sent"));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private static BundleSource door(int messages) {
        return BundleSource.manifest(
                """
                {"manifest_version":"1.0","graph_id":"door","entrypoints":["door"],
                 "initial_inputs":{"door":[]},
                 "nodes":[{"node_id":"door","agent_type":"sensor",
                   "config":{"complete_after":%d,"terminal_sink":true,"complete_run":true}}],
                 "edges":[]}
                """
                        .formatted(messages));
    }

    private static Map<String, Function<MirrorNeuron, Object>> readsOf(JobId job) {
        var reads = new LinkedHashMap<String, Function<MirrorNeuron, Object>>();
        reads.put("inspect", mn -> mn.jobs().inspect(job));
        reads.put("agents", mn -> mn.jobs().agents(job));
        reads.put("events", mn -> mn.jobs().events(job, EventQuery.all()));
        reads.put("deadLetters", mn -> mn.jobs().deadLetters(job));
        reads.put("humanRequests", mn -> mn.jobs().humanRequests(job));
        reads.put("jobDetails", mn -> mn.monitor().jobDetails(job));
        reads.put("few events", mn -> mn.monitor().jobDetails(job, 2));
        reads.put("graph", mn -> mn.monitor().graph(job));
        reads.put("explain", mn -> mn.monitor().explain(job));
        reads.put("explain agent", mn -> mn.monitor().explain(job, AgentId.of("door")));
        reads.put("explain step", mn -> mn.monitor().explainStep(job, "publish"));
        reads.put("explain all", mn -> mn.monitor().explainAll(job, 10));
        reads.put("listJobs", mn -> mn.monitor().listJobs(JobQuery.all()));
        reads.put("countJobs", mn -> mn.monitor().countJobs(JobQuery.all()));
        reads.put("metrics", mn -> mn.monitor().metrics());
        return reads;
    }

    private void sameAnswersAbout(JobId job) {
        readsOf(job)
                .forEach(
                        (name, read) ->
                                assertThat(read.apply(served.connection()))
                                        .as(name)
                                        .isEqualTo(read.apply(served.runtime())));
        var here = served.runtime().monitor().workflowProgress(job).orElseThrow();
        var there = served.connection().monitor().workflowProgress(job).orElseThrow();
        // Elapsed times stand in the documents and in nothing else.
        assertThat(there)
                .usingRecursiveComparison()
                .ignoringFieldsMatchingRegexes(".*raw.*")
                .isEqualTo(here);
        assertThat(there.raw().names()).isEqualTo(here.raw().names());
    }

    @Test
    void about_a_job_in_each_part_of_its_life() throws Exception {
        var jobs = served.connection().jobs();
        var id = jobs.submit(door(1), SubmitOptions.defaults()).orThrow();
        await().until(
                        () ->
                                served.runtime()
                                        .jobs()
                                        .inspect(id)
                                        .orElseThrow()
                                        .status()
                                        .wire()
                                        .equals("running"));
        sameAnswersAbout(id);
        jobs.pause(id);
        sameAnswersAbout(id);
        jobs.resume(id);
        jobs.send(id, AgentId.of("door"), Message.of("knock", JsonObject.empty()));
        assertThat(jobs.await(id, SOON)).isInstanceOf(WaitOutcome.Finished.class);
        sameAnswersAbout(id);
        assertThat(jobs.await(id, Duration.ZERO))
                .isEqualTo(served.runtime().jobs().await(id, Duration.ZERO));

        var cancelled = jobs.submit(door(1), SubmitOptions.defaults()).orThrow();
        jobs.cancel(cancelled);
        sameAnswersAbout(cancelled);
        sameAnswersAbout(id);
    }

    @Test
    void about_a_step_that_waits_for_a_person_and_the_answer() throws Exception {
        var jobs = served.connection().jobs();
        var id = jobs.submit(GATED, SubmitOptions.defaults()).orThrow();
        await().atMost(SOON).until(() -> !jobs.humanRequests(id).isEmpty());
        sameAnswersAbout(id);
        var request = jobs.humanRequests(id).getFirst();
        var yes = new HumanDecision("d1", "approve", "Ada", "fine");
        assertThat(jobs.respond(id, request.requestId(), yes))
                .isInstanceOf(ControlResult.Applied.class);
        assertThat(jobs.respond(id, request.requestId(), yes))
                .isInstanceOf(ControlResult.Unchanged.class);
        // The answer tells the job's status, so only a job at rest gives two callers the same one.
        assertThat(jobs.await(id, SOON)).isInstanceOf(WaitOutcome.Completed.class);
        assertThat(jobs.respond(id, request.requestId(), yes))
                .isEqualTo(served.runtime().jobs().respond(id, request.requestId(), yes));
        assertThat(jobs.humanRequests(id).getFirst().decision()).contains(yes);
        sameAnswersAbout(id);
        assertThatThrownBy(
                        () ->
                                jobs.respond(
                                        id,
                                        request.requestId(),
                                        new HumanDecision("d2", "maybe", "", "")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("maybe");
    }

    @Test
    void about_nodes_resources_and_itself() {
        var there = served.connection();
        var node = there.cluster().nodes().getFirst();
        var same = served.runtime().cluster().nodes().getFirst();
        // How much memory is free, and how busy a node is, changes between two looks.
        assertThat(node)
                .usingRecursiveComparison()
                .ignoringFields("raw", "hardware")
                .isEqualTo(same);
        assertThat(node.raw().names()).isEqualTo(same.raw().names());
        var hardware = node.hardware().orElseThrow();
        assertThat(hardware.raw().names()).isEqualTo(same.hardware().orElseThrow().raw().names());
        assertThat(hardware.platform()).isEqualTo(same.hardware().orElseThrow().platform());
        assertThat(there.resources().get().limits())
                .isEqualTo(served.runtime().resources().get().limits());
        assertThat(there.resources().get().mode()).isEqualTo("single_node");
        assertThat(there.capabilities().mode()).isEqualTo(Mode.REMOTE);
        assertThat(there.capabilities().features())
                .isEqualTo(served.runtime().capabilities().features());
        there.ping();
    }

    @Test
    void about_the_files_of_a_run() throws Exception {
        var jobs = served.connection().jobs();
        var id =
                jobs.submit(door(1), SubmitOptions.defaults().withRunId(RunId.of("my-run")))
                        .orThrow();
        jobs.cancel(id);
        var reads = new LinkedHashMap<String, Function<RunFiles, Object>>();
        reads.put("run", files -> files.run("my-run"));
        reads.put("result", files -> files.result("my-run"));
        reads.put("artifacts", files -> files.artifacts("my-run"));
        reads.put("human", files -> files.human("my-run", Optional.empty()));
        reads.put("page", files -> files.page("my-run", RunFiles.Filter.of("events", "logs"), ""));
        reads.put(
                "rest",
                files ->
                        files.page(
                                "my-run",
                                RunFiles.Filter.of("events"),
                                files.page("my-run", RunFiles.Filter.of("events"), "").cursor()));
        reads.forEach(
                (name, read) ->
                        assertThat(read.apply(served.connection().runFiles()))
                                .as(name)
                                .isEqualTo(read.apply(served.runtime().runFiles())));
        assertThat(served.connection().runFiles().summary("my-run").names())
                .isEqualTo(served.runtime().runFiles().summary("my-run").names());
        assertThat(served.connection().runFiles().resources("my-run", "1h", "1m").names())
                .isEqualTo(served.runtime().runFiles().resources("my-run", "1h", "1m").names());
        assertThatThrownBy(() -> served.connection().runFiles().resources("my-run", "often", "1m"))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(
                        () ->
                                served.connection()
                                        .runFiles()
                                        .acknowledge("my-run", "no-notice", JsonObject.empty()))
                .isInstanceOf(NoSuchEntityException.class);
        assertThatThrownBy(
                        () ->
                                served.connection()
                                        .runFiles()
                                        .respond(
                                                "my-run",
                                                "no-request",
                                                JsonObject.of(
                                                        "decision", new JsonString("approve"))))
                .isInstanceOf(NoSuchEntityException.class);
        var rebuilt = served.connection().runFiles().rebuild("my-run");
        assertThat(rebuilt.jobId()).contains(id);
        assertThat(rebuilt.events()).isEqualTo(jobs.events(id, EventQuery.all()).size());
        assertThat(folder.resolve("home/runs/my-run/events.jsonl")).exists();
        assertThat(served.connection().runFiles().delete("my-run")).isTrue();
        assertThat(folder.resolve("home/runs/my-run")).doesNotExist();
        assertThatThrownBy(() -> served.connection().runFiles().rebuild("no-run"))
                .isInstanceOf(NoSuchEntityException.class)
                .hasMessageContaining("no-run");
        assertThatThrownBy(() -> served.connection().runFiles().rebuild("../x"))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void a_refusal_carries_its_document() {
        assertThatExceptionOfType(NoSuchJobException.class)
                .isThrownBy(() -> served.connection().jobs().agents(JobId.of("nobody")))
                .satisfies(
                        refused -> {
                            assertThat(refused.failure().orElseThrow().code())
                                    .isEqualTo("job_not_found");
                            assertThat(refused).hasMessageContaining("nobody");
                        });
    }
}
