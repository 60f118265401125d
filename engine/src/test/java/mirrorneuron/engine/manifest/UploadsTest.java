package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which payload files a command finds in its workspace, and where it runs there. */
class UploadsTest extends LoaderSpec {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'upload_path': 'app/run.py'                                        | app/run.py > run.py
                    'upload_path': 'app/run.py', 'upload_as': 'main.py'                | app/run.py > main.py
                    'upload_path': 'app\\\\run.py'                                     | app/run.py > run.py
                    'upload_paths': [{'source': 'a'}, {'source': 'b', 'target': 'c/d'}] | a > a, b > c/d
                    'upload_paths': ['a/b']                                            | a/b > b
                    'uploads': [{'source': 'a', 'target': './x'}]                      | a > x
                    'uploads': [{'source': 'a', 'target': '/sandbox/job/x'}]           | a > x
                    'uploads': [{'source': 'a/b', 'target': '/sandbox/job/'}]          | a/b > b
                    'uploads': [{'source': 'a', 'target': '/sandbox/x'}]               | a > x
                    'uploads': [{'source': 'a', 'target': '/ws/x'}], 'sandbox_upload_path': '/ws' | a > x
                    'upload_paths': [], 'upload_path': 'a', 'uploads': ['b']           | a > a
                    'upload_paths': ['a'], 'upload_path': 'b'                          | a > a
                    """)
    void three_spellings_name_sources_and_targets(String members, String expected) {
        givenExecutor(members);

        assertThat(thenExecutor().uploads().stream().map(u -> u.source() + " > " + u.target()))
                .isEqualTo(List.of(expected.split(", ")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/passwd", "C:/x", "", ".", "a/../../b", "a\\\\..\\\\b"})
    void a_source_outside_the_payloads_is_refused(String source) {
        givenExecutor("'upload_paths': [{'source': '%s'}]".formatted(source));

        thenRefused("upload.source_unsafe", "/manifest/nodes/0/config/upload_paths/0/source");
    }

    @Test
    void a_source_is_required() {
        givenExecutor("'uploads': [{'target': 'x'}]");

        thenRefused("upload.source_unsafe", "/manifest/nodes/0/config/uploads/0/source");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/x", "/sandboxed/x", "/sandbox/job/../../x", "."})
    void a_target_outside_the_workspace_is_refused(String target) {
        givenExecutor("'upload_path': 'a', 'upload_as': '%s'".formatted(target));

        thenRefused("upload.target_unsafe", "/manifest/nodes/0/config/upload_as");
    }

    @Test
    void an_entry_of_another_kind_is_refused() {
        givenExecutor("'uploads': [5]");

        thenRefused("node.config_invalid", "/manifest/nodes/0/config/uploads/0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {".", "app", "app/sub", "/sandbox/job", "/sandbox/job/", "/sandbox/job/a"})
    void a_command_runs_in_its_workspace(String workdir) {
        givenExecutor("'workdir': '%s'".formatted(workdir));

        assertThat(thenExecutor().workdir()).contains(workdir);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/home/x", "../x", "/sandbox/job/../x", "/sandbox/jobs"})
    void a_working_directory_elsewhere_is_refused(String workdir) {
        givenExecutor("'workdir': '%s'".formatted(workdir));

        thenRefused("node.workdir_outside", "/manifest/nodes/0/config/workdir");
    }

    @Test
    void a_nodes_policy_may_allow_host_paths() {
        givenNode(
                """
                'agent_type': 'executor', 'policies': {'allow_host_paths': true},
                'config': {'runner': 'host_local', 'command': 'true', 'workdir': '/srv/x'}""");

        assertThat(thenExecutor().workdir()).contains("/srv/x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative", "/", "/a/../b"})
    void the_workspace_name_is_an_absolute_path(String path) {
        givenExecutor("'sandbox_upload_path': '%s'".formatted(path));

        thenRefused("node.path_unsafe", "/manifest/nodes/0/config/sandbox_upload_path");
    }

    @ParameterizedTest
    @CsvSource({"a/b, a/b", "a//b/, a/b", "./a, a", "a\\b, a/b", "ä/ö, ä/ö", "..a, ..a"})
    void plain_paths_are_normalised(String path, String normalised) {
        assertThat(RelativePath.normalise(path)).contains(normalised);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", ".", "./", "/", "/a", "\\a", "..", "a/..", "a/../b", "c:x", "a\0b"})
    void paths_that_could_lead_outside_are_none(String path) {
        assertThat(RelativePath.normalise(path)).isEmpty();
    }

    @Test
    void very_long_paths_are_none() {
        assertThat(RelativePath.normalise("a".repeat(1_025))).isEmpty();
    }
}
