package mirrorneuron.server.grpc.job;

import static mirrorneuron.server.grpc.Client.json;
import static mirrorneuron.server.grpc.Client.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.protocol.job.ExportJobBackupRequest;
import mirrorneuron.protocol.job.ExportJobBackupResponse;
import mirrorneuron.protocol.job.GetJobRequest;
import mirrorneuron.protocol.job.PauseJobRequest;
import mirrorneuron.protocol.job.RestoreJobBackupRequest;
import mirrorneuron.protocol.job.ResumeJobRequest;
import mirrorneuron.server.Served;
import mirrorneuron.server.grpc.Client;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups over gRPC: a paused job goes out in a message and comes back as a clone. */
class BackupsOverGrpcTest {

    private Served mn;
    private Client client;

    @BeforeEach
    void serve(@TempDir Path home) throws IOException {
        mn = Served.at(home);
        client = Client.of(mn);
    }

    @AfterEach
    void stop() {
        client.close();
        mn.close();
    }

    private String paused() {
        var job = client.submit(Served.idle(), Map.of());
        mn.awaitStatus(job, "running");
        client.jobs().pauseJob(PauseJobRequest.newBuilder().setJobId(job).build());
        mn.awaitStatus(job, "paused");
        return job;
    }

    private ExportJobBackupResponse export(String job) {
        return client.jobs()
                .exportJobBackup(ExportJobBackupRequest.newBuilder().setJobId(job).build());
    }

    private long count() {
        return mn.server().runtime().monitor().countJobs(JobQuery.all());
    }

    private JsonObject restore(ExportJobBackupResponse backup) {
        return json(
                client.jobs()
                        .restoreJobBackup(
                                RestoreJobBackupRequest.newBuilder()
                                        .setBackupJson(backup.getBackupJson())
                                        .putAllBundleFiles(backup.getBundleFilesMap())
                                        .setRunId("second-run")
                                        .build())
                        .getResultJson());
    }

    @Test
    void a_paused_job_comes_back_as_a_paused_clone_that_goes_on() {
        var job = paused();
        var backup = export(job);
        assertThat(backup.getVersion()).isEqualTo(1);
        assertThat(backup.getBundleFilesMap()).containsKey("manifest.json");
        var document = json(backup.getBackupJson());
        assertThat(document.string("schema_version")).contains("mn.backup.v3");
        assertThat(document.object("source").string("job_id")).contains(job);

        var restored = restore(backup);
        var clone = restored.string("job_id").orElseThrow();
        assertThat(clone).isNotEqualTo(job);
        assertThat(restored.string("run_id")).contains("second-run");
        assertThat(restored.string("source_job_id")).contains(job);
        assertThat(restored.string("status")).contains("paused");
        assertThat(restored.object("recovery").bool("requires_review")).contains(true);
        mn.awaitStatus(clone, "paused");
        client.jobs().resumeJob(ResumeJobRequest.newBuilder().setJobId(clone).build());
        mn.awaitStatus(clone, "running");
        assertThat(
                        json(client.jobs()
                                        .getJob(GetJobRequest.newBuilder().setJobId(job).build())
                                        .getJobJson())
                                .object("job")
                                .string("status"))
                .contains("paused");
    }

    @Test
    void what_is_not_paused_or_not_there_is_refused() {
        var job = client.submit(Served.idle(), Map.of());
        mn.awaitStatus(job, "running");
        assertThat(refused(() -> export(job)).status()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(refused(() -> export("nobody")).status()).isEqualTo(Code.NOT_FOUND);
        assertThat(refused(() -> export("")).status()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void a_backup_that_was_changed_or_is_none_restores_nothing() {
        var backup = export(paused());
        long jobs = count();
        for (var wrong :
                new ExportJobBackupResponse[] {
                    backup.toBuilder().setBackupJson("{}").build(),
                    backup.toBuilder().setBackupJson("not json").build(),
                    backup.toBuilder()
                            .setBackupJson(
                                    json(backup.getBackupJson())
                                            .with("schema_version", new JsonString("mn.backup.v9"))
                                            .toString())
                            .build(),
                    backup.toBuilder().clearBundleFiles().build(),
                    backup.toBuilder()
                            .putBundleFiles("../evil", ByteString.copyFromUtf8("x"))
                            .build(),
                    backup.toBuilder()
                            .setBackupJson(
                                    json(backup.getBackupJson())
                                            .with("source", JsonNumber.of(7))
                                            .toString())
                            .build()
                }) {
            assertThat(refused(() -> restore(wrong)).status())
                    .as(wrong.getBackupJson())
                    .isEqualTo(Code.INVALID_ARGUMENT);
        }
        assertThat(count()).isEqualTo(jobs);
    }
}
