package mirrorneuron.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/** What a failure keeps of the document that it was read from. */
class FailureTest {

    private static Failure read(String json) {
        return Failure.fromJson((JsonObject) Json.parse(json));
    }

    @Test
    void members_that_nobody_knows_survive_a_round_trip() {
        var failure =
                read(
                        """
                        {"schema_version":"mn.error.v1","code":"a.b","desc":"It broke",
                         "occurred_at":"2026-03-01T12:00:00.000Z","severity":"error",
                         "retry_plan":{"attempts":[1,2]},"region":null}
                        """);
        assertThat(failure.raw().object("retry_plan").array("attempts").size()).isEqualTo(2);
        assertThat(failure.raw().has("region")).isTrue();
        assertThat(failure.raw().string("code")).contains("a.b");
        assertThat(Failure.fromJson(failure.toJson())).isEqualTo(failure);
    }

    @Test
    void a_failure_that_was_made_equals_the_one_that_was_read() {
        var made =
                Failure.of(
                        "a.b",
                        "It broke",
                        JsonObject.empty(),
                        Instant.parse("2026-03-01T12:00:00Z"),
                        "Try again.");
        assertThat(made.raw()).isEqualTo(made.toJson());
        assertThat(Failure.fromJson(made.toJson())).isEqualTo(made);
    }

    @Test
    void what_is_kept_has_the_same_limits_and_no_secrets() {
        var secret = read("{\"code\":\"a\",\"next\":{\"api_token\":\"sk-1\"}}");
        assertThat(secret.toJson().toString()).doesNotContain("sk-1").contains("next");
        var large = read("{\"code\":\"a\",\"next\":\"" + "x".repeat(20_000) + "\"}");
        assertThat(large.size()).isLessThan(16 * 1_024);
        assertThat(large.raw().has("next")).isFalse();
        var wrong = read("{\"code\":7,\"desc\":\"" + "d".repeat(500) + "\"}");
        assertThat(wrong.raw().string("code")).contains("runtime.failure");
        assertThat(wrong.raw().string("desc")).contains(wrong.desc());
    }
}
