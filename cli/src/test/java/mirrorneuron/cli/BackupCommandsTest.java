package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.home.Opening;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mn job backup} and {@code mn job restore}. */
final class BackupCommandsTest {

    private static final String WARNING =
            """
            ! Warning: Nothing in the archive is redacted: keep it as you would keep the home itself.
            """;

    @TempDir Path folder;

    private final CommandRun mn = new CommandRun();
    private final FakeRuntime.FakeJob job = mn.runtime.job("demo-1", "demo");

    @BeforeEach
    void a_paused_job() {
        mn.directory = folder;
        job.status = JobStatus.PAUSED;
    }

    private Path archive(String ofJob) throws IOException {
        return Files.writeString(folder.resolve("job.zip"), ofJob);
    }

    @Test
    void backup_prints_where_the_archive_is_and_warns() {
        assertThat(mn.run("job", "backup", "demo-1", "--output", "kept")).isZero();
        var file = folder.resolve("kept/run-of-demo-1-20260301T120000000Z.zip");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ✓ Job backup successful.
                        Archive: %1$s
                        Bytes: 6
                        Job ID: demo-1
                        Run ID: run-of-demo-1
                        Next: mn job restore --input %1$s
                        """
                                .formatted(file));
        assertThat(mn.err()).isEqualTo(WARNING);
        assertThat(file).hasContent("demo-1");
        assertThat(mn.runtime.calls).containsExactly("export demo-1");
        assertThat(mn.runtime.opened).containsExactly(Opening.Intent.READ);
    }

    @Test
    void backup_in_other_forms() {
        mn.run("job", "backup", "demo-1", "-o", "kept", "--air-gapped", "--json");
        var document = (JsonObject) Json.parse(mn.out());
        assertThat(document.object("data").names())
                .containsExactly(
                        "job_id", "run_id", "archive", "size_bytes", "schema_version", "sections");
        assertThat(mn.runtime.calls).containsExactly("export demo-1 air-gapped");

        mn.run("job", "backup", "demo-1", "-o", "quiet", "-q");
        assertThat(mn.out())
                .startsWith(folder.resolve("quiet/run-of-demo-1-20260301T120000").toString())
                .endsWith(".zip\n");
        mn.run("job", "backup", "demo-1", "-o", "yaml", "--output-format", "yaml");
        assertThat(mn.out()).startsWith("schema: mn.cli/v1\n");
        assertThat(folder.resolve("yaml")).isDirectory();
    }

    @Test
    void what_was_left_out_is_told() {
        mn.runtime.job("linked-1", "demo").status = JobStatus.PAUSED;
        mn.run("job", "backup", "linked-1", "-o", "kept");
        assertThat(mn.err())
                .isEqualTo(
                        WARNING
                                + "! Warning: Left out, as archives hold no links and no such names:"
                                + " latest\n");
    }

    @Test
    void a_blueprint_means_its_only_paused_run() {
        var other = mn.runtime.job("demo-2", "demo");
        assertThat(mn.run("job", "backup", "demo", "-o", "kept")).isZero();
        assertThat(mn.runtime.calls).containsExactly("export demo-1");

        other.status = JobStatus.PAUSED;
        assertThat(mn.run("job", "backup", "demo", "-o", "kept")).isEqualTo(2);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_USAGE_ERROR) Expected one paused run of blueprint demo, but there are 2
                        ! Hint: name one of demo-1, demo-2
                        """);
        job.status = JobStatus.RUNNING;
        other.status = JobStatus.RUNNING;
        assertThat(mn.run("job", "backup", "demo", "-o", "kept")).isEqualTo(1);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_PRECONDITION_FAILED) Expected one paused run of blueprint demo, but none of its 2 is paused
                        ! Hint: mn job pause JOB pauses one of demo-1, demo-2
                        """);
    }

    @Test
    void a_job_that_is_not_there_is_named() {
        assertThat(mn.run("job", "backup", "dem-1", "-o", "kept")).isEqualTo(2);
        assertThat(mn.err()).contains("There is no job 'dem-1' in this home; did you mean demo-1?");
        assertThat(folder.resolve("kept")).doesNotExist();
    }

    @Test
    void what_is_required_is_asked_for() {
        assertThat(mn.run("job", "backup", "demo-1")).isEqualTo(2);
        assertThat(mn.err()).contains("MN_USAGE_ERROR").contains("--output");
        assertThat(mn.run("job", "restore", "demo")).isEqualTo(2);
        assertThat(mn.err()).contains("MN_USAGE_ERROR").contains("--input");
    }

    @Test
    void restore_says_what_came_of_it() throws IOException {
        archive("demo-1");
        assertThat(mn.run("job", "restore", "demo", "--input", "job.zip")).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ✓ Job restore successful.
                        Job ID: demo-1-clone
                        Run ID: demo-1-clone
                        Original job: demo-1
                        Status: paused
                        Next: mn job resume demo-1-clone
                        """);
        assertThat(mn.err()).isEmpty();
        assertThat(mn.runtime.opened).containsExactly(Opening.Intent.WORK);
    }

    @Test
    void restore_in_other_forms() throws IOException {
        archive("early-1");
        mn.run("job", "restore", "-i", "job.zip", "--run-id", "mine", "--json");
        var data = ((JsonObject) Json.parse(mn.out())).object("data");
        assertThat(data.names())
                .containsExactly(
                        "job_id",
                        "run_id",
                        "blueprint_id",
                        "status",
                        "source_job_id",
                        "source_run_id",
                        "restore_provenance",
                        "recovery",
                        "not_carried");
        assertThat(data.string("run_id")).contains("mine");
        mn.run("job", "restore", "-i", "job.zip", "--continue", "-q");
        assertThat(mn.out()).isEqualTo("early-1\n");
        mn.run("job", "restore", "-i", "job.zip");
        assertThat(mn.err()).isEqualTo("! Warning: Messages are not in the backup.\n");
    }

    @Test
    void an_archive_that_cannot_be_used_is_one_clear_error() {
        assertThat(mn.run("job", "restore", "-i", "none.zip")).isEqualTo(2);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_NOT_FOUND) There is no archive %s
                        ! Hint: check --input
                        """
                                .formatted(folder.resolve("none.zip")));
    }
}
