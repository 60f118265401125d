package mirrorneuron.cli.view;

import java.util.Optional;
import mirrorneuron.api.HumanRequest;

/** A question that one key answers. Pure. */
sealed interface Question {

    /** The question, with the keys that answer it. */
    String text();

    /** What a key means; empty when it means nothing, or no. */
    Optional<Wish> onKey(int key);

    /** Whether a key puts the question away unanswered. */
    boolean isNo(int key);

    /** Before a job is ended. */
    record ReallyCancel() implements Question {

        @Override
        public String text() {
            return "Cancel the job? What runs is stopped.  [y] cancel it  [n] go on";
        }

        @Override
        public Optional<Wish> onKey(int key) {
            return key == 'y' || key == 'Y' ? Optional.of(new Wish.Cancel()) : Optional.empty();
        }

        @Override
        public boolean isNo(int key) {
            return switch (key) {
                case 'n', 'N', Key.ENTER, Key.ESCAPE, Key.BACKSPACE -> true;
                default -> false;
            };
        }
    }

    /** What a person is to decide. */
    record Decide(HumanRequest request) implements Question {

        /** {@code draft (Review the draft): what is your decision? [a] approve … [g] not now}. */
        @Override
        public String text() {
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

        @Override
        public Optional<Wish> onKey(int key) {
            return request.allowedDecisions().stream()
                    .filter(word -> key(word) == Character.toLowerCase(key))
                    .findFirst()
                    .map(word -> new Wish.Answer(request, word));
        }

        @Override
        public boolean isNo(int key) {
            return true;
        }

        private static int key(String word) {
            // Revise and reject begin alike.
            return word.equals("revise") ? 'v' : word.charAt(0);
        }
    }
}
