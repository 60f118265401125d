package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.GoldenLogs.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a long log keeps of itself. */
class StateLinesTest {

    private static final String MESSAGE =
            "\"msg\":{\"i\":\"m1\",\"f\":\"a\",\"t\":\"b\",\"y\":\"go\",\"at\":1}";

    private static String line(String kind, String more) {
        return "{\"k\":\"" + kind + "\",\"s\":7,\"at\":1,\"a\":\"b\"" + more + "}";
    }

    static Stream<String> passing_kinds() {
        return EventCodec.PASSING_KINDS.stream();
    }

    @ParameterizedTest
    @MethodSource("passing_kinds")
    void a_passing_kind_is_one_that_is_no_state(String kind) {
        var fact =
                line(
                        kind,
                        ",\"pressure\":\"normal\",\"attempt_id\":\"b-a1\",\"type\":\"router\","
                                + MESSAGE);

        var event = EventCodec.read((JsonObject) Json.parse(fact), null).event();

        assertThat(EventViews.isState(event)).isFalse();
        assertThat(kept(fact)).isEmpty();
    }

    @Test
    void the_end_of_a_command_stays_and_the_passing_of_a_message_does_not() {
        var forwarded = line("handled", ",\"m\":\"m1\",\"c\":\"forwarded\"");
        var ran = line("handled", ",\"m\":\"m1\",\"c\":\"ran\",\"attempts\":1,\"result\":{}");
        var fellBack =
                line("handled", ",\"m\":\"m1\",\"c\":\"fallback\",\"attempts\":3,\"result\":{}");
        var started = "{\"k\":\"started\",\"s\":3,\"at\":1,\"node\":\"local\"}";

        assertThat(kept(started, forwarded, ran, forwarded, fellBack))
                .isEqualTo(started + "\n" + ran + "\n" + fellBack + "\n");
    }

    @Test
    void words_inside_texts_decide_nothing() {
        var tricky =
                "{\"k\":\"handled\",\"s\":7,\"at\":1,\"a\":\"b\",\"m\":\",\\\"c\\\":\\\"ran\\\"\",\"c\":\"forwarded\"}";

        assertThat(kept(tricky)).isEmpty();
    }

    @Test
    void a_line_that_begins_in_another_way_is_read() {
        var spaced = "{ \"k\": \"started\", \"s\": 3, \"at\": 1, \"node\": \"local\" }";

        assertThat(kept(spaced)).isEqualTo(spaced + "\n");
    }

    static List<Golden> logs() throws IOException {
        return GoldenLogs.all();
    }

    /** Between them, the released logs hold every kind of fact. */
    @ParameterizedTest
    @MethodSource("logs")
    void of_a_released_log_stays_all_that_is_not_said_to_pass(Golden golden) {
        var staying = new StringBuilder();
        for (var line : new String(golden.lines(), StandardCharsets.UTF_8).lines().toList()) {
            var fact = (JsonObject) Json.parse(line);
            var kind = fact.string("k").orElseThrow();
            boolean passes =
                    EventCodec.PASSING_KINDS.contains(kind)
                            || kind.equals("handled")
                                    && !Set.of("ran", "fallback")
                                            .contains(fact.string("c").orElseThrow());
            if (!passes) {
                staying.append(line).append('\n');
            }
            assertThat(EventViews.isState(EventCodec.read(fact, null).event()))
                    .as(line)
                    .isEqualTo(!passes);
        }
        assertThat(new String(EventCodec.stateLines(golden.lines()), StandardCharsets.UTF_8))
                .isEqualTo(staying.toString());
    }

    private static String kept(String... lines) {
        var text = String.join("\n", lines) + "\n";
        return new String(
                EventCodec.stateLines(text.getBytes(StandardCharsets.UTF_8)),
                StandardCharsets.UTF_8);
    }
}
