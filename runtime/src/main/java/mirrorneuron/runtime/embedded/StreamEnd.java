package mirrorneuron.runtime.embedded;

import mirrorneuron.api.EventStream.EndReason;

/** Why a stream has ended, which its reader and whoever closes it may find out at once. */
final class StreamEnd {

    private volatile EndReason reason = EndReason.OPEN; // written under this

    boolean isOpen() {
        return reason == EndReason.OPEN;
    }

    EndReason reason() {
        return reason;
    }

    /** The first reason stays. */
    synchronized void with(EndReason why) {
        if (isOpen()) {
            reason = why;
        }
    }
}
