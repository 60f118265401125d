package mirrorneuron.cli.follow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;

/** The screen of a real terminal. */
final class TerminalScreen implements Screen {

    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_LINE_END = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";

    private final Terminal terminal;
    private final Attributes before;
    private int linesDrawn;
    private boolean closed;

    private TerminalScreen(Terminal terminal) {
        this.terminal = terminal;
        this.before = terminal.enterRawMode();
        terminal.writer().print(HIDE_CURSOR);
    }

    static Screen open() {
        try {
            // Without these the library asks the terminal what it can do: visible noise on some,
            // and a wait on all.
            System.setProperty("org.jline.terminal.probe.timeout", "0");
            return new TerminalScreen(
                    TerminalBuilder.builder()
                            .system(true)
                            .nativeSignals(false)
                            .graphemeCluster(false)
                            .build());
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
    }

    @Override
    public int width() {
        int width = terminal.getWidth();
        return width > 0 ? width : 80;
    }

    @Override
    public int height() {
        int height = terminal.getHeight();
        return height > 0 ? height : 24;
    }

    @Override
    public void draw(List<String> lines) {
        // One write per frame, and every line cleared after it was written: that does not flicker.
        var frame = new StringBuilder();
        if (linesDrawn > 0) {
            frame.append(String.format(UP, linesDrawn));
        }
        for (var line : lines) {
            frame.append('\r').append(line).append(CLEAR_LINE_END).append("\r\n");
        }
        frame.append(CLEAR_BELOW);
        linesDrawn = lines.size();
        terminal.writer().print(frame);
        terminal.writer().flush();
    }

    @Override
    public int key(long timeoutMs) {
        try {
            int key = terminal.reader().read(Math.max(1, timeoutMs));
            return key == NonBlockingReader.READ_EXPIRED ? FollowSink.NO_KEY : key;
        } catch (IOException exception) {
            return -1;
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        terminal.writer().print(SHOW_CURSOR);
        terminal.writer().flush();
        terminal.setAttributes(before);
        try {
            terminal.close();
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
    }
}
