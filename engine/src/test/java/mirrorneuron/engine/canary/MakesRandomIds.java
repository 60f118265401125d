package mirrorneuron.engine.canary;

import java.util.UUID;

/** Breaks: ids are derived from what caused them. */
final class MakesRandomIds {

    private MakesRandomIds() {}

    static String id() {
        return UUID.randomUUID().toString();
    }
}
