package mirrorneuron.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;

class RunIdsTest {

    private static final JobId JOB = JobId.of("simple-1700000000000-0a1b2c3d4e5f");

    @Test
    void a_run_is_named_by_the_submission_then_by_the_manifest_then_by_its_job() {
        var manifest =
                json(
                        "{'run_id':'top','metadata':{'run_id':'meta','blueprint_run_id':'blueprint'}}");

        assertThat(RunIds.of(JOB, json("{'run_id':'mine'}"), manifest)).isEqualTo("mine");
        assertThat(RunIds.of(JOB, json("{'run_id':' '}"), manifest)).isEqualTo("top");
        assertThat(RunIds.of(JOB, json("{}"), manifest.without("run_id"))).isEqualTo("meta");
        assertThat(RunIds.of(JOB, json("{}"), json("{'metadata':{'blueprint_run_id':'b-7'}}")))
                .isEqualTo("b-7");
        assertThat(RunIds.of(JOB, json("{}"), json("{'metadata':'none'}"))).isEqualTo(JOB.value());
    }

    @Test
    void a_colon_in_a_job_id_becomes_a_dash_and_worse_signs_a_digest() {
        assertThat(RunIds.of(JobId.of("night:2026:1"))).isEqualTo("night-2026-1");

        var odd = RunIds.of(JobId.of("../über all"));
        assertThat(RunIds.isRunId(odd)).isTrue();
        assertThat(odd).isEqualTo(RunIds.of(JobId.of("../über all")));
        assertThat(odd).isNotEqualTo(RunIds.of(JobId.of("../uber all")));
        assertThat(RunIds.isRunId(RunIds.of(JobId.of("..")))).isTrue();
        assertThat(RunIds.isRunId(RunIds.of(JobId.of("x".repeat(4_000))))).isTrue();
    }

    @Test
    void ids_that_could_leave_the_run_store_are_none() {
        for (var bad : new String[] {"", ".", "..", "a:b", "a/b", "a\\b", "-a", ".a", "a b", "ä"}) {
            assertThat(RunIds.isRunId(bad)).as(bad).isFalse();
        }
        assertThat(RunIds.isRunId("a".repeat(220))).isTrue();
        assertThat(RunIds.isRunId("a".repeat(221))).isFalse();
        assertThat(RunIds.isRunId("1.run_of-2026")).isTrue();
    }

    @Test
    void traces_and_spans_are_the_same_at_every_rendering_and_a_callers_trace_is_kept() {
        assertThat(RunIds.traceOf(JOB, JsonObject.empty()))
                .startsWith("trc_")
                .isEqualTo(RunIds.traceOf(JOB, JsonObject.empty()))
                .isNotEqualTo(RunIds.traceOf(JobId.of("other"), JsonObject.empty()));
        assertThat(RunIds.traceOf(JOB, json("{'trace_id':'0af7651916cd43dd8448eb211c80319c'}")))
                .isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(RunIds.traceOf(JOB, json("{'trace_id':'not one'}"))).startsWith("trc_");

        assertThat(RunIds.span(JOB, "step:a"))
                .startsWith("spn_")
                .isEqualTo(RunIds.span(JOB, "step:a"))
                .isNotEqualTo(RunIds.span(JOB, "step:b"))
                .isNotEqualTo(RunIds.span(JobId.of("other"), "step:a"));
    }

    @Test
    void a_record_says_its_run_and_trace_and_an_older_one_gets_what_it_would_have_said() {
        var record =
                JobRecord.fromJson(json("{'job_id':'j:1','run_id':'r1','trace_id':'trc_given'}"));
        assertThat(RunIds.of(record)).isEqualTo("r1");
        assertThat(RunIds.traceOf(record)).isEqualTo("trc_given");

        var older = JobRecord.fromJson(json("{'job_id':'j:1'}"));
        assertThat(RunIds.of(older)).isEqualTo("j-1");
        assertThat(RunIds.traceOf(older))
                .isEqualTo(RunIds.traceOf(JobId.of("j:1"), JsonObject.empty()));
    }

    private static JsonObject json(String text) {
        return (JsonObject) Json.parse(text.replace('\'', '"'));
    }
}
