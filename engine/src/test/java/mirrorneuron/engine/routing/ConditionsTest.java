package mirrorneuron.engine.routing;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.Message;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.routing.ConditionParser.Result;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a condition holds, row by row. */
class ConditionsTest {

    private static final Scope SCOPE =
            Scope.of(
                    Message.of(
                                    "invoice",
                                    Json.parse(
                                            """
                                            {"n": 2, "one": 1.0, "text": "12", "words": "3 pigs",
                                             "list": ["a", 1, {"k": true}], "nothing": null,
                                             "object": {"key": 1, "a.b": "dotted"}, "flag": true,
                                             "exp": "1e2", "plus": "+5"}"""))
                            .withHeaders(JsonObject.of("lang", new JsonString("de"))),
                    Json.parse("{\"count\": 3}"),
                    Json.parse("{\"seen\": [1, 2]}"));

    private static boolean holds(String expression) {
        var result = ConditionParser.parse(JsonObject.of("expr", new JsonString(expression)));
        assertThat(result).isInstanceOf(Result.Parsed.class);
        return Conditions.holds(((Result.Parsed) result).condition(), SCOPE);
    }

    private static boolean holds(JsonValue conditions) {
        var result = ConditionParser.parse(conditions);
        assertThat(result).isInstanceOf(Result.Parsed.class);
        return Conditions.holds(((Result.Parsed) result).condition(), SCOPE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ${message.body.n} == 2                  | true
                    ${message.headers.lang} == de           | true
                    ${message.type} == invoice              | true
                    ${message.class} == command             | true
                    ${message.from} == external             | true
                    ${message.to} == ""                     | true
                    ${message} exists                       | true
                    ${payload} exists                       | true
                    ${payload.n} == 2                       | true
                    ${state.count} == 3                     | true
                    ${agent_state.seen.1} == 2              | true
                    """)
    void roots(String expression, boolean expected) {
        assertThat(holds(expression)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ${payload.one} == 1                     | true
                    ${payload.n} == 2.0                     | true
                    ${payload.n} == "2"                     | false
                    ${payload.n} != "2"                     | true
                    ${payload.text} == 12                   | false
                    ${payload.text} == "12"                 | true
                    ${payload.flag} == true                 | true
                    ${payload.flag} == "true"               | false
                    ${payload.object.key} == 1              | true
                    ${payload.list} == ["a", 1, {"k":true}] | true
                    ${payload.nothing} == null              | true
                    """)
    void equality_is_strict_and_numbers_compare_by_value(String expression, boolean expected) {
        assertThat(holds(expression)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ${payload.n} > 1                        | true
                    ${payload.n} > 2                        | false
                    ${payload.n} >= 2                       | true
                    ${payload.n} < 2.5                      | true
                    ${payload.n} <= 1                       | false
                    ${payload.text} > 3                     | true
                    ${payload.text} > "3"                   | true
                    ${payload.n} < "12"                     | true
                    ${payload.exp} >= 100                   | true
                    ${payload.plus} == "+5"                 | true
                    ${payload.plus} > 4                     | true
                    ${payload.words} > 1                    | false
                    ${payload.words} < 100                  | false
                    ${payload.flag} > 0                     | false
                    ${payload.nothing} < 1                  | false
                    ${payload.list} > 0                     | false
                    ${payload.n} > b                        | false
                    """)
    void order_is_among_numbers_and_texts_that_are_numbers(String expression, boolean expected) {
        assertThat(holds(expression)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ${payload.words} contains pigs          | true
                    ${payload.words} contains 3             | false
                    ${payload.words} contains "3"           | true
                    ${payload.list} contains a              | true
                    ${payload.list} contains 1.0            | true
                    ${payload.list} contains "1"            | false
                    ${payload.list} contains {"k": true}    | true
                    ${payload.object} contains key          | true
                    ${payload.object} contains nokey        | false
                    ${payload.n} contains 2                 | false
                    ${payload.n} in [1, 2]                  | true
                    ${payload.n} in ["2"]                   | false
                    ${payload.text} in ["12"]               | true
                    """)
    void membership(String expression, boolean expected) {
        assertThat(holds(expression)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ${payload.gone} exists                  | false
                    ${payload.nothing} exists               | false
                    ${payload.n} exists                     | true
                    ${payload.gone.deeper} exists           | false
                    ${payload.n.deeper} exists              | false
                    ${payload.gone} == 1                    | false
                    ${payload.gone} != 1                    | true
                    ${payload.gone} > 1                     | false
                    ${payload.gone} contains a              | false
                    ${payload.gone} in [1]                  | false
                    ${payload.gone} == null                 | true
                    """)
    void a_missing_path_is_null(String expression, boolean expected) {
        assertThat(holds(expression)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ${payload.list.0} == a                  | true
                    ${payload.list.2.k} == true             | true
                    ${payload.list.3} exists                | false
                    ${payload.list.-1} exists               | false
                    ${payload.list.x} exists                | false
                    ${payload.list.99999999999} exists      | false
                    ${/payload/object/a.b} == dotted        | true
                    ${/payload/list/1} == 1                 | true
                    """)
    void parts_of_paths(String expression, boolean expected) {
        assertThat(holds(expression)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {}                                                       | true
                    {"all": []}                                              | true
                    {"any": []}                                              | false
                    {"not": {}}                                              | false
                    {"all": [{}, {"expr": "${payload.n} == 2"}]}             | true
                    {"all": [{}, {"expr": "${payload.n} == 3"}]}             | false
                    {"any": [{"expr": "${payload.n} == 3"}, {}]}             | true
                    {"not": {"expr": "${payload.n} == 3"}}                   | true
                    """)
    void composition(String conditions, boolean expected) {
        assertThat(holds(Json.parse(conditions))).isEqualTo(expected);
    }

    @Test
    void a_root_is_asked_for_only_when_a_condition_names_it() {
        var scope =
                new Scope() {
                    @Override
                    public Message message() {
                        throw new AssertionError("nobody asked");
                    }

                    @Override
                    public JsonValue payload() {
                        return Json.parse("{\"n\": 1}");
                    }

                    @Override
                    public JsonValue state() {
                        throw new AssertionError("nobody asked");
                    }

                    @Override
                    public JsonValue agentState() {
                        throw new AssertionError("nobody asked");
                    }
                };
        var parsed =
                (Result.Parsed)
                        ConditionParser.parse(
                                JsonObject.of("expr", new JsonString("${payload.n} == 1")));

        assertThat(Conditions.holds(parsed.condition(), scope)).isTrue();
    }

    @Property(tries = 2_000)
    void any_expression_is_refused_or_answered(@ForAll("expressions") String expression) {
        var result = ConditionParser.parse(JsonObject.of("expr", new JsonString(expression)));

        if (result instanceof Result.Parsed(var condition)) {
            boolean holds = Conditions.holds(condition, SCOPE);
            assertThat(Conditions.holds(new Condition.Not(condition), SCOPE)).isEqualTo(!holds);
            assertThat(
                            Conditions.holds(
                                    condition,
                                    Scope.of(
                                            Message.of("x", JsonNull.NULL),
                                            JsonNull.NULL,
                                            JsonNull.NULL)))
                    .isIn(true, false);
        }
    }

    @Provide
    Arbitrary<String> expressions() {
        var path =
                Arbitraries.of(
                        "payload",
                        "payload.n",
                        "payload.list.0",
                        "message.type",
                        "state",
                        "x",
                        "/payload/object/a.b",
                        "",
                        "payload..n",
                        "payload.text");
        var operator =
                Arbitraries.of("==", "!=", ">", ">=", "<", "<=", "contains", "in", "exists", "~");
        var literal =
                Arbitraries.oneOf(
                        Arbitraries.of("", "1", "\"a\"", "[1, \"a\"]", "{}", "null", "1e999999"),
                        Arbitraries.strings().ofMaxLength(10));
        return Combinators.combine(path, operator, literal)
                .as((p, o, l) -> "${" + p + "} " + o + " " + l);
    }
}
