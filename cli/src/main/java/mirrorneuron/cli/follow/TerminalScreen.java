package mirrorneuron.cli.follow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.Key;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;

/**
 * The screen of a real terminal. It is the second one that terminals have for programs like this,
 * so that whatever stood there before comes back, and a size that changes breaks nothing.
 */
final class TerminalScreen implements Screen {

    private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J";
    private static final String LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
    private static final String CLEAR = "\u001b[2J";
    private static final String TO_LINE = "\u001b[%d;1H\u001b[2K";

    private final Terminal terminal;
    private final Attributes before;
    private final KeyReader keys = new KeyReader(this::read);
    private List<String> drawn = List.of();
    private int widthDrawn;
    private int heightDrawn;
    private boolean closed;

    private TerminalScreen(Terminal terminal) {
        this.terminal = terminal;
        this.before = terminal.enterRawMode();
        terminal.writer().print(ENTER);
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
        int width = width();
        int height = height();
        var frame = new StringBuilder();
        if (width != widthDrawn || height != heightDrawn) {
            // The terminal has moved what stood on it.
            frame.append(CLEAR);
            drawn = List.of();
        }
        var shown = lines.subList(0, Math.min(height, lines.size()));
        // Only lines that changed are written, in one write: that does not flicker.
        for (int i = 0; i < Math.max(shown.size(), drawn.size()); i++) {
            var line = i < shown.size() ? shown.get(i) : "";
            if (i >= drawn.size() || !line.equals(drawn.get(i))) {
                frame.append(String.format(TO_LINE, i + 1)).append(Text.harmless(line));
            }
        }
        drawn = List.copyOf(shown);
        widthDrawn = width;
        heightDrawn = height;
        if (!frame.isEmpty()) {
            terminal.writer().print(frame);
            terminal.writer().flush();
        }
    }

    @Override
    public int key(long timeoutMs) {
        return keys.next(timeoutMs);
    }

    private int read(long timeoutMs) {
        try {
            int read = terminal.reader().read(Math.max(1, timeoutMs));
            return read == NonBlockingReader.READ_EXPIRED ? Key.NONE : read;
        } catch (IOException exception) {
            return Key.END;
        }
    }

    @Override
    public void leave(List<String> lines) {
        if (closed) {
            return;
        }
        closed = true;
        terminal.writer().print(LEAVE);
        for (var line : lines) {
            terminal.writer().print(Text.harmless(line) + "\r\n");
        }
        terminal.writer().flush();
        terminal.setAttributes(before);
        try {
            terminal.close();
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
    }

    @Override
    public void close() {
        leave(List.of());
    }
}
