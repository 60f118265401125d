package mirrorneuron.server.trace;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.RunIds;
import org.junit.jupiter.api.Test;

class TraceIdsTest {

    @Test
    void our_ids_are_the_same_bytes_in_another_form() {
        assertThat(TraceIds.trace("trc_AAECAwQFBgcICQoLDA0ODw"))
                .isEqualTo("000102030405060708090a0b0c0d0e0f");
        assertThat(TraceIds.span("spn_AAECAwQFBgcICQoLDA0ODw")).isEqualTo("0001020304050607");
    }

    @Test
    void the_ids_of_a_job_are_such_ids() {
        var job = JobId.of("simple-1");
        assertThat(TraceIds.trace(RunIds.traceOf(job, JsonObject.empty())))
                .isEqualTo(TraceIds.trace(RunIds.traceOf(job, JsonObject.empty())))
                .matches("[0-9a-f]{32}");
        assertThat(TraceIds.span(RunIds.span(job, "step:a")))
                .matches("[0-9a-f]{16}")
                .isNotEqualTo(TraceIds.span(RunIds.span(job, "step:b")));
    }

    @Test
    void a_trace_of_a_caller_is_kept_and_any_other_text_gets_a_digest() {
        assertThat(TraceIds.trace("4bf92f3577b34da6a3ce929d0e0e4736"))
                .isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        // The first 16 bytes of SHA-256("order-7").
        assertThat(TraceIds.trace("order-7")).isEqualTo("df8cf80227ec3237922df0ecd88385c5");
        assertThat(TraceIds.trace("trc_short")).matches("[0-9a-f]{32}");
        assertThat(TraceIds.trace("0".repeat(32))).matches("[0-9a-f]{32}").doesNotMatch("0+");
    }
}
