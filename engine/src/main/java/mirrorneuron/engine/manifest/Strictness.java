package mirrorneuron.engine.manifest;

/** How much of a manifest has to be written out. */
public enum Strictness {
    /** As a submission is read: what only good order asks for has a default. */
    LENIENT,
    /** As an author's work is checked: everything that the format asks for has to be there. */
    STRICT
}
