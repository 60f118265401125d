package mirrorneuron.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** Words in the form in which libFuzzer reads them: quoted, other bytes than letters in hex. */
final class Dictionary {

    /** Longer ones it does not take. */
    private static final int WORD_BYTES_MAX = 60;

    private Dictionary() {}

    static String text(List<String> words) {
        // One word at least: an empty file is refused.
        var text = new StringBuilder("\"0\"\n");
        for (var word : words) {
            var bytes = word.getBytes(UTF_8);
            if (bytes.length == 0 || bytes.length > WORD_BYTES_MAX) {
                continue;
            }
            text.append('"');
            for (byte b : bytes) {
                boolean plain = b >= ' ' && b < 127 && b != '"' && b != '\\';
                text.append(plain ? String.valueOf((char) b) : "\\x%02X".formatted(b & 0xff));
            }
            text.append("\"\n");
        }
        return text.toString();
    }
}
