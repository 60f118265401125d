package mirrorneuron.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.cli.follow.FollowSink;
import mirrorneuron.cli.follow.Screen;

/** Keeps the frames that were drawn and gives the keys it was told. */
final class FakeScreen implements Screen {

    final List<List<String>> frames = new ArrayList<>();
    boolean closed;

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
        return key == null ? FollowSink.NO_KEY : key;
    }

    @Override
    public void close() {
        closed = true;
    }
}
