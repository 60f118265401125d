package mirrorneuron.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.cli.follow.Screen;
import mirrorneuron.cli.view.Key;

/** Keeps the frames that were drawn and gives the keys it was told. */
final class FakeScreen implements Screen {

    final List<List<String>> frames = new ArrayList<>();
    boolean closed;

    /** What stayed on the terminal. */
    List<String> left = List.of();

    private final int width;
    private final int height;
    private final ArrayDeque<Integer> keys;

    FakeScreen(int width, int height, List<Integer> keys) {
        this.width = width;
        this.height = height;
        this.keys = new ArrayDeque<>(keys);
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public void draw(List<String> lines) {
        frames.add(List.copyOf(lines));
    }

    @Override
    public int key(long timeoutMs) {
        var key = keys.poll();
        return key == null ? Key.NONE : key;
    }

    @Override
    public void leave(List<String> lines) {
        if (!closed) {
            left = List.copyOf(lines);
        }
        closed = true;
    }

    @Override
    public void close() {
        leave(List.of());
    }
}
