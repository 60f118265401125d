package mirrorneuron.engine.canary;

/** Breaks: the surroundings have no say. */
final class AsksTheSystem {

    private AsksTheSystem() {}

    static long now() {
        return System.nanoTime();
    }
}
