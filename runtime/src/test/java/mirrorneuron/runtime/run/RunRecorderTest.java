package mirrorneuron.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.runtime.Race;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are recorded and read while their jobs go on. */
@Timeout(60)
class RunRecorderTest {

    private static final int MESSAGES = 60 * Race.SCALE;

    private static final List<JobId> JOBS =
            IntStream.range(0, 4).mapToObj(n -> JobId.of("job-" + n)).toList();

    @TempDir Path home;

    @Test
    void each_event_is_in_its_runs_file_once_and_in_order() throws Exception {
        try (var mn = MirrorNeuron.embedded().home(home).start()) {
            for (var job : JOBS) {
                mn.jobs()
                        .submit(
                                BundleSource.manifest(
                                        """
                                        {"manifest_version":"1.0","graph_id":"door",
                                         "entrypoints":["door"],"initial_inputs":{"door":[]},
                                         "nodes":[{"node_id":"door","agent_type":"sensor",
                                           "config":{"complete_after":%d,"terminal_sink":true,
                                                     "complete_run":true}}],
                                         "edges":[]}
                                        """
                                                .formatted(MESSAGES)),
                                SubmitOptions.defaults().withJobId(job))
                        .orThrow();
            }
            var runs = ((RunAccess) mn).runs();
            Race.of(
                    4,
                    (lane, chance) -> {
                        for (int n = 0; n < MESSAGES; n++) {
                            mn.jobs()
                                    .send(
                                            JOBS.get(lane),
                                            AgentId.of("door"),
                                            Message.of("knock", JsonNumber.of(n)));
                            // Brings the run up to date, beside the recorder and other readers.
                            var read = JOBS.get(chance.nextInt(JOBS.size())).value();
                            assertThat(runs.page(read, RunFiles.Filter.of("events"), ""))
                                    .isNotNull();
                        }
                    });
            for (var job : JOBS) {
                mn.jobs().await(job, Duration.ofSeconds(20));
            }
        }
        for (var job : JOBS) {
            var numbers = new ArrayList<Long>();
            for (var line : Files.readAllLines(events(job))) {
                numbers.add(((JsonObject) Json.parse(line)).integer("seq").orElse(-1));
            }
            // What the run itself says of its course has no number.
            numbers.removeIf(number -> number == 0);
            assertThat(numbers)
                    .hasSizeGreaterThan(MESSAGES)
                    .isEqualTo(LongStream.rangeClosed(1, numbers.size()).boxed().toList());
        }
    }

    private Path events(JobId job) {
        return home.resolve("runs").resolve(job.value()).resolve(RunFolder.EVENTS);
    }
}
