package mirrorneuron.cli.output;

import java.util.List;

/**
 * Colours, or none. Meaning is never carried by colour alone: marks and words say the same.
 *
 * @param on whether escape sequences may be written
 */
public record Palette(boolean on) {

    public static final Palette OFF = new Palette(false);
    public static final Palette ON = new Palette(true);

    private static final String SEQUENCE = "\u001b[";

    /** Of every colour here, and of their end. */
    private static final List<String> CODES = List.of("0", "1", "2", "31", "32", "33", "36");

    public String bold(String text) {
        return paint("1", text);
    }

    public String dim(String text) {
        return paint("2", text);
    }

    public String red(String text) {
        return paint("31", text);
    }

    public String green(String text) {
        return paint("32", text);
    }

    public String yellow(String text) {
        return paint("33", text);
    }

    public String cyan(String text) {
        return paint("36", text);
    }

    /** The text in the colour of a status of a job, a step or an agent. */
    public String status(String status, String text) {
        return switch (status) {
            case "running", "busy", "pending", "validated", "scheduled" -> cyan(text);
            case "completed" -> green(text);
            case "failed", "cancelled", "error" -> red(text);
            case "paused",
                    "pausing",
                    "cancelling",
                    "queued",
                    "restarting",
                    "retry_wait",
                    "waiting",
                    "blocked",
                    "partial",
                    "skipped" ->
                    yellow(text);
            default -> text;
        };
    }

    /** How many characters of a text are one of our sequences, from this one on; 0 = none. */
    static int paintChars(String text, int at) {
        for (var code : CODES) {
            var sequence = SEQUENCE + code + "m";
            if (text.startsWith(sequence, at)) {
                return sequence.length();
            }
        }
        return 0;
    }

    private String paint(String code, String text) {
        return on && !text.isEmpty() ? SEQUENCE + code + "m" + text + SEQUENCE + "0m" : text;
    }
}
