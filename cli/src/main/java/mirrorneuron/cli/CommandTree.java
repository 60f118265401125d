package mirrorneuron.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import mirrorneuron.cli.blueprint.BlueprintRun;
import mirrorneuron.cli.blueprint.BlueprintValidate;
import mirrorneuron.cli.help.Completion;
import mirrorneuron.cli.help.ManPage;
import mirrorneuron.cli.help.Topics;
import mirrorneuron.cli.job.JobAgents;
import mirrorneuron.cli.job.JobBackup;
import mirrorneuron.cli.job.JobCancel;
import mirrorneuron.cli.job.JobDeadLetters;
import mirrorneuron.cli.job.JobEvents;
import mirrorneuron.cli.job.JobExplain;
import mirrorneuron.cli.job.JobGraphCommand;
import mirrorneuron.cli.job.JobHuman;
import mirrorneuron.cli.job.JobList;
import mirrorneuron.cli.job.JobMonitor;
import mirrorneuron.cli.job.JobPause;
import mirrorneuron.cli.job.JobRestore;
import mirrorneuron.cli.job.JobResult;
import mirrorneuron.cli.job.JobResume;
import mirrorneuron.cli.job.JobSend;
import mirrorneuron.cli.job.JobStatusCommand;
import mirrorneuron.cli.job.JobSteps;
import mirrorneuron.cli.job.JobSubmit;
import mirrorneuron.cli.job.JobSweep;
import mirrorneuron.cli.job.JobUnfinished;
import mirrorneuron.cli.job.JobWait;
import mirrorneuron.cli.node.NodeList;
import mirrorneuron.cli.node.NodeShow;
import mirrorneuron.cli.resource.ResourceList;
import mirrorneuron.cli.resource.ResourceSet;
import mirrorneuron.cli.run.RunCompare;
import mirrorneuron.cli.run.RunControl;
import mirrorneuron.cli.run.RunExport;
import mirrorneuron.cli.run.RunHuman;
import mirrorneuron.cli.run.RunList;
import mirrorneuron.cli.run.RunLogs;
import mirrorneuron.cli.run.RunRebuild;
import mirrorneuron.cli.run.RunResources;
import mirrorneuron.cli.run.RunStatus;
import mirrorneuron.cli.run.RunStream;
import mirrorneuron.cli.run.RunTail;
import mirrorneuron.cli.run.RunTimeline;
import mirrorneuron.cli.runtime.RuntimeDoctor;
import mirrorneuron.cli.runtime.RuntimeHealth;
import mirrorneuron.cli.runtime.RuntimeLogs;
import mirrorneuron.cli.runtime.RuntimeMetrics;
import mirrorneuron.cli.runtime.RuntimeStart;
import mirrorneuron.cli.runtime.RuntimeStatus;
import mirrorneuron.cli.runtime.RuntimeStop;
import mirrorneuron.cli.runtime.RuntimeTop;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/**
 * Nouns and their leaves. Building a leaf costs reflection, so only the noun that was asked for
 * gets its leaves; the others are known by name.
 */
final class CommandTree {

    private record Noun(String description, Map<String, Function<Surroundings, Leaf>> leaves) {}

    private static final Map<String, Noun> NOUNS = nouns();

    private CommandTree() {}

