package mirrorneuron.engine.canary;

/** Breaks: there are no threads. */
final class StartsThreads {

    private StartsThreads() {}

    static Thread start(Runnable task) {
        return Thread.ofVirtual().start(task);
    }
}
