package mirrorneuron.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import mirrorneuron.cli.config.Config;
import mirrorneuron.cli.help.Topics;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Parses a command line and runs the leaf that it names. Building a leaf costs reflection, so only
 * the one that was asked for is built, or those of its noun; the others are known by name.
 */
final class CommandTree {

    private CommandTree() {}

    /** Written out, because annotations of {@code mn} and its nouns take longer to read. */
    private static CommandSpec root() {
        var spec = CommandSpec.create().name("mn");
        spec.addOption(
                OptionSpec.builder("-v", "--version")
                        .versionHelp(true)
                        .description("Print the version.")
                        .build());
        spec.addOption(help());
        spec.addOption(
                OptionSpec.builder("--debug", "--verbose")
                        .type(boolean.class)
                        .description("Say more about errors.")
                        .build());
        spec.usageMessage()
                .description("Durable, message-driven multi-agent workflows.")
                .synopsisSubcommandLabel("NOUN VERB")
                .footer(
                        "",
                        "Example:",
                        "  mn blueprint run --folder examples/prime_sweep",
                        "",
                        "mn NOUN --help lists the verbs of a noun, mn NOUN VERB --help explains one.",
                        "mn help TOPIC: exit-codes, environment, output, manifests.");
        return spec;
    }

    private static CommandSpec group(String name, Nouns.Noun noun) {
        var spec = CommandSpec.create();
        spec.addOption(help());
        spec.usageMessage()
                .description(noun.description())
                .footer(
                        "",
                        "Example:",
                        "  mn "
                                + name
                                + " "
                                + noun.leaves().keySet().iterator().next()
                                + " --help");
        return spec;
    }

