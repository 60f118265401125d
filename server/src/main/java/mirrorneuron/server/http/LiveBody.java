package mirrorneuron.server.http;

import java.io.IOException;

/** Writes a live stream until it ends, its reader goes away or the server stops. */
@FunctionalInterface
public interface LiveBody {

    /**
     * @throws IOException when the reader went away
     */
    void write(LiveStream to) throws IOException, InterruptedException;
}
