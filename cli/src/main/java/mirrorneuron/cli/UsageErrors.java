package mirrorneuron.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mirrorneuron.cli.output.OutputForm;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, and what was probably meant. */
final class UsageErrors {

    /**
     * Words of other generations of the command, and of other commands of this kind, and what they
     * are called here. The capitals stand for what was typed behind them.
     */
    static final Map<String, String> POINTERS =
            Map.ofEntries(
                    Map.entry("validate", "mn blueprint validate FOLDER"),
                    Map.entry("check", "mn blueprint validate FOLDER"),
                    Map.entry("submit", "mn blueprint run --folder FOLDER"),
                    Map.entry("init", "mn blueprint init FOLDER"),
                    Map.entry("monitor", "mn job monitor JOB"),
                    Map.entry("watch", "mn job monitor JOB"),
                    Map.entry("inspect", "mn job status JOB"),
                    Map.entry("status", "mn job status JOB"),
                    Map.entry("events", "mn job events JOB"),
                    Map.entry("logs", "mn job logs JOB"),
                    Map.entry("agents", "mn job agents JOB"),
                    Map.entry("result", "mn job result JOB"),
                    Map.entry("pause", "mn job pause JOB"),
                    Map.entry("resume", "mn job resume JOB"),
                    Map.entry("cancel", "mn job cancel JOB"),
                    Map.entry("send", "mn job send JOB AGENT MESSAGE"),
                    Map.entry("jobs", "mn job list"),
                    Map.entry("ps", "mn job list"),
                    Map.entry("ls", "mn job list"),
                    Map.entry("runs", "mn run list"),
                    Map.entry("nodes", "mn node list"),
                    Map.entry("cluster", "mn node list"),
                    Map.entry("operations", "mn operation list"),
                    Map.entry("resources", "mn resource list"),
                    Map.entry("server", "mn runtime start"),
                    Map.entry("serve", "mn runtime start --foreground"),
                    Map.entry("start", "mn runtime start"),
                    Map.entry("stop", "mn runtime stop"),
                    Map.entry("version", "mn --version"),
                    Map.entry("blueprint submit", "mn blueprint run --folder FOLDER"),
                    Map.entry("blueprint check", "mn blueprint validate FOLDER"),
                    Map.entry("blueprint new", "mn blueprint init FOLDER"),
                    Map.entry("blueprint status", "mn run status RUN"),
                    Map.entry("job inspect", "mn job status JOB"),
                    Map.entry("job show", "mn job status JOB"),
                    Map.entry("job get", "mn job status JOB"),
                    Map.entry("job describe", "mn job status JOB"),
                    Map.entry("job watch", "mn job monitor JOB"),
                    Map.entry("job follow", "mn job monitor JOB"),
                    Map.entry("job tail", "mn job events JOB"),
                    Map.entry("job stop", "mn job cancel JOB"),
                    Map.entry("job kill", "mn job cancel JOB"),
                    Map.entry("job ls", "mn job list"),
                    Map.entry("job cleanup", "mn job clear"),
                    Map.entry("job run", "mn blueprint run --folder FOLDER"),
                    Map.entry("job create", "mn job submit FILE"),
                    Map.entry("job deadletters", "mn job dead-letters JOB"),
                    Map.entry("node inspect", "mn node show NODE"),
                    Map.entry("node status", "mn node show NODE"),
                    Map.entry("run inspect", "mn run status RUN"),
                    Map.entry("run monitor", "mn run watch RUN"),
                    Map.entry("operation get", "mn operation status ID"),
                    Map.entry("operation inspect", "mn operation status ID"),
                    Map.entry("operation follow", "mn operation watch ID"),
                    Map.entry("resource get", "mn resource list"),
                    Map.entry("runtime restart", "mn runtime stop, and then mn runtime start"),
                    Map.entry("runtime serve", "mn runtime start --foreground"),
                    Map.entry("runtime ps", "mn runtime status"),
                    Map.entry("config show", "mn config list"),
                    Map.entry("config view", "mn config list"),
                    Map.entry("config unset", "mn config set SETTING ''"),
                    Map.entry("config use", "mn config use-context NAME"));

    /** What stands for the word behind the one that is pointed from. */
    private static final List<String> PLACES =
            List.of("FOLDER", "JOB", "RUN", "NODE", "ID", "FILE", "SETTING", "NAME");

    private UsageErrors() {}

    static int report(Surroundings surroundings, List<String> given, ParameterException exception) {
        var spec = exception.getCommandLine().getCommandSpec();
        return report(surroundings, given, spec.qualifiedName(), failure(given, spec, exception));
    }

    /** Prints a failure in the form that was asked for, as far as that can be told. */
    static int report(
            Surroundings surroundings, List<String> given, String command, CommandFailure failure) {
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
        return new Printer(Desk.of(surroundings, command, options)).print(failure);
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
        return CommandFailure.usage(
                mistyped(given, exception).orElseGet(() -> sentence(exception)), "see " + help);
    }

    /** A value that its option cannot take, where the kind of the option tells what it takes. */
    private static Optional<String> mistyped(List<String> given, ParameterException exception) {
        if (!(exception.getArgSpec() instanceof OptionSpec option)
                || exception.getValue() == null) {
            return Optional.empty();
        }
        return expected(option.auxiliaryTypes()[0])
                .map(
                        expected ->
                                typed(given, option)
                                        + ": '"
                                        + exception.getValue()
                                        + "' (expected: "
                                        + String.join(", ", expected)
                                        + ")"
                                        + DidYouMean.sentence(exception.getValue(), expected));
    }

    private static Optional<List<String>> expected(Class<?> type) {
        if (type == int.class || type == Integer.class || type == long.class) {
            return Optional.of(List.of("a whole number"));
        }
        if (type == double.class || type == Double.class) {
            return Optional.of(List.of("a number"));
        }
        return Optional.ofNullable(type.getEnumConstants())
                .map(values -> Stream.of(values).map(Object::toString).toList());
    }

    /** The name by which the option was called. */
    private static String typed(List<String> given, OptionSpec option) {
        return given.stream()
                .map(word -> word.contains("=") ? word.substring(0, word.indexOf('=')) : word)
                .filter(List.of(option.names())::contains)
                .findFirst()
                .orElse(option.longestName());
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
            return CommandFailure.usage(
                    "There is no command 'mn " + path + "'",
                    "use " + filled(pointer, argumentAfter(given, word)));
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

    private static String filled(String pointer, Optional<String> argument) {
        var words = new ArrayList<String>();
        for (var part : pointer.split(" ", -1)) {
            words.add(PLACES.contains(part) ? argument.orElse(part) : part);
        }
        return String.join(" ", words);
    }

    /** Where a verb lives that was asked of the wrong noun. */
    private static String nounsOf(String word, CommandSpec spec) {
        var nouns =
                Nouns.words().entrySet().stream()
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
