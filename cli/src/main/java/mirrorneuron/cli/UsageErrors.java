package mirrorneuron.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import mirrorneuron.cli.output.OutputForm;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, and what was probably meant. */
final class UsageErrors {

    /** Words of other generations of the command, and what they are called now. */
    private static final Map<String, String> POINTERS =
            Map.of(
                    "validate", "mn blueprint validate FOLDER",
                    "submit", "mn blueprint run --folder FOLDER",
                    "monitor", "mn job monitor JOB",
                    "jobs", "mn job list",
                    "nodes", "mn node list",
                    "job inspect", "mn job status JOB",
                    "job show", "mn job status JOB",
                    "job deadletters", "mn job dead-letters JOB");

    private UsageErrors() {}

    static int report(Surroundings surroundings, List<String> given, ParameterException exception) {
        var spec = exception.getCommandLine().getCommandSpec();
        var options = new CommonOptions.OfForm();
        options.json = given.contains("--json") || given.contains("-ojson");
        for (int i = 0; i + 1 < given.size(); i++) {
            if (given.get(i).equals("-o") || given.get(i).equals("--output")) {
                for (var form : OutputForm.values()) {
                    if (form.toString().equals(given.get(i + 1))) {
                        options.output = Optional.of(form);
                    }
                }
            }
        }
        options.noColor = given.contains("--no-color");
        var desk = Desk.of(surroundings, spec.qualifiedName(), options);
        return new Printer(desk).print(failure(given, spec, exception));
    }

    private static CommandFailure failure(
            List<String> given, CommandSpec spec, ParameterException exception) {
        var help = spec.qualifiedName() + " --help";
        if (exception instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unknown(given, spec, unmatched.getUnmatched().getFirst());
        }
        if (exception instanceof MissingParameterException missing) {
            return CommandFailure.usage(sentence(missing), "see " + help);
        }
        return CommandFailure.usage(sentence(exception), "see " + help);
    }

    private static CommandFailure unknown(List<String> given, CommandSpec spec, String word) {
        var help = spec.qualifiedName() + " --help";
        if (word.startsWith("-")) {
            var name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
            var known = new ArrayList<String>(spec.optionsMap().keySet());
            return CommandFailure.usage(
                    "Unknown option " + name + DidYouMean.sentence(name, known), "see " + help);
        }
        if (spec.subcommands().isEmpty()) {
            return CommandFailure.usage("Unexpected argument '" + word + "'", "see " + help);
        }
        var path = (spec.qualifiedName().equals("mn") ? "" : spec.name() + " ") + word;
        var pointer = POINTERS.get(path);
        if (pointer != null) {
            var folder = argumentAfter(given, word);
            return CommandFailure.usage(
                    "There is no command 'mn " + path + "'",
                    "use "
                            + folder.map(
                                            value ->
                                                    pointer.replace("FOLDER", value)
                                                            .replace("JOB", value))
                                    .orElse(pointer));
        }
        var near = DidYouMean.sentence(word, spec.subcommands().keySet());
        if (spec.name().equals("run") && near.isEmpty()) {
            // Other generations ran a folder by this name, which looks after finished runs here.
            return CommandFailure.usage(
                    "There is no command 'mn " + path + "'",
                    "use mn blueprint run --folder " + word);
        }
        var elsewhere = near.isEmpty() ? nounsOf(word, spec) : "";
        return CommandFailure.usage(
                "There is no command 'mn " + path + "'" + near + elsewhere, "see " + help);
    }

    /** Where a verb lives that was asked of the wrong noun. */
    private static String nounsOf(String word, CommandSpec spec) {
        var nouns =
                CommandTree.words().entrySet().stream()
                        .filter(entry -> !entry.getKey().equals(spec.name()))
                        .filter(entry -> entry.getValue().contains(word))
                        .map(entry -> "mn " + entry.getKey() + " " + word)
                        .limit(3)
                        .collect(Collectors.joining(" or "));
        return nouns.isEmpty() ? "" : "; did you mean " + nouns + "?";
    }

    private static Optional<String> argumentAfter(List<String> given, String word) {
        int at = given.indexOf(word);
        return at >= 0 && at + 1 < given.size() && !given.get(at + 1).startsWith("-")
                ? Optional.of(given.get(at + 1))
                : Optional.empty();
    }

    private static String sentence(ParameterException exception) {
        var message = exception.getMessage();
        return message == null ? "The arguments cannot be understood" : message;
    }
}
