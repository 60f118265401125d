package mirrorneuron.runtime.canary.util;

/** Breaks: packages are concepts, and each says what it is about. */
public final class Anything {
    private Anything() {}
}