    private static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build();
    }

    /** The whole tree, every leaf built. */
    static CommandLine full(Surroundings surroundings) {
        return build(surroundings, (_, _) -> true);
    }

    /** The tree with the leaves that the words name: one, those of a noun, or none. */
    private static CommandLine named(Surroundings surroundings, List<String> words) {
        var noun = words.isEmpty() ? "" : words.getFirst();
        var verb = words.size() < 2 ? "" : words.get(1);
        var known = Nouns.ALL.get(noun);
        boolean one = known != null && known.leaves().containsKey(verb);
        return build(surroundings, (n, v) -> n.equals(noun) && (!one || v.equals(verb)));
    }

    private static CommandLine build(
            Surroundings surroundings, BiPredicate<String, String> wanted) {
        var root = new CommandLine(root());
        Nouns.ALL.forEach(
                (name, noun) -> {
                    var group = new CommandLine(group(name, noun));
                    noun.leaves()
                            .forEach(
                                    (verb, leaf) -> {
                                        if (wanted.test(name, verb)) {
                                            var line = line(leaf.apply(surroundings));
                                            // A leaf may have another name below another noun.
                                            line.setCommandName(verb);
                                            group.addSubcommand(verb, line);
                                        }
                                    });
                    root.addSubcommand(name, group);
                });
        return root;
    }

    /** A leaf, with the options that its kind has. */
    private static CommandLine line(Leaf leaf) {
        var line = new CommandLine(leaf);
        var spec = line.getCommandSpec();
        if (!spec.optionsMap().containsKey(CallTimeout.NAME)) {
            spec.addMixin("timeout", CommandSpec.forAnnotatedObject(leaf.callTimeout));
        }
        if (leaf instanceof Watched) {
            spec.addMixin("watch", CommandSpec.forAnnotatedObject(leaf.watch));
        }
        if (leaf instanceof Plans) {
            spec.addMixin("dryRun", CommandSpec.forAnnotatedObject(leaf.dryRun));
        }
        HelpLayout.set(line);
        return line;
    }

    static int run(Surroundings surroundings, List<String> given) {
        if (given.size() == 2 && given.getFirst().equals("help")) {
            var topic = Topics.find(given.get(1));
            if (topic.isPresent()) {
                topic.get().forEach(surroundings.out()::println);
                surroundings.out().flush();
                return ExitCode.SUCCESS.number();
            }
        }
        var unknown = HelpWords.unknown(given);
        if (unknown.isPresent()) {
            return UsageErrors.report(surroundings, given, "mn help", unknown.get());
        }
        var arguments = HelpWords.asOption(HelpWords.asPage(moved(given)));
        var words = arguments.stream().filter(word -> !word.startsWith("-")).toList();
        var root = named(surroundings, words);
        // Help is laid out without a look at any file.
        var settings =
                OutputSettings.of(
                        surroundings,
                        new CommonOptions.OfForm(),
                        Config.none(Desk.defaultHome(surroundings)));
        boolean colored = settings.page().palette().on();
        configure(root, colored, settings.page().width());
        root.setOut(HelpWriter.to(surroundings.out(), settings.page().width()));
        root.setErr(HelpWriter.to(surroundings.err(), settings.page().width()));
        root.setParameterExceptionHandler(
                (exception, _) -> UsageErrors.report(surroundings, given, exception));
        root.setExecutionStrategy(parsed -> execute(surroundings, root, parsed));
        int exit = root.execute(arguments.toArray(String[]::new));
        root.getOut().flush();
        root.getErr().flush();
        return exit;
    }

    private static void configure(CommandLine line, boolean colored, int width) {
        line.setColorScheme(CommandLine.Help.defaultColorScheme(colored ? Ansi.ON : Ansi.OFF));
        line.setUsageHelpWidth(Math.max(HelpWriter.WIDTH_MIN, width));
        line.setUsageHelpAutoWidth(false);
        line.setPosixClusteredShortOptionsAllowed(false);
        line.setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static int execute(
            Surroundings surroundings, CommandLine root, CommandLine.ParseResult parsed) {
        var leaf = parsed;
        while (leaf.hasSubcommand()) {
            leaf = leaf.subcommand();
        }
        if (parsed.isVersionHelpRequested()) {
            Mn.version(surroundings.out());
            return ExitCode.SUCCESS.number();
        }
        if (!leaf.isUsageHelpRequested()
                && leaf.commandSpec().userObject() instanceof Leaf command) {
            return command.call();
        }
        // A noun alone, or mn alone: its help is the answer.
        if (leaf.commandSpec() == root.getCommandSpec() && !leaf.isUsageHelpRequested()) {
            root.getOut().println("MirrorNeuron " + Mn.version());
            root.getOut().println();
        }
        leaf.commandSpec().commandLine().usage(root.getOut());
        root.getOut().flush();
        return ExitCode.SUCCESS.number();
    }

    /**
     * Common options may stand before the noun; the leaf is what knows them, so they move behind
     * the verb.
     */
    private static List<String> moved(List<String> arguments) {
        var front = new ArrayList<String>();
        int i = 0;
        while (i < arguments.size() && arguments.get(i).startsWith("-")) {
            var word = arguments.get(i);
            if (word.equals("-h")
                    || word.equals("--help")
                    || word.equals("-v")
                    || word.equals("--version")) {
                return arguments;
            }
            front.add(word);
            i++;
            boolean takesValue =
                    word.equals("-o")
                            || word.equals("--output")
                            || word.equals("--output-format")
                            || word.equals("--home")
                            || word.equals("--target")
                            || word.equals("--token-file")
                            || word.equals("--context")
                            || word.equals("--timeout")
                            || word.equals("--color");
            if (takesValue && i < arguments.size()) {
                front.add(arguments.get(i));
                i++;
            }
        }
        if (front.isEmpty() || arguments.size() - i < 2) {
            return arguments;
        }
        var result = new ArrayList<>(arguments.subList(i, i + 2));
        result.addAll(front);
        result.addAll(arguments.subList(i + 2, arguments.size()));
        return result;
    }
}
