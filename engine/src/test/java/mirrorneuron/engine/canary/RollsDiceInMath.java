package mirrorneuron.engine.canary;

/** Breaks: there is no chance, in {@link Math} neither. */
final class RollsDiceInMath {

    private RollsDiceInMath() {}

    static double roll() {
        return Math.random();
    }
}
