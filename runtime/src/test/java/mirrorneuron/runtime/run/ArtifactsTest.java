package mirrorneuron.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files of a folder are a run's, and where they are read. */
class ArtifactsTest {

    @TempDir Path home;

    private Path folder = Path.of("");

    @BeforeEach
    void fill() throws IOException {
        folder = home.resolve("run");
        Files.createDirectories(folder.resolve("figures"));
        Files.writeString(folder.resolve("report.md"), "# Report");
        Files.writeString(folder.resolve("figures/a.csv"), "x,y");
        Files.writeString(folder.resolve(".position"), "7");
        Files.writeString(home.resolve("secret.txt"), "secret");
    }

    private void link(String name, String target) throws IOException {
        Files.createSymbolicLink(folder.resolve(name), Path.of(target));
    }

    @Test
    void a_link_has_its_own_name_and_is_read_at_its_real_place() throws IOException {
        link("figures/newest.md", "../report.md");
        var listed =
                Artifacts.list(folder).stream()
                        .filter(file -> file.relativePath().equals("figures/newest.md"))
                        .findFirst()
                        .orElseThrow();
        assertThat(listed.file()).isEqualTo(folder.toRealPath().resolve("report.md"));
        assertThat(listed.size()).isEqualTo(8);
        assertThat(listed.id()).isEqualTo("figures_newest_md");
        // What the link is turned into afterwards leads nobody astray.
        Files.delete(folder.resolve("figures/newest.md"));
        link("figures/newest.md", home.resolve("secret.txt").toString());
        assertThat(WholeFiles.sha256(listed.file(), 8))
                .isEqualTo(WholeFiles.sha256(folder.resolve("report.md"), 8));
    }

    @Test
    void a_link_to_no_listed_file_of_the_folder_is_not_listed() throws IOException {
        link("out.txt", "../secret.txt");
        link("out-again.txt", "out.txt");
        link("hidden.txt", ".position");
        link("charts", "figures");
        link("up", "..");
        link("round", "round");
        link("nothing.txt", "nowhere");
        assertThat(Artifacts.list(folder))
                .extracting(Artifacts.Listed::relativePath)
                .containsExactly("figures/a.csv", "report.md");
    }

    @Test
    void a_name_with_a_backslash_is_not_listed() throws IOException {
        Files.writeString(folder.resolve("odd\\name.txt"), "odd");
        Files.createDirectory(folder.resolve("odd\\folder"));
        Files.writeString(folder.resolve("odd\\folder/odd.txt"), "odd");
        assertThat(Artifacts.list(folder))
                .extracting(Artifacts.Listed::relativePath)
                .containsExactly("figures/a.csv", "report.md");
    }
}
