package mirrorneuron.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.CallOptions;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Metrics;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.Store;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.WaitOutcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the guide for Java are the ones below, and these run. */
@Timeout(60)
class GuideTest {

    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @TempDir Path place;

    private Path home;
    private Path folder;

    @BeforeEach
    void make_a_bundle() throws IOException {
        home = place.resolve("home");
        folder = Files.createDirectories(place.resolve("bundle"));
        Files.createDirectories(folder.resolve("payloads"));
        Files.writeString(
                folder.resolve("manifest.json"),
                """
                {"manifest_version":"1.0","graph_id":"door","entrypoints":["door"],
                 "nodes":[{"node_id":"door","agent_type":"sensor",
                   "config":{"complete_after":1,"terminal_sink":true,"complete_run":true}}],
                 "edges":[]}
                """);
    }

    @Test
    void every_example_of_the_guide_stands_here() throws IOException {
        var here =
                bare(Files.readString(Path.of("src/test/java/mirrorneuron/client/GuideTest.java")));
        var examples = EXAMPLE.matcher(Files.readString(Path.of("../docs/java.md")));
        int count = 0;
        while (examples.find()) {
            count++;
            assertThat(here.contains(bare(examples.group(1)))).as(examples.group(1)).isTrue();
        }
        assertThat(count).isEqualTo(4);
    }

    /** How a line is broken is the formatter's business. */
    private static String bare(String code) {
        return code.replaceAll("\\s+", "");
    }

    @Test
    void embedded() throws Exception {
        try (var mn = MirrorNeuron.embedded().home(home).start()) {
            Submission submission =
                    mn.jobs().submit(BundleSource.folder(folder), SubmitOptions.defaults());
            JobId job = submission.orThrow(); // durable from here on
            switch (mn.jobs().await(job, Duration.ofMinutes(5))) {
                case WaitOutcome.Completed(var record, var result) -> System.out.println(result);
                case WaitOutcome.Failed(var record, var failure) ->
                        System.err.println(failure.desc());
                case WaitOutcome.Cancelled _ -> System.err.println("cancelled");
                case WaitOutcome.StillRunning(_, var status, _) ->
                        System.err.println("still " + status);
                case WaitOutcome.Unknown _ -> throw new AssertionError();
            }
        }
        try (var again = MirrorNeuron.embedded().home(home).start()) {
            assertThat(again.monitor().metrics().byStatus()).containsKey(JobStatus.COMPLETED);
        }
    }

    @Test
    void remote() throws Exception {
        try (var served =
                Served.of(
                        MirrorNeuron.embedded().home(home).store(new Store.Memory()).start(),
                        place.resolve("sent"))) {
            int port = served.desk().port();
            var token = "t";
            try (var mn = MirrorNeuron.remote("localhost:" + port).token(token).connect()) {
                var options = SubmitOptions.defaults().withIdempotencyKey("order-4711");
                JobId job = mn.jobs().submit(BundleSource.folder(folder), options).orThrow();
                WaitOutcome outcome = mn.jobs().await(job, Duration.ofMinutes(5));
                System.out.println(outcome);
            }
            var mn = served.connection();
            var hurried = mn.with(CallOptions.none().withDeadline(Duration.ofSeconds(2)));
            Metrics metrics = hurried.monitor().metrics();
            assertThat(metrics.byStatus()).containsEntry(JobStatus.COMPLETED, 1L);

            var job =
                    mn.jobs()
                            .submit(BundleSource.folder(folder), SubmitOptions.defaults())
                            .orThrow();
            try (EventStream events = mn.jobs().follow(job, FollowOptions.fromStart())) {
                for (RuntimeEvent event : events) { // ends by itself after the job's last event
                    System.out.println(event.sequence().orElse(0) + " " + event.type());
                }
            }
            assertThat(mn.jobs().await(job, Duration.ZERO))
                    .isInstanceOf(WaitOutcome.Completed.class);
        }
    }
}
