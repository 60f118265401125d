package mirrorneuron.fuzz;

/** Sentences without what an input put into them. */
final class Texts {

    private static final int WORDS_MAX = 6;

    private Texts() {}

    /** The beginning of a sentence: enough to tell which one it is. */
    static String shape(String sentence) {
        var words = sentence.split(", but", 2)[0].split("[^A-Za-z]+");
        var shape = new StringBuilder();
        for (int i = 0; i < Math.min(WORDS_MAX, words.length); i++) {
            shape.append(i == 0 ? "" : " ").append(words[i]);
        }
        return shape.toString();
    }
}
