package mirrorneuron.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChannelsTest {

    private static final Set<String> BOTH = Set.of("events", "resources");

    @TempDir Path folder;

    @Test
    void a_reader_that_resumes_after_any_record_gets_the_rest_although_times_go_back()
            throws IOException {
        write(RunFolder.SAMPLES, "s1@2", "s2@1", "s3@3", "s4@1", "s5@1");
        write(RunFolder.EVENTS, "e1@1", "e2@2", "e3@3");
        var whole = read("");
        assertThat(names(whole))
                .containsExactlyInAnyOrder("e1", "e2", "e3", "s1", "s2", "s3", "s4", "s5");
        assertThat(names(whole)).filteredOn(name -> name.startsWith("s")).isSorted();
        assertThat(names(whole)).filteredOn(name -> name.startsWith("e")).isSorted();
        for (int i = 0; i < whole.size(); i++) {
            assertThat(names(read(whole.get(i).string("id").orElseThrow())))
                    .as("after %s", names(whole).get(i))
                    .isEqualTo(names(whole).subList(i + 1, whole.size()));
        }
    }

    @Test
    void pages_lose_nothing_although_times_go_back() throws IOException {
        var samples = new ArrayList<String>();
        for (int i = 0; i < 30_000; i++) {
            samples.add("s%05d@%d".formatted(i, i % 7 == 0 ? 1 : 10_000 + i));
        }
        write(RunFolder.SAMPLES, samples.toArray(String[]::new));
        write(RunFolder.EVENTS, "e1@1", "e2@20000", "e3@99999");
        var all = new ArrayList<String>();
        var cursor = "";
        int pages = 0;
        boolean more = true;
        while (more) {
            var channels = new Channels(folder, _ -> 0, cursor);
            all.addAll(names(channels.next(BOTH, List.of(), "run", _ -> true)));
            more = channels.hasMore();
            cursor = channels.cursor();
            pages++;
        }
        assertThat(pages).isGreaterThan(1);
        assertThat(all).hasSize(30_003).doesNotHaveDuplicates();
        assertThat(all).filteredOn(name -> name.startsWith("s")).isSorted();
    }

    private List<JsonObject> read(String cursor) throws IOException {
        return new Channels(folder, _ -> 0, cursor).next(BOTH, List.of(), "run", _ -> true);
    }

    private static List<String> names(List<JsonObject> records) {
        return records.stream().map(record -> record.string("name").orElseThrow()).toList();
    }

    /** Lines {@code name@second}, in that order. */
    private void write(String file, String... lines) throws IOException {
        var text = new StringBuilder();
        for (var line : lines) {
            var parts = line.split("@");
            text.append(
                    "{\"name\":\"%s\",\"ts\":\"2026-05-01T00:%05d\"}\n"
                            .formatted(parts[0], Integer.parseInt(parts[1])));
        }
        Files.writeString(folder.resolve(file), text);
    }
}
