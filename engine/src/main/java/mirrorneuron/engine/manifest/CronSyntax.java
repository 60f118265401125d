package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Locale;

/** Whether a text is a cron expression: five fields of lists, ranges and steps, or a macro. */
final class CronSyntax {

    private static final List<String> MACROS =
            List.of("@hourly", "@daily", "@weekly", "@monthly", "@yearly", "@annually");
    private static final List<String> MONTHS =
            List.of(
                    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV",
                    "DEC");
    private static final List<String> WEEKDAYS =
            List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    private record Field(int min, int max, List<String> names) {}

    private static final List<Field> FIELDS =
            List.of(
                    new Field(0, 59, List.of()),
                    new Field(0, 23, List.of()),
                    new Field(1, 31, List.of()),
                    new Field(1, 12, MONTHS),
                    new Field(0, 7, WEEKDAYS));

    private CronSyntax() {}

    static boolean isValid(String expression) {
        var text = expression.strip();
        if (MACROS.contains(text.toLowerCase(Locale.ROOT))) {
            return true;
        }
        var parts = text.split("\\s+");
        if (parts.length != FIELDS.size()) {
            return false;
        }
        for (int i = 0; i < parts.length; i++) {
            if (!isField(parts[i], FIELDS.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isField(String text, Field field) {
        for (var part : text.split(",", -1)) {
            if (!isPart(part, field)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPart(String text, Field field) {
        var range = text;
        int slash = text.indexOf('/');
        if (slash >= 0) {
            int step = number(text.substring(slash + 1));
            if (step < 1) {
                return false;
            }
            range = text.substring(0, slash);
        }
        if (range.equals("*")) {
            return true;
        }
        int dash = range.indexOf('-');
        if (dash < 0) {
            return value(range, field) >= 0;
        }
        int from = value(range.substring(0, dash), field);
        int to = value(range.substring(dash + 1), field);
        return from >= 0 && to >= from;
    }

    /** The number that a value or a name stands for; -1 when it is outside the field. */
    private static int value(String text, Field field) {
        int name = field.names().indexOf(text.toUpperCase(Locale.ROOT));
        if (name >= 0) {
            return name + field.min();
        }
        int number = number(text);
        return number >= field.min() && number <= field.max() ? number : -1;
    }

    private static int number(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        return text.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(text) : -1;
    }
}
