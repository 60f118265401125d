package mirrorneuron.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import mirrorneuron.api.Message;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.codec.MessageFormat.Result;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sender may write, and what becomes of it; texts use single quotes for double ones. */
class MessageFormatTest {

    private static final Instant NOW = Instant.parse("2030-01-31T22:00:00Z");
    private static final MessageDefaults PLAIN = MessageDefaults.plain("m1", "c1", NOW);

    private static JsonValue json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }

    private static Message normalised(String text) {
        var result = MessageFormat.normalise(json(text), PLAIN);
        assertThat(result).isInstanceOf(Result.Normalised.class);
        return ((Result.Normalised) result).message();
    }

    @Test
    void an_empty_object_gets_every_default() {
        var message = normalised("{}");

        assertThat(message)
                .isEqualTo(
                        new Message(
                                "m1",
                                "runtime",
                                "",
                                "command",
                                "event",
                                NOW,
                                "c1",
                                Optional.empty(),
                                1,
                                100,
                                OptionalLong.empty(),
                                "application/json",
                                "identity",
                                JsonObject.empty(),
                                JsonObject.empty(),
                                JsonArray.empty(),
                                Optional.empty()));
    }

    @Test
    void seeds_and_external_messages_have_their_own_defaults() {
        var seed = MessageDefaults.seed("m", "a", "c", NOW);
        assertThat(seed.from() + seed.type() + seed.messageClass()).isEqualTo("runtimeinitcommand");
        assertThat(seed.to()).isEqualTo("a");

        var external = MessageDefaults.external("m", "a", "c", NOW);
        assertThat(external.from() + external.type() + external.messageClass())
                .isEqualTo("externalcommandcommand");
    }

    @Test
    void the_spec_shape_is_read_whole() {
        var message =
                normalised(
                        """
                        {'envelope': {'spec_version': 'mn-msg/1', 'message_id': 'm9', 'from': 'a',
                          'to': 'b', 'type': 't', 'class': 'result', 'unknown': 1,
                          'timestamp': '2029-06-01T12:00:00.123+02:00', 'correlation_id': 'c9',
                          'causation_id': 'm8', 'attempt': 3, 'priority': 5, 'ttl_ms': 1000,
                          'content_type': 'text/plain', 'content_encoding': 'gzip'},
                         'headers': {'h': 1}, 'body': [1], 'artifacts': ['x'],
                         'stream': {'stream_id': 's', 'seq': 4, 'open': true, 'close': false}}""");

        assertThat(message)
                .isEqualTo(
                        new Message(
                                "m9",
                                "a",
                                "b",
                                "t",
                                "result",
                                Instant.parse("2029-06-01T10:00:00.123Z"),
                                "c9",
                                Optional.of("m8"),
                                3,
                                5,
                                OptionalLong.of(1_000),
                                "text/plain",
                                "gzip",
                                (JsonObject) json("{'h': 1}"),
                                json("[1]"),
                                (JsonArray) json("['x']"),
                                Optional.of(new StreamFrame("s", 4, true, false))));
    }

    @Test
    void the_legacy_shape_lifts_its_envelope_from_the_top() {
        var message = normalised("{'type': 'invoice', 'to': 'b', 'priority': 1, 'total': 3}");

        assertThat(message.type()).isEqualTo("invoice");
        assertThat(message.to()).isEqualTo("b");
        assertThat(message.priority()).isEqualTo(1);
        assertThat(message.body()).isEqualTo(json("{'total': 3}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'body': 1}                                     | 1
                    {'body': null}                                  | null
                    {'body': null, 'payload': 2}                    | null
                    {'body': false, 'x': 1}                         | false
                    {'payload': 2, 'x': 1}                          | 2
                    {'payload': null}                               | null
                    {'x': 1}                                        | {'x': 1}
                    {'type': 't', 'headers': {}, 'job_id': 'j', 'x': 1} | {'x': 1}
                    {'body_base64': 'AAE='}                         | {'body_base64': 'AAE='}
                    {'envelope': {}, 'body': 1}                     | 1
                    {'envelope': {}, 'body': null}                  | null
                    {'envelope': {}, 'payload': 2}                  | 2
                    {'envelope': {}, 'x': 1}                        | {}
                    {'envelope': {}, 'body_base64': 'AAE='}         | {'body_base64': 'AAE='}
                    {'envelope': null, 'type': 't', 'x': 1}         | {}
                    """)
    void presence_decides_what_the_body_is(String input, String body) {
        assertThat(normalised(input).body()).isEqualTo(json(body));
    }

    @Test
    void every_reserved_key_stays_out_of_the_body() {
        var input = JsonObject.builder();
        for (var key : MessageFormat.RESERVED_KEYS) {
            if (!key.equals("body") && !key.equals("payload") && !key.equals("envelope")) {
                input.put(key, "x");
            }
        }
        assertThat(MessageFormat.RESERVED_KEYS).hasSize(20);
        assertThat(normalised(input.put("kept", 1).build().toString()).body())
                .isEqualTo(json("{'kept': 1}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "'x'", "null", "true"})
    void headers_artifacts_and_stream_of_another_kind_are_none(String value) {
        var message =
                normalised("{'headers': %1$s, 'artifacts': %1$s, 'stream': %1$s}".formatted(value));

        assertThat(message.headers()).isEqualTo(JsonObject.empty());
        assertThat(message.artifacts()).isEqualTo(JsonArray.empty());
        assertThat(message.stream()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    1       | Expected a message object, but found a number
                    'x'     | Expected a message object, but found text
                    []      | Expected a message object, but found a list
                    null    | Expected a message object, but found null
                    true    | Expected a message object, but found true
                    """)
    void anything_but_an_object_is_refused(String input, String problem) {
        assertThat(MessageFormat.normalise(json(input), PLAIN))
                .isEqualTo(new Result.Refused("message.not_an_object", problem));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'type': ''}                | command
                    {'type': null}              | command
                    {'type': []}                | command
                    {'type': 5}                 | 5
                    {'type': 'x'}               | x
                    """)
    void blank_texts_count_as_absent_and_numbers_as_text(String input, String type) {
        assertThat(normalised(input).type()).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'attempt': 0, 'priority': 'x', 'ttl_ms': -1, 'timestamp': 'x'}         | 1 100
                    {'attempt': 2.5, 'priority': null, 'timestamp': '+10000-01-01T00:00:00Z'} | 1 100
                    {'attempt': 7, 'priority': -3}                                          | 7 -3
                    """)
    void numbers_and_times_that_cannot_be_used_take_their_defaults(String input, String expected) {
        var message = normalised(input);

        assertThat(message.attempt() + " " + message.priority()).isEqualTo(expected);
        assertThat(message.ttlMs()).isEmpty();
        assertThat(message.timestamp()).isEqualTo(NOW);
    }

    @Test
    void nobody_lives_longer_than_a_week() {
        assertThat(normalised("{'ttl_ms': 604800001}").ttlMs()).hasValue(604_800_000);
        assertThat(normalised("{'ttl_ms': 0}").ttlMs()).hasValue(0);
    }

    @Property(tries = 500)
    void a_message_comes_back_from_its_own_document(@ForAll("messages") Message message) {
        assertThat(MessageFormat.read(message.toJson())).isEqualTo(message);
        assertThat(MessageFormat.read((JsonObject) Json.parse(Json.bytes(message.toJson()))))
                .isEqualTo(message);
    }

    @Property(tries = 500)
    void normalising_its_own_document_changes_nothing_that_is_set(
            @ForAll("messages") Message message) {
        var again =
                ((Result.Normalised) MessageFormat.normalise(message.toJson(), PLAIN)).message();

        assertThat(again.body()).isEqualTo(message.body());
        assertThat(again.stream()).isEqualTo(message.stream());
        assertThat(again.timestamp()).isEqualTo(message.timestamp());
    }

    @Provide
    Arbitrary<Message> messages() {
        var texts = Arbitraries.strings().ofMaxLength(8);
        var bodies =
                Arbitraries.of("null", "1", "\"x\"", "[1, {\"a\": null}]", "{\"a\": 1.50}", "{}")
                        .map(Json::parse);
        var times = Arbitraries.longs().between(0, 4_000_000_000_000L).map(Instant::ofEpochMilli);
        var frames =
                Combinators.combine(texts, Arbitraries.longs(), Arbitraries.of(true, false))
                        .as((id, seq, flag) -> new StreamFrame(id.strip(), seq, flag, !flag))
                        .filter(frame -> frame.streamId().isEmpty() || !frame.streamId().isBlank())
                        .optional();
        return Combinators.combine(
                        texts, texts, texts, times, Arbitraries.integers(), bodies, frames, texts)
                .as(
                        (id, from, type, at, number, body, frame, cause) ->
                                new Message(
                                        id,
                                        from,
                                        "to",
                                        type,
                                        "event",
                                        at,
                                        "c",
                                        Optional.of(cause),
                                        number,
                                        number,
                                        number > 0 ? OptionalLong.of(number) : OptionalLong.empty(),
                                        "application/json",
                                        "identity",
                                        JsonObject.empty(),
                                        body,
                                        JsonArray.empty(),
                                        frame));
    }
}