    private static Map<String, Noun> nouns() {
        var blueprint = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        blueprint.put("run", BlueprintRun::new);
        blueprint.put("validate", BlueprintValidate::new);
        blueprint.put("monitor", RunList::new);
        blueprint.put("tail", RunTail::new);
        blueprint.put("logs", RunLogs::new);
        blueprint.put("stream", RunStream::new);
        blueprint.put("resources", RunResources::new);
        blueprint.put("human", RunHuman::new);
        blueprint.put("compare", RunCompare::new);
        blueprint.put("export", RunExport::new);
        var job = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        job.put("list", JobList::new);
        job.put("submit", JobSubmit::new);
        job.put("unfinished", JobUnfinished::new);
        job.put("status", JobStatusCommand::new);
        job.put("monitor", JobMonitor::new);
        job.put("result", JobResult::new);
        job.put("explain", JobExplain::new);
        job.put("steps", JobSteps::new);
        job.put("human", JobHuman::new);
        job.put("agents", JobAgents::new);
        job.put("events", JobEvents::new);
        job.put("logs", RunLogs::new);
        job.put("timeline", RunTimeline::new);
        job.put("graph", JobGraphCommand::new);
        job.put("wait", JobWait::new);
        job.put("dead-letters", JobDeadLetters::new);
        job.put("send", JobSend::new);
        job.put("pause", JobPause::new);
        job.put("resume", JobResume::new);
        job.put("cancel", JobCancel::new);
        job.put("cancel-all", JobSweep.CancelAll::new);
        job.put("clear", JobSweep.Clear::new);
        job.put("backup", JobBackup::new);
        job.put("restore", JobRestore::new);
        var node = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        node.put("list", NodeList::new);
        node.put("show", NodeShow::new);
        var run = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        run.put("list", RunList::new);
        run.put("status", RunStatus::new);
        run.put("logs", RunLogs::new);
        run.put("timeline", RunTimeline::new);
        run.put("tail", RunTail::new);
        run.put("stream", RunStream::new);
        run.put("resources", RunResources::new);
        run.put("human", RunHuman::new);
        run.put("compare", RunCompare::new);
        run.put("export", RunExport::new);
        run.put("pause", RunControl.Pause::new);
        run.put("resume", RunControl.Resume::new);
        run.put("cancel", RunControl.Cancel::new);
        run.put("delete", RunControl.Delete::new);
        run.put("rebuild", RunRebuild::new);
        var runtime = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        runtime.put("start", RuntimeStart::new);
        runtime.put("stop", RuntimeStop::new);
        runtime.put("status", RuntimeStatus::new);
        runtime.put("health", RuntimeHealth::new);
        runtime.put("doctor", RuntimeDoctor::new);
        runtime.put("metrics", RuntimeMetrics::new);
        runtime.put("logs", RuntimeLogs::new);
        runtime.put("top", RuntimeTop::new);
        var resource = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        resource.put("list", ResourceList::new);
        resource.put("set", ResourceSet::new);
        resource.put("usage", RuntimeMetrics::new);
        var completion = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        completion.put("bash", around -> new Completion.Bash(around, () -> full(around)));
        completion.put("zsh", around -> new Completion.Zsh(around, () -> full(around)));
        completion.put("fish", around -> new Completion.Fish(around, () -> full(around)));
        var man = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        man.put("show", around -> new ManPage.Show(around, () -> full(around)));
        man.put("write", around -> new ManPage.Write(around, () -> full(around)));
        var nouns = new LinkedHashMap<String, Noun>();
        nouns.put(
                "blueprint",
                new Noun("Run and check workflows, and look at their runs.", blueprint));
        nouns.put("job", new Noun("Look at jobs and steer them.", job));
        nouns.put("run", new Noun("Look at runs and steer them.", run));
        nouns.put("node", new Noun("See what runs the work.", node));
        nouns.put("resource", new Noun("See and limit what jobs may use of a machine.", resource));
        nouns.put("runtime", new Noun("Run a home as a server.", runtime));
        nouns.put("completion", new Noun("Complete commands in a shell.", completion));
        nouns.put("man", new Noun("Write pages for the manual.", man));
        return nouns;
    }

    @Command(
            name = "mn",
            description = "Durable, message-driven multi-agent workflows.",
            synopsisSubcommandLabel = "NOUN VERB",
            footer = {
                "",
                "Example:",
                "  mn blueprint run --folder examples/prime_sweep",
                "",
                "mn NOUN --help lists the verbs of a noun, mn NOUN VERB --help explains one.",
                "mn help TOPIC: exit-codes, environment, output, manifests."
            })
    private static final class Root {
        @Option(
                names = {"-v", "--version"},
                versionHelp = true,
                description = "Print the version.")
        boolean version;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help.")
        boolean help;

        @Option(
                names = {"--debug", "--verbose"},
                description = "Say more about errors.")
        boolean debug;
    }

    @Command
    private static final class Group {
        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help.")
        boolean help;
    }

    /** Verbs by noun, for people who mistype them. */
    static Map<String, List<String>> words() {
        var words = new LinkedHashMap<String, List<String>>();
        NOUNS.forEach((noun, group) -> words.put(noun, List.copyOf(group.leaves().keySet())));
        return words;
    }

    /** The whole tree, every leaf built. */
    static CommandLine full(Surroundings surroundings) {
        return build(surroundings, NOUNS.keySet().stream().toList());
    }

    private static CommandLine build(Surroundings surroundings, List<String> nounsWithLeaves) {
        var root = new CommandLine(new Root());
        NOUNS.forEach(
                (name, noun) -> {
                    var group = new CommandLine(new Group());
                    group.getCommandSpec().usageMessage().description(noun.description());
                    group.getCommandSpec()
                            .usageMessage()
                            .footer(
                                    "",
                                    "Example:",
                                    "  mn "
                                            + name
                                            + " "
                                            + noun.leaves().keySet().iterator().next()
                                            + " --help");
                    if (nounsWithLeaves.contains(name)) {
                        noun.leaves()
                                .forEach(
                                        (verb, leaf) -> {
                                            var line = new CommandLine(leaf.apply(surroundings));
                                            // A leaf may have another name below another noun.
                                            line.setCommandName(verb);
                                            group.addSubcommand(verb, line);
                                        });
                    }
                    root.addSubcommand(name, group);
                });
        return root;
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
        var arguments = helpWordFirst(moved(given));
        var words = arguments.stream().filter(word -> !word.startsWith("-")).toList();
        var root = build(surroundings, words.isEmpty() ? List.of() : List.of(words.getFirst()));
        var settings = OutputSettings.of(surroundings, new CommonOptions.OfForm());
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

    /** {@code mn help job list} means {@code mn job list --help}. */
    private static List<String> helpWordFirst(List<String> arguments) {
        if (arguments.isEmpty() || !arguments.getFirst().equals("help")) {
            return arguments;
        }
        var moved = new ArrayList<>(arguments.subList(1, arguments.size()));
        moved.add("--help");
        return moved;
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

    static boolean isNoun(String word) {
        return NOUNS.containsKey(word);
    }
}
