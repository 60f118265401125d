package mirrorneuron.server.trace;

import java.util.List;

/** Sends spans somewhere. Used by one thread. */
interface SpanExport extends AutoCloseable {

    /** Returns when they were taken or refused for good; true when they were taken. */
    boolean send(List<Span> spans);

    @Override
    void close();
}
