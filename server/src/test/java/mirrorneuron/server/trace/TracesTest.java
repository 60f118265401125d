package mirrorneuron.server.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.runtime.embedded.EmbeddedRuntime;
import mirrorneuron.server.Served;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracesTest {

    @TempDir Path home;

    private final List<Span> spans = new CopyOnWriteArrayList<>();

    private final SpanExport export =
            new SpanExport() {

                @Override
                public boolean send(List<Span> sent) {
                    spans.addAll(sent);
                    return true;
                }

                @Override
                public void close() {
                    // Nothing is held.
                }
            };

    private static JobId cancelled(EmbeddedRuntime runtime) throws InterruptedException {
        var accepted =
                (Submission.Accepted)
                        runtime.jobs()
                                .submit(
                                        BundleSource.manifest(Served.idle().toString()),
                                        SubmitOptions.defaults());
        var unused = runtime.jobs().cancel(accepted.jobId());
        var ended = runtime.jobs().await(accepted.jobId(), Duration.ofSeconds(20));
        assertThat(ended).isNotNull();
        return accepted.jobId();
    }

    @Test
    void a_job_that_is_announced_again_after_its_end_is_not_sent_again() throws Exception {
        // The log may be read between the moment that its last facts are durable and the word that
        // they are.
        var meter = new SpanMeter();
        try (var runtime = EmbeddedRuntime.builder(Map.of()).home(home).start();
                var traces = new Traces(export, meter, Instant.EPOCH)) {
            traces.start(runtime.log());
            var job = cancelled(runtime);
            traces.committed(job);
            await().atMost(Duration.ofSeconds(10)).until(() -> meter.sent() == 1);
            traces.committed(job);
            traces.close();
            assertThat(spans).extracting(Span::name).containsExactly("job");
        }
    }

    @Test
    void a_job_that_is_gone_costs_nothing() throws Exception {
        try (var runtime = EmbeddedRuntime.builder(Map.of()).home(home).start();
                var traces = new Traces(export, new SpanMeter(), Instant.EPOCH)) {
            traces.start(runtime.log());
            traces.committed(JobId.of("never-was"));
            traces.committed(cancelled(runtime));
            traces.close();
            assertThat(spans).hasSize(1);
        }
    }
}
