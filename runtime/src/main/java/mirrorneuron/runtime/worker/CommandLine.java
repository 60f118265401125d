package mirrorneuron.runtime.worker;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mirrorneuron.engine.manifest.Behaviour;

/**
 * What starts a command: placeholders filled in, and the program found.
 *
 * @param program the file to execute
 * @param words the first is the program as the manifest names it
 */
record CommandLine(String program, List<String> words) {

    private static final String BASH = "/bin/bash";
    private static final Pattern PLACEHOLDER =
            Pattern.compile(
                    "\\{(input_file|context_file|message_file|body_file|workdir|job_id|agent_id)}");
    private static final Pattern PYTHON = Pattern.compile("python3?(\\.\\d+)?");

    /**
     * @param python the Python environment's folder as the command sees it; empty = there is none
     * @throws StartException if it is too long, or its program does not exist
     */
    static CommandLine of(
            WorkerRequest request,
            Workspace workspace,
            Map<String, String> environment,
            Optional<String> python,
            int lengthMax)
            throws StartException {
        var words =
                switch (request.executor().command()) {
                    case Behaviour.Command.Shell(var line) ->
                            List.of(BASH, "-lc", shellLine(request, workspace, line, python));
                    case Behaviour.Command.Direct(var arguments) ->
                            direct(request, workspace, arguments, python);
                };
        int length = words.stream().mapToInt(word -> word.length() + 1).sum() - 1;
        if (length > lengthMax) {
            throw new StartException(
                    "command: " + length + " characters (expected: at most " + lengthMax + ")");
        }
        if (words.getFirst().isBlank() || words.stream().anyMatch(w -> w.indexOf('\0') >= 0)) {
            throw new StartException("command: no program is named, or a character is not allowed");
        }
        return new CommandLine(find(words.getFirst(), workspace, environment), words);
    }

    private static String shellLine(
            WorkerRequest request, Workspace workspace, String line, Optional<String> python) {
        var filled = filled(line, request, workspace, CommandLine::quoted);
        // A login shell sets PATH anew, so the environment has to come after that.
        return python.map(folder -> "PATH=" + quoted(folder + "/bin") + ":\"$PATH\"; " + filled)
                .orElse(filled);
    }

    private static List<String> direct(
            WorkerRequest request,
            Workspace workspace,
            List<String> arguments,
            Optional<String> python)
            throws StartException {
        if (arguments.isEmpty()) {
            throw new StartException("command: [] (expected: at least a program)");
        }
        var words = new ArrayList<String>(arguments.size());
        for (var argument : arguments) {
            words.add(filled(argument, request, workspace, UnaryOperator.identity()));
        }
        if (python.isPresent() && PYTHON.matcher(words.getFirst()).matches()) {
            words.set(0, python.get() + "/bin/python");
        }
        return words;
    }

    private static String filled(
            String text, WorkerRequest request, Workspace workspace, UnaryOperator<String> quote) {
        if (text.indexOf('{') < 0) {
            return text;
        }
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(
                        found ->
                                Matcher.quoteReplacement(
                                        quote.apply(meaning(found.group(1), request, workspace))));
    }

    private static String meaning(String name, WorkerRequest request, Workspace workspace) {
        return switch (name) {
            case "input_file" -> workspace.seen(Workspace.INPUT);
            case "context_file" -> workspace.seen(Workspace.CONTEXT);
            case "message_file" -> workspace.seen(Workspace.MESSAGE);
            case "body_file" -> workspace.seen(Workspace.BODY);
            case "workdir" -> workspace.seenWorkdir();
            case "job_id" -> request.job().value();
            default -> request.agent().value();
        };
    }

    /** One word for a shell, whatever is in it. */
    static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /**
     * Says no before anything is started. A program that is only missing inside the sandbox, or
     * whose own interpreter is, shows when it is started.
     */
    private static String find(String program, Workspace workspace, Map<String, String> environment)
            throws StartException {
        if (program.indexOf('/') >= 0) {
            var path = workspace.real(program);
            if (!Files.exists(path)) {
                throw notFound(program);
            }
            if (!Files.isExecutable(path) || Files.isDirectory(path)) {
                throw new StartException("command is not executable: " + program);
            }
            return path.toString();
        }
        for (var folder : environment.getOrDefault("PATH", "").split(":")) {
            var path = workspace.real(folder.isEmpty() ? program : folder + "/" + program);
            if (Files.isExecutable(path) && !Files.isDirectory(path)) {
                return path.toString();
            }
        }
        throw notFound(program);
    }

    static StartException notFound(String program) {
        return new StartException("command not found: " + program);
    }

    /** The command cannot be started; the message names it. */
    static final class StartException extends Exception {
        private static final long serialVersionUID = 1L;

        StartException(String message) {
            super(message);
        }
    }
}
