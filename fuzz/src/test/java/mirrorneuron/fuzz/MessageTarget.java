package mirrorneuron.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.Message;
import mirrorneuron.api.codec.MessageDefaults;
import mirrorneuron.api.codec.MessageFormat;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.message.BodyEncoding;
import mirrorneuron.engine.message.MessageIds;
import mirrorneuron.engine.message.Reference;
import mirrorneuron.engine.worker.StructuredResults;

/** Messages in both shapes, and what commands print: every input is one or the other. */
final class MessageTarget implements Target {

    private static final MessageDefaults DEFAULTS =
            MessageDefaults.external("m", "a", "c", Instant.parse("2030-01-31T22:00:00Z"));

    private static final List<JsonValue> DOCUMENTS =
            Stream.of(
                            """
                            {"envelope":{"message_id":"m1","from":"a","to":"b","type":"t",
                              "class":"event","timestamp":"2030-01-01T00:00:00.123Z",
                              "correlation_id":"c","causation_id":"d","attempt":2,"priority":5,
                              "ttl_ms":1000,"content_type":"application/x-ndjson",
                              "content_encoding":"gzip"},
                             "headers":{"h":1},"body":[1,"x"],"artifacts":[{"path":"p"}],
                             "stream":{"stream_id":"s","seq":3,"open":true,"close":false}}""",
                            """
                            {"type":"work","payload":{"n":1},"to":"b","content_encoding":"identity",
                             "content_type":"application/octet-stream; charset=x","attempt":0}""",
                            "{\"body\":{\"body_base64\":\"AAEC\"},\"content_type\":\"application/octet-stream\"}",
                            """
                            {"events":[{"type":"e","payload":{}},"x"],"next_state":{"n":1},
                             "emit_messages":[{"type":"t","to":"b","body":{"a":1},"headers":{}},
                               {"type":"u","body_base64":"AAEC"}],
                             "complete_step":{"output":1},"complete_run":true,"complete_job?":true}""",
                            "{\"mn\":{\"emit_messages\":[{\"to\":[\"a\",\"b\"],\"type\":\"t\",\"stream\":{\"stream_id\":\"s\",\"seq\":1}}]}}",
                            "{\"outputs\":{\"x\":{\"$ref\":\"sha256:00\",\"size\":1}},\"artifacts\":[],\"metrics\":{},\"status\":\"ok\"}")
                    .map(Json::parse)
                    .toList();

    private final JsonEdits edits =
            new JsonEdits(
                    DOCUMENTS, List.of("application/jsonl", "application/json", "text/plain", "*"));

    @Override
    public List<byte[]> seeds() {
        return edits.seeds();
    }

    @Override
    public List<String> words() {
        return edits.words();
    }

    @Override
    public byte[] prepared(byte[] input) {
        return edits.prepared(input);
    }

    @Override
    public String read(byte[] input) {
        var printed = printed(new String(input, UTF_8));
        try {
            return printed + said(Json.parse(input));
        } catch (JsonParseException notJson) {
            return printed + "no document";
        }
    }

    private static String said(JsonValue document) {
        Reference.each(document, MessageTarget::hold);
        return switch (MessageFormat.normalise(document, DEFAULTS)) {
            case MessageFormat.Result.Refused(var code, var _) -> code;
            case MessageFormat.Result.Normalised(var message) -> {
                var back = MessageFormat.read(message.toJson());
                if (!message.equals(back)
                        || !MessageIds.digest(message).equals(MessageIds.digest(back))) {
                    throw new AssertionError("another message came back: " + back);
                }
                yield "message " + encoded(message);
            }
        };
    }

    private static void hold(Reference reference) {
        if (!Reference.of(reference.toJson()).equals(Optional.of(reference))) {
            throw new AssertionError("another reference came back: " + reference);
        }
    }

    private static String encoded(Message message) {
        try {
            BodyEncoding.encode(message);
            return "encoded";
        } catch (InvalidRequestException refused) {
            return refused.code().toString();
        }
    }

    private static String printed(String text) {
        var result = StructuredResults.of(text);
        var line = StructuredResults.ofLine(text);
        StructuredResults.document(text).ifPresent(StructuredResults::stepResult);
        return (result.isPresent() ? "result " : "")
                + (line.isPresent() ? "line " : "")
                + (result.or(() -> line).filter(it -> !it.warnings().isEmpty()).isPresent()
                        ? "with warnings "
                        : "");
    }
}
