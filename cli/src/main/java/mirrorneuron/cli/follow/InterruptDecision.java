package mirrorneuron.cli.follow;

/** What Ctrl-C means for the job that is being followed. Pure. */
public enum InterruptDecision {
    /** Show the question and wait for a key. */
    ASK,
    /** Stop following; the job stays in the home and can be taken up again. */
    LEAVE,
    /** End the job. */
    CANCEL,
    /** It was a mistake. */
    GO_ON;

    /** The question that {@link #ASK} shows. */
    public static final String QUESTION =
            "What should become of the job?  [l] leave for later  [c] cancel  [g] go on";

    private static final int CTRL_C = 3;
    private static final int END_OF_INPUT = -1;

    /** Where nobody can answer, the job is left: that never loses anything. */
    public static InterruptDecision onPress(boolean canAsk) {
        return canAsk ? ASK : LEAVE;
    }

    /** The meaning of a key; a second Ctrl-C and a closed terminal leave the job. */
    public static InterruptDecision onKey(int key) {
        return switch (key) {
            case 'l', 'L', 'q', 'Q', CTRL_C, END_OF_INPUT -> LEAVE;
            case 'c', 'C' -> CANCEL;
            case 'g', 'G', '\r', '\n' -> GO_ON;
            default -> ASK;
        };
    }
}
