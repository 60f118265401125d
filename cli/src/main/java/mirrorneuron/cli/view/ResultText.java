package mirrorneuron.cli.view;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/** A job's result for people. Stateless. */
public final class ResultText {

    private static final int LINES_MAX = 40;
    private static final int LINE_CHARS_MAX = 2_000;

    private ResultText() {}

    /** The whole result, one line of JSON text per line; a bare string shows its own lines. */
    public static List<String> whole(JsonValue result) {
        var clean = Secrets.in(result);
        var text = clean instanceof JsonString string ? string.value() : Json.pretty(clean);
        return text.lines().map(Text::clean).toList();
    }

    /** The first {@value #LINES_MAX} lines, with a word on where the rest is. */
    public static List<String> cut(JobId job, JsonValue result) {
        var all = whole(result);
        var lines = new ArrayList<String>();
        boolean shortened = false;
        for (var line : all.subList(0, Math.min(all.size(), LINES_MAX))) {
            lines.add(Text.cut(line, LINE_CHARS_MAX));
            shortened |= line.length() > LINE_CHARS_MAX;
        }
        if (all.size() > LINES_MAX) {
            lines.add("… " + (all.size() - LINES_MAX) + " more lines: mn job result " + job);
        } else if (shortened) {
            lines.add("… the whole result: mn job result " + job);
        }
        return lines;
    }
}
