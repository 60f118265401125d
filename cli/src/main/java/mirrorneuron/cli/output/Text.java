package mirrorneuron.cli.output;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.ControlCharacters;
import org.jline.utils.WCWidth;

/** Measures, cuts and folds text by terminal columns. Stateless. */
public final class Text {

    private Text() {}

    /** How many columns the text takes; it must hold no escape sequences. */
    public static int width(String text) {
        int width = 0;
        boolean ascii = true;
        for (int i = 0; i < text.length() && ascii; i++) {
            ascii = text.charAt(i) < 0x7f;
        }
        if (ascii) {
            return text.length();
        }
        for (int i = 0; i < text.length(); ) {
            int code = text.codePointAt(i);
            width += Math.max(0, WCWidth.wcwidth(code));
            i += Character.charCount(code);
        }
        return width;
    }

    /**
     * The text on one line, without control characters: what workers print must not steer the
     * reader's terminal.
     */
    public static String clean(String text) {
        return isClean(text) ? text : cleaned(text, false);
    }

    /**
     * A line that is about to be shown. It may be painted and hold tabs; nothing else in it acts on
     * the terminal, whoever wrote it.
     */
    public static String harmless(String line) {
        return isClean(line) ? line : cleaned(line, true);
    }

    private static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (ControlCharacters.isControl(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static String cleaned(String text, boolean laidOut) {
        var cleaned = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            int paint = laidOut ? Palette.paintChars(text, i) : 0;
            if (paint > 0) {
                cleaned.append(text, i, i + paint);
                i += paint;
                continue;
            }
            char c = text.charAt(i++);
            boolean shown = !ControlCharacters.isControl(c) || (laidOut && c == '\t');
            cleaned.append(shown ? c : ' ');
        }
        return cleaned.toString();
    }

    /** The text, cut to the columns with an ellipsis when it is longer. */
    public static String cut(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        return columns < 1 ? "" : head(text, columns - 1) + "…";
    }

    /** An id, cut in its middle when it is longer than the columns: ids differ at their ends. */
    public static String cutInside(String text, int columns) {
        if (width(text) <= columns || columns < 3) {
            return cut(text, columns);
        }
        var head = head(text, columns / 3);
        int tail = columns - 1 - width(head);
        int from = text.length();
        while (from > 0 && width(text.substring(text.offsetByCodePoints(from, -1))) <= tail) {
            from = text.offsetByCodePoints(from, -1);
        }
        return head + "…" + text.substring(from);
    }

    /** The text filled up with blanks on the right. */
    public static String padded(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - width(text)));
    }

    /** The text filled up with blanks on the left. */
    public static String paddedLeft(String text, int columns) {
        return " ".repeat(Math.max(0, columns - width(text))) + text;
    }

    /** The text over several lines, broken at blanks where there are some and anywhere else. */
    public static List<String> folded(String text, int columns) {
        if (width(text) <= columns) {
            return List.of(text);
        }
        var lines = new ArrayList<String>();
        var rest = text;
        while (width(rest) > columns) {
            var head = head(rest, columns);
            int blank = head.lastIndexOf(' ');
            boolean atEnd = rest.length() > head.length() && rest.charAt(head.length()) == ' ';
            if (!atEnd && blank > 0) {
                head = head.substring(0, blank);
            }
            if (head.isEmpty()) {
                // One character is wider than the column; it must move on all the same.
                head = rest.substring(0, Character.charCount(rest.codePointAt(0)));
            }
            lines.add(head.stripTrailing());
            rest = rest.substring(head.length()).stripLeading();
        }
        if (!rest.isEmpty()) {
            lines.add(rest);
        }
        return lines;
    }

    private static String head(String text, int columns) {
        int width = 0;
        int i = 0;
        while (i < text.length()) {
            int code = text.codePointAt(i);
            int next = width + Math.max(0, WCWidth.wcwidth(code));
            if (next > columns) {
                break;
            }
            width = next;
            i += Character.charCount(code);
        }
        return text.substring(0, i);
    }
}
