package mirrorneuron.api;

/** Where an embedded runtime keeps its state. */
public sealed interface Store {

    /** In memory, gone at close: for tests and trials. */
    record Memory() implements Store {}

    /** The embedded store below the home. */
    record File() implements Store {}
}
