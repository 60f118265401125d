package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardOutputTest {

    private static OutputStream breaking(String why) {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException(why);
            }
        };
    }

    @Test
    void what_arrives_is_not_lost() {
        var bytes = new ByteArrayOutputStream();
        var out = StandardOutput.to(bytes);
        out.println("größer");
        assertThat(out.lost()).isEmpty();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("größer\n");
    }

    @Test
    void a_full_disk_is_told_with_its_reason() {
        var out = StandardOutput.to(breaking("No space left on device"));
        out.println("all of it");
        assertThat(out.lost()).contains("No space left on device");
    }

    @Test
    void a_reader_that_has_seen_enough_is_no_loss() {
        var out = StandardOutput.to(breaking("Broken pipe"));
        out.println("all of it");
        assertThat(out.lost()).isEmpty();
    }
}
