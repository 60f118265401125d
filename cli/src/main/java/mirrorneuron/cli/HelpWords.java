package mirrorneuron.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.cli.help.Topics;

/** {@code mn help …}, said of commands. Stateless. */
final class HelpWords {

    private static final String HELP = "help";

    private HelpWords() {}

    /** {@code mn help job list} means {@code mn job list --help}. */
    static List<String> asOption(List<String> arguments) {
        if (arguments.isEmpty() || !arguments.getFirst().equals(HELP)) {
            return arguments;
        }
        var moved = new ArrayList<>(arguments.subList(1, arguments.size()));
        moved.add("--help");
        return moved;
    }

    /** {@code mn man job list} means {@code mn man show job list}. */
    static List<String> asPage(List<String> arguments) {
        if (arguments.size() < 2
                || !arguments.getFirst().equals("man")
                || !Nouns.ALL.containsKey(arguments.get(1))) {
            return arguments;
        }
        var moved = new ArrayList<>(arguments);
        moved.add(1, "show");
        return moved;
    }

    /** What is wrong with a wish for help about something that is not there. */
    static Optional<CommandFailure> unknown(List<String> given) {
        if (given.isEmpty() || !given.getFirst().equals(HELP)) {
            return Optional.empty();
        }
        var path =
                given.subList(1, given.size()).stream()
                        .filter(word -> !word.startsWith("-"))
                        .toList();
        if (path.isEmpty()) {
            return Optional.empty();
        }
        var noun = path.getFirst();
        var verbs = Optional.ofNullable(Nouns.words().get(noun));
        if (verbs.isEmpty()) {
            var known = new ArrayList<>(Topics.names());
            known.addAll(Nouns.ALL.keySet());
            return Optional.of(failure(path, DidYouMean.sentence(noun, known), "see mn --help"));
        }
        return path.size() == 1 || verbs.get().contains(path.get(1))
                ? Optional.empty()
                : Optional.of(
                        failure(
                                path,
                                DidYouMean.sentence(path.get(1), verbs.get()),
                                "see mn " + noun + " --help"));
    }

    private static CommandFailure failure(List<String> path, String near, String hint) {
        return CommandFailure.usage(
                "There is no help about '" + String.join(" ", path) + "'" + near, hint);
    }
}
