package mirrorneuron.engine.manifest;

/** What may be done with a message that was being handled when the process died. */
public enum RecoverySafety {
    /** Declared safe to handle again. */
    SAFE,
    /**
     * Nothing declared: agents without outside effects are handled again, commands that had started
     * are not.
     */
    UNDECLARED,
    /** Declared unsafe: a person decides. */
    UNSAFE,
    /** A person decides even when the message had only been waiting. */
    MANUAL_REVIEW
}
