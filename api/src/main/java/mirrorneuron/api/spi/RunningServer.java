package mirrorneuron.api.spi;

import java.util.List;

/** A server of this process. Safe from any thread. */
public interface RunningServer extends AutoCloseable {

    ServerEndpoint endpoint();

    /** What its operator should know, a sentence each; empty when there is nothing. */
    List<String> warnings();

    /** Finishes requests, ends streams, stops workers within the grace time, closes the home. */
    @Override
    void close();
}
