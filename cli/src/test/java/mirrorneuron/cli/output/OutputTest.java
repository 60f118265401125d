package mirrorneuron.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import mirrorneuron.api.json.Json;
import org.junit.jupiter.api.Test;

/** Tables, texts, YAML, and what must never be shown. */
final class OutputTest {

    @Test
    void cells_fold_when_the_page_is_narrow() {
        var table =
                Table.of(
                        List.of("Id", "Text"),
                        List.of(List.of("a-rather-long-identifier-0001", "one two three four")));
        assertThat(table.lines(Page.plain(40)))
                .containsExactly(
                        "Id                    Text",
                        "────────────────────  ──────────────────",
                        "a-rather-long-identi  one two three four",
                        "fier-0001");
    }

    @Test
    void wide_characters_count_twice() {
        assertThat(Text.width("日本")).isEqualTo(4);
        assertThat(Text.cut("日本語", 5)).isEqualTo("日本…");
        assertThat(Text.folded("日本語", 4)).containsExactly("日本", "語");
    }

    @Test
    void folding_never_loses_a_word() {
        var random = new Random(7);
        for (int i = 0; i < 500; i++) {
            var text = new StringBuilder("x");
            for (int n = random.nextInt(60); n > 0; n--) {
                text.append(random.nextInt(5) == 0 ? ' ' : (char) ('a' + random.nextInt(26)));
            }
            int width = 1 + random.nextInt(20);
            var lines = Text.folded(text.toString(), width);
            assertThat(lines).allMatch(line -> Text.width(line) <= Math.max(width, text.length()));
            assertThat(String.join("", lines).replace(" ", ""))
                    .isEqualTo(text.toString().replace(" ", ""));
        }
    }

    @Test
    void secrets_are_taken_out_by_name_and_by_shape() {
        var document =
                Json.parse(
                        """
                        {"password":"hunter22","input_tokens":12,"note":"Authorization: Bearer abc.def.ghi",
                         "env":["DB_PASSWORD=xyz123","PATH=/bin"],
                         "url":"https://ada:pw123@example.org/?api_key=qqq&x=1","token":"","secret":null}
                        """);
        assertThat(Secrets.in(document).toString())
                .isEqualTo(
                        "{\"password\":\"[redacted]\",\"input_tokens\":12,\"note\":\"Authorization: Bearer [redacted]\","
                                + "\"env\":[\"DB_PASSWORD=[redacted]\",\"PATH=/bin\"],"
                                + "\"url\":\"https://ada:[redacted]@example.org/?api_key=[redacted]&x=1\",\"token\":\"\",\"secret\":null}");
    }

    @Test
    void no_planted_secret_survives_in_any_place() {
        var random = new Random(11);
        for (int i = 0; i < 1_000; i++) {
            var secret = "s3cr3t" + Long.toString(random.nextLong() & Long.MAX_VALUE, 36);
            var text =
                    switch (i % 4) {
                        case 0 -> "curl -H 'Bearer " + secret + "' x";
                        case 1 -> "run with MY_API_TOKEN=" + secret + ", then stop";
                        case 2 -> "https://host/path?token=" + secret + "&n=1";
                        default -> "GET https://u:" + secret + "@host/";
                    };
            assertThat(Secrets.in(text)).doesNotContain(secret);
        }
    }

    @Test
    void a_line_keeps_its_colours_and_tabs_and_loses_everything_else_that_acts() {
        assertThat(Text.harmless("a\t" + Palette.ON.red("b") + Palette.ON.bold("c")))
                .isEqualTo("a\t\u001b[31mb\u001b[0m\u001b[1mc\u001b[0m");
        assertThat(Text.harmless("a\u001b[2Jb\u001b[8mc\u009b31md\r\ne\u202ef\u2028g\u0007"))
                .isEqualTo("a [2Jb [8mc 31md  e f g ");
        assertThat(Text.clean("a\t\u001b[31mb")).isEqualTo("a  [31mb");
    }

    @Test
    void yaml_quotes_what_would_be_read_as_something_else() {
        var value =
                Json.parse(
                        "{\"a\":\"yes\",\"b\":\"1.5\",\"c\":\"plain words\",\"d\":[],\"e\":[1,[2,3],{\"f\":null,\"g\":\"x: y\"}]}");
        assertThat(Yaml.of(value))
                .isEqualTo(
                        """
                        a: "yes"
                        b: "1.5"
                        c: plain words
                        d: []
                        e:
                          - 1
                          - - 2
                            - 3
                          - f: null
                            g: "x: y"
                        """);
    }

    @Test
    void an_id_that_is_too_long_keeps_both_ends() {
        assertThat(Text.cutInside("prime_sweep-1750000000004-0123456789ab", 24))
                .isEqualTo("prime_sw…04-0123456789ab");
        assertThat(Text.cutInside("short", 24)).isEqualTo("short");
        assertThat(Text.cutInside("日本語日本語日本語", 9)).isEqualTo("日…日本語");
        assertThat(Text.cutInside("abcdef", 2)).isEqualTo("a…");
    }
}
