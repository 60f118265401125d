package mirrorneuron.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import mirrorneuron.api.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What files of a folder add to the environment. */
class EnvironmentFilesTest {

    @Test
    void files_of_a_folder_fill_in_what_the_environment_leaves_open(@TempDir Path folder)
            throws Exception {
        Files.writeString(
                folder.resolve(".env"),
                "# general\nMN_ENV=test\nMN_API_PORT=1\nMN_HOME='/a b' # home\nexport MN_LOG_LEVEL=debug\n");
        Files.writeString(folder.resolve(".env.test"), "MN_API_PORT=2 # two\nMN_API_TOKEN=\"x#y\"");
        Files.writeString(folder.resolve(".env.prod"), "MN_API_PORT=3");
        assertThat(EnvironmentFiles.merged(Map.of("MN_LOG_LEVEL", "warn"), folder))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "MN_ENV", "test",
                                "MN_API_PORT", "2",
                                "MN_API_TOKEN", "x#y",
                                "MN_HOME", "/a b",
                                "MN_LOG_LEVEL", "warn"));
        assertThat(EnvironmentFiles.merged(Map.of("MN_ENV", "prod"), folder))
                .containsEntry("MN_API_PORT", "3");
    }

    @Test
    void a_line_that_is_no_assignment_is_named(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve(".env"), "MN_ENV=test\nrm -rf /\n");
        assertThatThrownBy(() -> EnvironmentFiles.merged(Map.of(), folder))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(".env line 2: no assignment (expected: NAME=value)");
    }
}
