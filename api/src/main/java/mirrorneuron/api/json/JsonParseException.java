package mirrorneuron.api.json;

/** Text that is not JSON. The message says what was expected and found, and at which byte. */
public final class JsonParseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int offset;

    JsonParseException(String problem, int offset) {
        super(problem + " at byte " + offset);
        this.offset = offset;
    }

    /** Where the text stops being JSON: bytes of UTF-8 from its start. */
    public int offset() {
        return offset;
    }
}
