package mirrorneuron.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.api.JobId;
import mirrorneuron.runtime.Race;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What attempts of many threads share on disk. */
@Timeout(60)
class SharedFoldersTest {

    private static final JobId JOB = JobId.of("job");

    @TempDir Path home;

    @Test
    void every_attempt_gets_a_folder_of_its_own_that_is_empty() throws Exception {
        var workspaces = new Workspaces(home);
        Race.of(
                4,
                (lane, chance) -> {
                    for (int i = 0; i < 500 * Race.SCALE; i++) {
                        var folder = home.resolve("attempt-" + lane + "-" + i);
                        workspaces.make(folder);
                        try (var inside = Files.list(folder)) {
                            assertThat(inside).isEmpty();
                        }
                        if (chance.nextInt(4) == 0) {
                            Files.writeString(folder.resolve("result"), "done");
                        }
                        workspaces.remove(folder);
                        assertThat(folder).doesNotExist();
                    }
                });
        workspaces.close();
        try (var left = Files.list(home)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void a_jobs_folder_is_given_away_once_when_the_last_one_has_left() throws Exception {
        var kept = new KeptWorkspaces(home);
        for (int round = 0; round < 300 * Race.SCALE; round++) {
            var inside = new AtomicInteger();
            var given = new ConcurrentLinkedQueue<Integer>();
            for (int i = 0; i < 3; i++) {
                kept.enter(JOB);
                inside.incrementAndGet();
            }
            Race.of(
                    4,
                    (lane, _) -> {
                        if (lane == 3) {
                            kept.ended(JOB).ifPresent(_ -> given.add(inside.get()));
                        } else {
                            inside.decrementAndGet();
                            kept.leave(JOB).ifPresent(_ -> given.add(inside.get()));
                        }
                    });
            assertThat(given).containsExactly(0);
        }
    }

    @Test
    void each_line_for_people_is_handed_out_once() throws Exception {
        var lines = new HumanLines();
        lines.begin(home);
        int count = 2_000 * Race.SCALE;
        Set<String> taken = ConcurrentHashMap.newKeySet();
        var handedOut = new AtomicInteger();
        Race.of(
                4,
                (lane, _) -> {
                    var file = home.resolve(HumanLines.FILE);
                    for (int i = 0; lane == 0 && i < count; i++) {
                        Files.writeString(
                                file,
                                "{\"type\":\"human_notice\",\"payload\":{\"n\":\"" + i + "\"}}\n",
                                StandardOpenOption.CREATE,
                                StandardOpenOption.APPEND);
                    }
                    while (lane != 0 && handedOut.get() < count) {
                        for (var note : lines.take(home, "step-" + lane, text -> text)) {
                            taken.add(note.payload().string("n").orElseThrow());
                            handedOut.incrementAndGet();
                        }
                    }
                });
        assertThat(taken).hasSize(count);
        assertThat(handedOut).hasValue(count);
    }
}
