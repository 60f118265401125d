package mirrorneuron.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {

    @TempDir Path folder;

    private void output(String name, String figures) throws IOException {
        Files.writeString(
                folder.resolve(name + ".json"),
                "{\"rows\": [{\"row\": \"jobs\", \"figures\": [" + figures + "]}]}");
    }

    private static String figure(String name, double median) {
        return "{\"name\": \"%s\", \"unit\": \"ms\", \"median\": %s}".formatted(name, median);
    }

    @Test
    void each_round_is_compared_with_the_round_beside_it() throws IOException {
        output("ours-1", figure("p50", 2));
        output("theirs-1", figure("p50", 1));
        output("ours-2", figure("p50", 30));
        output("theirs-2", figure("p50", 20));
        output("ours-3", figure("p50", 8));
        output("theirs-3", figure("p50", 8));

        assertThat(Comparison.of(folder).table().lines().skip(2))
                .containsExactly("| jobs | p50 | 8.000 ms | 8.000 ms | 1.50 | 1.00 – 2.00 |");
    }

    @Test
    void what_only_one_of_them_has_is_left_out() throws IOException {
        output("ours-1", figure("p50", 2) + "," + figure("new", 5));
        output("theirs-1", figure("p50", 4) + "," + figure("old", 5));

        assertThat(Comparison.of(folder).table().lines().skip(2))
                .containsExactly("| jobs | p50 | 2.000 ms | 4.000 ms | 0.50 | 0.50 – 0.50 |");
    }
}
