package mirrorneuron.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds what a mistyped word was meant to be. Stateless. */
public final class DidYouMean {

    private static final int CANDIDATES_MAX = 3;

    private DidYouMean() {}

    /**
     * Up to three known words within two edits (one for the shortest), or a third of the length,
     * nearest first.
     */
    public static List<String> candidates(String typed, Collection<String> known) {
        record Candidate(String word, int distance) {}
        var word = typed.toLowerCase(Locale.ROOT);
        // Two edits turn any word of three letters into most others.
        int allowed = word.length() <= 3 ? 1 : Math.max(2, word.length() / 3);
        return known.stream()
                .distinct()
                .map(name -> new Candidate(name, distance(word, name.toLowerCase(Locale.ROOT))))
                // A candidate must keep something.
                .filter(candidate -> candidate.distance() <= allowed)
                .filter(candidate -> candidate.distance() < Math.max(word.length(), 1))
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::word))
                .limit(CANDIDATES_MAX)
                .map(Candidate::word)
                .toList();
    }

    /** {@code "; did you mean a, b?"}, or nothing when nothing is near. */
    public static String sentence(String typed, Collection<String> known) {
        var candidates = candidates(typed, known);
        return candidates.isEmpty()
                ? ""
                : "; did you mean " + String.join(" or ", candidates) + "?";
    }

    /**
     * The same for ids: people type the beginning of one more often than they mistype it, so those
     * that begin so are named before those that are near.
     */
    public static String idSentence(String typed, Collection<String> known) {
        var begun =
                known.stream()
                        .filter(candidate -> candidate.startsWith(typed))
                        .limit(CANDIDATES_MAX)
                        .toList();
        return begun.isEmpty()
                ? sentence(typed, known)
                : "; did you mean " + String.join(" or ", begun) + "?";
    }

    /** Edits between two words, where exchanging two neighbours is one edit. */
    static int distance(String a, String b) {
        var previous = new int[b.length() + 1];
        var beforePrevious = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            var current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                current[j] =
                        Math.min(
                                Math.min(current[j - 1] + 1, previous[j] + 1),
                                previous[j - 1] + change);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    current[j] = Math.min(current[j], beforePrevious[j - 2] + 1);
                }
            }
            beforePrevious = previous;
            previous = current;
        }
        return previous[b.length()];
    }
}
