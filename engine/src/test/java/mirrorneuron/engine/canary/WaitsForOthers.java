package mirrorneuron.engine.canary;

import java.util.concurrent.CompletableFuture;

/** Breaks: nothing is concurrent. */
final class WaitsForOthers {

    private WaitsForOthers() {}

    static Object wait(CompletableFuture<Object> other) {
        return other.join();
    }
}
