package mirrorneuron.runtime.module;

/** A module that cannot be found or made; the message says what was looked for and where. */
public final class ModuleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ModuleException(String message) {
        super(message);
    }
}
