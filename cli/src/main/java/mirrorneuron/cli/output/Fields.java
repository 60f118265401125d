package mirrorneuron.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code Label: value} rows: aligned for people, bare for pipes. Not for sharing. */
public final class Fields {

    private record Field(String label, String value) {}

    private final List<Field> fields = new ArrayList<>();

    /** Adds a row; an empty value is left out. */
    public Fields add(String label, String value) {
        if (!value.isEmpty()) {
            fields.add(new Field(label, value));
        }
        return this;
    }

    public Fields add(String label, Optional<String> value) {
        return add(label, value.orElse(""));
    }

    public Fields addAll(Fields others) {
        fields.addAll(others.fields);
        return this;
    }

    public List<String> plain() {
        return fields.stream()
                .map(field -> field.label() + ": " + Text.clean(field.value()))
                .toList();
    }

    /** Labels padded to the longest; long values fold under their column. */
    public List<String> lines(Page page) {
        int labelWidth =
                fields.stream().mapToInt(field -> Text.width(field.label()) + 1).max().orElse(0);
        int valueWidth = Math.max(10, page.width() - labelWidth - 1);
        var lines = new ArrayList<String>();
        for (var field : fields) {
            var label = Text.padded(field.label() + ":", labelWidth);
            for (var part : parts(field, valueWidth)) {
                var value =
                        field.label().equals("Status")
                                ? page.palette().status(firstWord(field.value()), part)
                                : part;
                lines.add((page.palette().dim(label) + " " + value).stripTrailing());
                label = " ".repeat(labelWidth);
            }
        }
        return lines;
    }

    /** What people paste, a command or a path, is never broken. */
    private static List<String> parts(Field field, int width) {
        var text = Text.clean(field.value());
        boolean path = text.indexOf('/') >= 0 && text.indexOf(' ') < 0;
        return field.label().equals("Next") || path ? List.of(text) : Text.folded(text, width);
    }

    private static String firstWord(String text) {
        int blank = text.indexOf(' ');
        return blank < 0 ? text : text.substring(0, blank);
    }
}
