package mirrorneuron.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.GoldenLogs.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody wrote is refused in one way, whatever is wrong with it. */
class DamagedRecordsTest {

    private static final List<JsonValue> OTHER_VALUES =
            List.of(
                    JsonNull.NULL,
                    JsonNumber.of(7),
                    JsonNumber.of(-1),
                    new JsonString("x"),
                    JsonArray.of(JsonNumber.of(7)),
                    JsonArray.of(JsonObject.empty()),
                    JsonObject.of("x", JsonNumber.of(7)),
                    JsonObject.of("x", JsonObject.empty()));

    static List<Golden> logs() throws IOException {
        return GoldenLogs.all();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "7",
                "{\"k\":\"\",\"s\":1}",
                "{\"k\":\"started\",\"s\":1}\n\n",
                "{\"k\":\"agent_started\",\"s\":1,\"a\":\"b\",\"type\":\"nobody\"}",
                "{\"k\":\"pressure\",\"s\":1,\"a\":\"b\",\"pressure\":\"none\"}",
                // Received by nobody.
                "{\"k\":\"seeded\",\"s\":1,\"a\":\"b\",\"msg\":{\"i\":\"m-1\"}}",
                "{\"k\":\"accepted\",\"s\":1,\"a\":\"b\",\"digest\":\"d\",\"msg\":{\"i\":\"m-1\"}}",
                "{\"k\":\"released\",\"s\":1,\"a\":\"b\",\"msg\":{\"i\":\"m-1\"}}",
                "{\"k\":\"woken\",\"s\":1,\"a\":\"b\",\"msg\":{\"i\":\"m-1\"}}",
                "{\"k\":\"step_triggered\",\"s\":1,\"step\":\"b\",\"msg\":{\"i\":\"m-1\"}}"
            })
    void a_line_that_is_no_fact_is_refused(String lines) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventCodec.readForViews(lines.getBytes(UTF_8)))
                .withMessageMatching("(log line|fact).*");
    }

    @Test
    void facts_of_another_job_are_refused() throws IOException {
        var logs = GoldenLogs.all();
        for (var golden : logs) {
            for (var other : logs) {
                var job = SnapshotCodec.read(snapshot(golden), JobText.graph(golden.manifest()));
                job.sequence = 0;
                answered(() -> EventCodec.replay(other.lines(), job));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("logs")
    void a_fact_with_another_value_is_read_or_refused(Golden golden) {
        for (var line : golden.log().lines().toList()) {
            var fact = (JsonObject) Json.parse(line);
            for (var name : fact.names()) {
                for (var value : OTHER_VALUES) {
                    var lines = fact.with(name, value).toString().getBytes(UTF_8);
                    answered(() -> EventCodec.readForViews(lines));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("logs")
    void a_snapshot_with_another_value_is_read_or_refused(Golden golden) {
        var snapshot = snapshot(golden);
        var graph = JobText.graph(golden.manifest());
        for (var name : snapshot.names()) {
            for (var value : OTHER_VALUES) {
                answered(() -> SnapshotCodec.read(snapshot.with(name, value), graph));
            }
        }
    }

    private static JsonObject snapshot(Golden golden) {
        return (JsonObject) Json.parse(golden.snapshot());
    }

    private static void answered(Runnable reading) {
        try {
            reading.run();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).message().isNotBlank();
        }
    }
}
