package mirrorneuron.cli.follow;

import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;

/** Makes decisions of what a person answered. Pure. */
public final class Answers {

    /** Who decided, when the command is all that is known. */
    public static final String REVIEWER = "cli";

    private Answers() {}

    static HumanDecision of(HumanRequest request, String decision) {
        return new HumanDecision(idOf(request.requestId(), decision), decision, REVIEWER, "");
    }

    /**
     * Names a decision by what it decides, so that the same answer given twice counts once. A step
     * that was sent back asks with another request, so its next answer is another one.
     */
    public static String idOf(String requestId, String decision) {
        return "cli:" + requestId + ":" + decision;
    }
}
