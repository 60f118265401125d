package mirrorneuron.bench.row;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import mirrorneuron.bench.Wire;

/** Connections that are not in use; a closed loop takes one for each task. */
final class Wires implements AutoCloseable {

    private final ConcurrentLinkedQueue<Wire> idle = new ConcurrentLinkedQueue<>();
    private final int port;

    Wires(int port) {
        this.port = port;
    }

    Wire take() throws IOException {
        var wire = idle.poll();
        return wire == null ? new Wire(port) : wire;
    }

    void giveBack(Wire wire) {
        idle.add(wire);
    }

    @Override
    public void close() throws IOException {
        for (var wire = idle.poll(); wire != null; wire = idle.poll()) {
            wire.close();
        }
    }
}
