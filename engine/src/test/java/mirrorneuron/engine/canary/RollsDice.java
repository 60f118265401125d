package mirrorneuron.engine.canary;

import java.util.Random;

/** Breaks: there is no chance. */
final class RollsDice {

    private RollsDice() {}

    static int roll() {
        return new Random().nextInt(6);
    }
}
