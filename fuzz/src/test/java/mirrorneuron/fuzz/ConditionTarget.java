package mirrorneuron.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.routing.ConditionParser;
import mirrorneuron.engine.routing.Conditions;
import mirrorneuron.engine.routing.Scope;

/** Conditions, as documents and as expressions: refused with a sentence, or they hold or not. */
final class ConditionTarget implements Target {

    /** Begins an input that is one expression, not a document. */
    private static final char EXPRESSION = '$';

    private static final List<JsonValue> DOCUMENTS =
            Stream.of(
                            "{\"expr\":\"${payload.count} > 2\"}",
                            "{\"path\":\"payload.tags\",\"op\":\"contains\",\"value\":\"a\"}",
                            "{\"path\":\"/payload/a~1b/0\",\"op\":\"exists\"}",
                            "{\"all\":[{\"expr\":\"${state.n} <= 1e9\"},{\"not\":{\"expr\":\"${message.type} == done\"}}]}",
                            "{\"any\":[{\"path\":\"agent_state.x\",\"op\":\"in\",\"value\":[1,\"1\",null]},{}]}",
                            "{\"path\":\"output.n\",\"value\":{\"a\":[1.0,1]}}",
                            "{\"path\":\"message.headers.h\",\"op\":\"!=\",\"value\":1e999999999}")
                    .map(Json::parse)
                    .toList();

    private static final Scope SCOPE =
            Scope.of(
                    Message.of(
                            "done",
                            Json.parse(
                                    """
                                    {"count":3,"tags":["a",1,null],"a/b":[{"x":1}],"n":"1e9",
                                     "big":1e999999999,"small":-1e-999999999,"t":"0.5"}""")),
                    Json.parse("{\"n\":\"999999999e99\",\"list\":[[[1]]]}"),
                    Json.parse("{\"x\":1.0}"));

    private final JsonEdits edits = new JsonEdits(DOCUMENTS, List.of("count", "big", "small", "t"));

    @Override
    public List<byte[]> seeds() {
        var seeds = new ArrayList<byte[]>(edits.seeds());
        for (var text :
                List.of(
                        "${payload.big} > 1e-999999999",
                        "${payload.tags} contains 'a'",
                        "${payload.n} in [1,2]",
                        "${ /payload/a~1b/0/x } exists",
                        "${state.n} >= -1")) {
            seeds.add(text.getBytes(UTF_8));
        }
        return seeds;
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
        JsonValue document;
        if (input.length > 0 && input[0] == EXPRESSION) {
            document = JsonObject.of("expr", new JsonString(new String(input, UTF_8)));
        } else {
            try {
                document = Json.parse(input);
            } catch (JsonParseException notJson) {
                return "no document";
            }
        }
        return said(ConditionParser.parse(document))
                + ", of an output "
                + said(ConditionParser.parseOutput(document));
    }

    private static String said(ConditionParser.Result result) {
        return switch (result) {
            case ConditionParser.Result.Parsed(var condition) ->
                    Conditions.holds(condition, SCOPE) ? "holds" : "does not hold";
            case ConditionParser.Result.Malformed(var problem, var pointer) -> {
                if (problem.isBlank() || !pointer.isEmpty() && !pointer.startsWith("/")) {
                    throw new AssertionError("refused without a sentence or a place: " + pointer);
                }
                yield Texts.shape(problem);
            }
        };
    }
}
