package mirrorneuron.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import mirrorneuron.cli.output.Text;

/**
 * Writes help to a stream. Help is laid out for at least {@value #WIDTH_MIN} columns; on a narrower
 * terminal its lines are folded here.
 */
final class HelpWriter extends Writer {

    static final int WIDTH_MIN = 55;

    private final PrintStream stream;
    private final int width;
    private final StringBuilder pending = new StringBuilder();

    private HelpWriter(PrintStream stream, int width) {
        this.stream = stream;
        this.width = width;
    }

    static PrintWriter to(PrintStream stream, int width) {
        return new PrintWriter(new HelpWriter(stream, width));
    }

    @Override
    public void write(char[] buffer, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (buffer[i] == '\n') {
                line();
            } else if (buffer[i] != '\r') {
                pending.append(buffer[i]);
            }
        }
    }

    private void line() {
        var text = pending.toString().stripTrailing();
        pending.setLength(0);
        // Escape sequences take no columns, but only wide terminals get them, where nothing folds.
        if (width >= WIDTH_MIN || text.length() <= width) {
            stream.println(text);
        } else {
            Text.folded(text, width).forEach(stream::println);
        }
    }

    @Override
    public void flush() {
        if (!pending.isEmpty()) {
            line();
        }
        stream.flush();
    }

    @Override
    public void close() {
        flush();
    }
}
