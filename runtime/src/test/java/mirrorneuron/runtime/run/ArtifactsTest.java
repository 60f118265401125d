package mirrorneuron.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import mirrorneuron.api.json.JsonObject;
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
        assertThat(listed.file()).isEqualTo(PlainFile.in(folder.toRealPath(), "report.md"));
        assertThat(listed.size()).isEqualTo(8);
        assertThat(listed.id()).isEqualTo("figures_newest_md");
        // What the link is turned into afterwards leads nobody astray.
        Files.delete(folder.resolve("figures/newest.md"));
        link("figures/newest.md", home.resolve("secret.txt").toString());
        assertThat(WholeFiles.sha256(listed.file(), 8))
                .isEqualTo(WholeFiles.sha256(PlainFile.in(folder, "report.md"), 8));
    }

    private Artifacts.Listed csv() throws IOException {
        return Artifacts.list(folder).getFirst();
    }

    private String content(Artifacts.Listed listed) throws IOException {
        try (var in = Channels.newInputStream(listed.file().open())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_file_is_read_where_it_was_listed_whatever_is_put_on_the_way_to_it() throws IOException {
        var listed = csv();
        assertThat(listed.relativePath()).isEqualTo("figures/a.csv");
        assertThat(content(listed)).isEqualTo("x,y");
        // The folder above it becomes a link to one that holds a file of that name.
        var elsewhere = Files.createDirectory(home.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("a.csv"), "a secret");
        Files.move(folder.resolve("figures"), folder.resolve("moved"));
        link("figures", elsewhere.toString());
        assertThatThrownBy(() -> content(listed)).isInstanceOf(IOException.class);
    }

    @Test
    void a_file_that_became_a_link_a_folder_or_a_pipe_is_not_read() throws Exception {
        var listed = csv();
        var file = folder.resolve("figures/a.csv");
        Files.delete(file);
        assertThatThrownBy(() -> content(listed)).isInstanceOf(NoSuchFileException.class);
        link("figures/a.csv", home.resolve("secret.txt").toString());
        assertThatThrownBy(() -> content(listed)).isInstanceOf(IOException.class);
        Files.delete(file);
        Files.createDirectory(file);
        assertThatThrownBy(() -> content(listed)).hasMessageContaining("no regular file");
        Files.delete(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
        assertThatThrownBy(() -> content(listed)).hasMessageContaining("no regular file");
    }

    @Test
    void a_root_may_be_reached_by_a_link() throws IOException {
        var way = Files.createSymbolicLink(home.resolve("way"), folder);
        try (var in = Channels.newInputStream(PlainFile.in(way, "report.md").open())) {
            assertThat(in.readAllBytes()).hasSize(8);
        }
        assertThatThrownBy(() -> new PlainFile(folder, home.resolve("secret.txt")))
                .hasMessageContaining("expected: a path below");
    }

    @Test
    void what_goes_away_while_files_are_listed_is_left_out() throws IOException {
        var files = Artifacts.list(folder);
        Files.delete(folder.resolve("figures/a.csv"));
        assertThat(new ServedFiles(List.of()).entries(files, "run"))
                .extracting(entry -> ((JsonObject) entry).string("path").orElseThrow())
                .containsExactly("report.md");
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
