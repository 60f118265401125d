package mirrorneuron.engine.canary;

import java.util.logging.Logger;

/** Breaks: the engine says nothing on the side. */
final class Logs {

    private Logs() {}

    static void log() {
        Logger.getLogger("engine").info("decided");
    }
}
