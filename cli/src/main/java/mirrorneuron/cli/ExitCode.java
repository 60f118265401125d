package mirrorneuron.cli;

/** What the command ends with. */
public enum ExitCode {
    SUCCESS(0),
    /** The operation failed, or the home cannot be used. */
    FAILED(1),
    /** Bad arguments, invalid input, unknown id, or a confirmation that could not be asked for. */
    USAGE(2),
    NOT_AUTHORIZED(13),
    /** A wait ran out of time. */
    TIMED_OUT(124),
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** {@link #FAILED} for a number that is none of ours. */
    public static ExitCode of(int number) {
        for (var code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return FAILED;
    }
}
