package mirrorneuron.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import mirrorneuron.runtime.Race;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileTest {

    @TempDir Path folder;

    private Path log;

    @BeforeEach
    void name() {
        log = folder.resolve("logs/api.log");
    }

    private static byte[] line(String text) {
        return (text + '\n').getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_file_that_would_grow_too_long_becomes_the_first_of_the_older_ones() throws IOException {
        try (var file = new RotatingFile(log, 10, 2)) {
            for (int i = 1; i <= 7; i++) {
                file.append(line("line" + i));
            }
        }
        assertThat(log).hasContent("line7");
        assertThat(folder.resolve("logs/api.log.1")).hasContent("line6");
        assertThat(folder.resolve("logs/api.log.2")).hasContent("line5");
        assertThat(folder.resolve("logs/api.log.3")).doesNotExist();
    }

    @Test
    void a_line_that_ends_exactly_at_the_bound_still_fits() throws IOException {
        try (var file = new RotatingFile(log, 12, 1)) {
            file.append(line("line1"));
            file.append(line("line2"));
            file.append(line("line3"));
        }
        assertThat(folder.resolve("logs/api.log.1")).hasContent("line1\nline2");
        assertThat(log).hasContent("line3");
    }

    @Test
    void a_line_longer_than_the_bound_has_a_file_of_its_own() throws IOException {
        try (var file = new RotatingFile(log, 3, 5)) {
            file.append(line("longer"));
            file.append(line("too"));
        }
        assertThat(folder.resolve("logs/api.log.1")).hasContent("longer");
        assertThat(log).hasContent("too");
    }

    @Test
    void without_backups_the_older_lines_go() throws IOException {
        try (var file = new RotatingFile(log, 6, 0)) {
            file.append(line("line1"));
            file.append(line("line2"));
        }
        assertThat(log).hasContent("line2");
        assertThat(folder.resolve("logs/api.log.1")).doesNotExist();
    }

    @Test
    void a_later_program_goes_on_where_an_earlier_one_stopped() throws IOException {
        try (var file = new RotatingFile(log, 12, 1)) {
            file.append(line("line1"));
        }
        try (var file = new RotatingFile(log, 12, 1)) {
            file.append(line("line2"));
            file.append(line("line3"));
        }
        assertThat(folder.resolve("logs/api.log.1")).hasContent("line1\nline2");
        assertThat(log).hasContent("line3");
    }

    @Test
    void a_line_that_was_cut_off_does_not_swallow_the_next() throws IOException {
        Files.createDirectories(log.getParent());
        Files.writeString(log, "{\"torn");
        try (var file = new RotatingFile(log, 1_000, 1)) {
            file.append(line("whole"));
        }
        assertThat(Files.readAllLines(log)).containsExactly("{\"torn", "whole");
    }

    @Test
    void what_cannot_be_written_now_is_tried_again_with_the_next_line() throws IOException {
        Files.writeString(folder.resolve("logs"), "a file where the folder should be");
        try (var file = new RotatingFile(log, 1_000, 1)) {
            assertThatThrownBy(() -> file.append(line("lost"))).isInstanceOf(IOException.class);
            Files.delete(folder.resolve("logs"));
            file.append(line("kept"));
        }
        assertThat(Files.readAllLines(log)).containsExactly("kept");
    }

    @Test
    void lines_of_many_threads_are_whole_and_each_is_there_once() throws Exception {
        int each = 500 * Race.SCALE;
        try (var file = new RotatingFile(log, 4_000, 1_000)) {
            Race.of(
                    4,
                    (lane, chance) -> {
                        for (int i = 0; i < each; i++) {
                            file.append(line(lane + "-" + i + "-" + "x".repeat(chance.nextInt(9))));
                        }
                    });
        }
        var found = new HashSet<String>();
        try (var files = Files.list(folder.resolve("logs"))) {
            for (var file : files.toList()) {
                assertThat(Files.size(file)).isLessThanOrEqualTo(4_000);
                for (var text : Files.readAllLines(file)) {
                    assertThat(text).matches("[0-3]-\\d+-x*");
                    assertThat(found.add(text.substring(0, text.lastIndexOf('-')))).isTrue();
                }
            }
        }
        assertThat(found).hasSize(4 * each);
    }
}
