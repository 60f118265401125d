package mirrorneuron.cli.follow;

import java.util.Optional;
import mirrorneuron.api.HumanRequest;

/** How a person answers a request with one key, where the job is followed. Pure. */
final class AnswerDecision {

    private static final int REVISE_KEY = 'v';

    private AnswerDecision() {}

    /** Whether a key says that somebody wants to answer. */
    static boolean isAnswer(int key) {
        return key == 'a' || key == 'A';
    }

    /** {@code draft: what is your decision? [a] approve [v] revise [r] reject [g] not now}. */
    static String question(HumanRequest request) {
        var text =
                new StringBuilder(request.stepId())
                        .append(" (")
                        .append(request.title())
                        .append("): what is your decision?");
        for (var word : request.allowedDecisions()) {
            text.append("  [").append((char) key(word)).append("] ").append(word);
        }
        return text.append("  [g] not now").toString();
    }

    /** The decision that a key means; empty for every other key. */
    static Optional<String> onKey(HumanRequest request, int key) {
        return request.allowedDecisions().stream()
                .filter(word -> key(word) == Character.toLowerCase(key))
                .findFirst();
    }

    private static int key(String word) {
        // Revise and reject begin alike.
        return word.equals("revise") ? REVISE_KEY : word.charAt(0);
    }
}
