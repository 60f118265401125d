package mirrorneuron.engine.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.routing.Condition.Operator;
import mirrorneuron.engine.routing.ConditionParser.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of route conditions; texts use single quotes for JSON's double ones. */
class ConditionParserTest {

    private static JsonValue json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }

    private static Condition parsed(String text) {
        assertThat(ConditionParser.parse(json(text))).isInstanceOf(Result.Parsed.class);
        return ((Result.Parsed) ConditionParser.parse(json(text))).condition();
    }

    private static Result.Malformed malformed(JsonValue value) {
        assertThat(ConditionParser.parse(value)).isInstanceOf(Result.Malformed.class);
        return (Result.Malformed) ConditionParser.parse(value);
    }

    private static Condition expression(String text) {
        var value = JsonObject.of("expr", new JsonString(text));
        assertThat(ConditionParser.parse(value)).isInstanceOf(Result.Parsed.class);
        return ((Result.Parsed) ConditionParser.parse(value)).condition();
    }

    private static Condition.Path path(String... parts) {
        return new Condition.Path(List.of(parts));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}"})
    void nothing_always_holds(String text) {
        assertThat(parsed(text)).isEqualTo(new Condition.Always());
    }

    @Test
    void conditions_nest() {
        assertThat(parsed("{'all': [{}, {'any': []}, {'not': {'path': 'state', 'op': 'exists'}}]}"))
                .isEqualTo(
                        new Condition.All(
                                List.of(
                                        new Condition.Always(),
                                        new Condition.Any(List.of()),
                                        new Condition.Not(new Condition.Exists(path("state"))))));
    }

    @ParameterizedTest
    @CsvSource({
        "==, EQUAL",
        "!=, NOT_EQUAL",
        ">, GREATER",
        ">=, GREATER_OR_EQUAL",
        "<, LESS",
        "<=, LESS_OR_EQUAL",
        "contains, CONTAINS"
    })
    void every_operator_has_both_forms(String sign, Operator operator) {
        var expected = new Condition.Compare(path("payload", "n"), operator, JsonNumber.of(2));

        assertThat(parsed("{'path': 'payload.n', 'op': '%s', 'value': 2}".formatted(sign)))
                .isEqualTo(expected);
        assertThat(expression("${payload.n} " + sign + " 2")).isEqualTo(expected);
        assertThat(expression("  ${ payload.n }" + sign + " 2  ")).isEqualTo(expected);
    }

    @Test
    void in_takes_a_list() {
        var expected =
                new Condition.Compare(path("message", "type"), Operator.IN, json("['a', 'b']"));

        assertThat(parsed("{'path': 'message.type', 'op': 'in', 'value': ['a', 'b']}"))
                .isEqualTo(expected);
        assertThat(expression("${message.type} in [\"a\", \"b\"]")).isEqualTo(expected);
    }

    @Test
    void existence_needs_no_value() {
        assertThat(expression("${payload.items.0} exists"))
                .isEqualTo(new Condition.Exists(path("payload", "items", "0")));
    }

    @Test
    void existence_may_say_true_null_or_that_there_is_to_be_none() {
        var exists = new Condition.Exists(path("payload", "x"));

        assertThat(parsed("{'path': 'payload.x', 'op': 'exists', 'value': true}"))
                .isEqualTo(exists);
        assertThat(parsed("{'path': 'payload.x', 'op': 'exists', 'value': null}"))
                .isEqualTo(exists);
        assertThat(parsed("{'path': 'payload.x', 'op': 'exists', 'value': false}"))
                .isEqualTo(new Condition.Not(exists));
    }

    @Test
    void the_operator_of_the_object_form_defaults_to_equality() {
        assertThat(parsed("{'path': 'payload.n', 'value': null}"))
                .isEqualTo(
                        new Condition.Compare(path("payload", "n"), Operator.EQUAL, json("null")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "done"          | "done"
                    'done'          | "done"
                    done            | "done"
                    two words       | "two words"
                    "open           | "\\"open"
                    3               | 3
                    true            | true
                    null            | null
                    {"a": [1]}      | {"a":[1]}
                    01              | "01"
                    '               | "'"
                    """)
    void a_literal_is_json_or_else_text_without_its_quotes(String literal, String value) {
        var condition = (Condition.Compare) expression("${state.x} == " + literal);

        assertThat(condition.value()).isEqualTo(Json.parse(value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    payload                  | payload
                    payload.a-b_c.0          | payload a-b_c 0
                    agent_state.x            | agent_state x
                    message.headers.x        | message headers x
                    /payload/a.b/0           | payload a.b 0
                    /payload/a~1b/c~0d/      | payload a/b c~d !
                    """)
    void a_path_has_dots_or_is_a_json_pointer(String text, String parts) {
        var expected = List.of(parts.split(" ")).stream().map(p -> p.equals("!") ? "" : p).toList();

        assertThat(expression("${" + text + "} exists"))
                .isEqualTo(new Condition.Exists(new Condition.Path(expected)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'payload.x'                                        |
                    []                                                 |
                    5                                                  |
                    {'when': 1}                                        |
                    {'all': {}}                                        | /all
                    {'any': 5}                                         | /any
                    {'all': [{}, 5]}                                   | /all/1
                    {'all': [], 'any': []}                             |
                    {'not': 5}                                         | /not
                    {'not': {'expr': 'x'}}                             | /not/expr
                    {'expr': 5}                                        | /expr
                    {'expr': ''}                                       | /expr
                    {'expr': 'payload.x > 1'}                          | /expr
                    {'expr': '${payload.x'}                            | /expr
                    {'expr': '${payload.x}'}                           | /expr
                    {'expr': '${payload.x} =='}                        | /expr
                    {'expr': '${payload.x} contains'}                  | /expr
                    {'expr': '${payload.x} = 1'}                       | /expr
                    {'expr': '${payload.x} => 1'}                      | /expr
                    {'expr': '${payload.x} like 1'}                    | /expr
                    {'expr': '${payload.x} in 5'}                      | /expr
                    {'expr': '${payload.x} exists 5'}                  | /expr
                    {'expr': '${} exists'}                             | /expr
                    {'expr': '${other.x} exists'}                      | /expr
                    {'expr': '${message.id} exists'}                   | /expr
                    {'expr': '${payload..x} exists'}                   | /expr
                    {'expr': '${payload.ä} exists'}                    | /expr
                    {'path': 5}                                        | /path
                    {'path': 'payload x', 'value': 1}                  | /path
                    {'path': 'payload.x'}                              |
                    {'path': 'payload.x', 'op': '>'}                   |
                    {'path': 'payload.x', 'op': '~', 'value': 1}       | /op
                    {'path': 'payload.x', 'op': 5, 'value': 1}         | /op
                    {'path': 'payload.x', 'op': 'in', 'value': 1}      | /value
                    {'path': 'payload.x', 'op': 'exists', 'value': 5} | /value
                    {'path': 'payload.x', 'op': 'exists', 'value': 'false'} | /value
                    {'path': 'payload.x', 'operator': '>', 'value': 1} |
                    """)
    void what_cannot_be_read_is_refused_with_its_place(String text, String pointer) {
        var malformed = malformed(json(text));

        assertThat(malformed.pointer()).isEqualTo(pointer == null ? "" : pointer);
        assertThat(malformed.problem()).startsWith("Expected ").contains("but found ");
    }

    @Test
    void conditions_nest_up_to_a_limit() {
        JsonValue deep = JsonObject.empty();
        for (int i = 0; i < 1_000; i++) {
            deep = JsonObject.of("not", deep);
        }

        assertThat(malformed(deep).problem()).contains("64 levels");
    }
}
