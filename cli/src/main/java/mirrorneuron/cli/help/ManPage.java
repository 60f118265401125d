package mirrorneuron.cli.help;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.DidYouMean;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes pages for the manual, from the same model as the help. */
public abstract class ManPage extends Leaf {

    private final Supplier<CommandLine> tree;

    ManPage(Surroundings surroundings, Supplier<CommandLine> tree) {
        super(surroundings);
        this.tree = tree;
    }

    /** A page is one whatever form results have by default. */
    @Override
    protected final boolean isConfigured() {
        return false;
    }

    /** Pages by their name: {@code mn}, {@code mn-job-list}. */
    final Map<String, List<String>> pages() {
        var root = tree.get();
        var pages = new LinkedHashMap<String, List<String>>();
        pages.put("mn", page(root.getCommandSpec(), root));
        root.getSubcommands()
                .forEach(
                        (noun, group) ->
                                group.getSubcommands()
                                        .forEach(
                                                (verb, leaf) ->
                                                        pages.put(
                                                                "mn-" + noun + "-" + verb,
                                                                page(
                                                                        leaf.getCommandSpec(),
                                                                        root))));
        return pages;
    }

    private static List<String> page(CommandSpec spec, CommandLine root) {
        var name = spec.qualifiedName();
        var lines = new ArrayList<String>();
        lines.add(
                ".TH \""
                        + name.replace(' ', '-').toUpperCase(Locale.ROOT)
                        + "\" 1 \"\" \"MirrorNeuron\" \"User Commands\"");
        var description = Arrays.asList(spec.usageMessage().description());
        lines.add(".SH NAME");
        lines.add(text(name.replace(' ', '-')) + " \\- " + text(description.getFirst()));
        lines.add(".SH SYNOPSIS");
        lines.add(".B " + text(name));
        if (spec == root.getCommandSpec()) {
            lines.add("NOUN VERB [ARGUMENTS] [OPTIONS]");
        } else {
            spec.positionalParameters().forEach(one -> lines.add(text(one.paramLabel())));
            lines.add("[OPTIONS]");
        }
        lines.add(".SH DESCRIPTION");
        description.forEach(
                paragraph -> {
                    lines.add(text(plain(paragraph)));
                    lines.add(".PP");
                });
        if (!spec.positionalParameters().isEmpty()) {
            lines.add(".SH ARGUMENTS");
            spec.positionalParameters()
                    .forEach(
                            one ->
                                    item(
                                            lines,
                                            one.paramLabel(),
                                            described(spec, one.description())));
        }
        lines.add(".SH OPTIONS");
        spec.options()
                .forEach(
                        option ->
                                item(
                                        lines,
                                        String.join(", ", option.names())
                                                + (option.arity().max() == 0
                                                        ? ""
                                                        : " " + option.paramLabel()),
                                        described(
                                                spec,
                                                Arrays.stream(option.description())
                                                        .map(
                                                                line ->
                                                                        line.replace(
                                                                                "${DEFAULT-VALUE}",
                                                                                String.valueOf(
                                                                                        option
                                                                                                .initialValue())))
                                                        .toArray(String[]::new))));
        if (spec == root.getCommandSpec()) {
            lines.add(".SH COMMANDS");
            root.getSubcommands()
                    .forEach(
                            (noun, group) ->
                                    item(
                                            lines,
                                            "mn " + noun,
                                            String.join(", ", group.getSubcommands().keySet())));
        }
        lines.add(".SH EXIT STATUS");
        Topics.exitCodes().forEach((code, meaning) -> item(lines, code, meaning));
        var example =
                Arrays.stream(spec.usageMessage().footer())
                        .filter(line -> line.startsWith("  mn ") || line.startsWith("  ${"))
                        .toList();
        if (!example.isEmpty()) {
            lines.add(".SH EXAMPLES");
            lines.add(".nf");
            example.forEach(
                    line -> lines.add(text(line.strip().replace("${COMMAND-FULL-NAME}", name))));
            lines.add(".fi");
        }
        return lines;
    }

    private static void item(List<String> lines, String label, String body) {
        lines.add(".TP");
        lines.add("\\fB" + text(label) + "\\fR");
        lines.add(text(body));
    }

    private static String described(CommandSpec spec, String[] description) {
        return plain(
                String.join(" ", description)
                        .replace("${COMMAND-FULL-NAME}", spec.qualifiedName()));
    }

    private static String plain(String text) {
        return Ansi.OFF.string(text);
    }

    /** Nothing in it may be taken for a request of the formatter. */
    private static String text(String text) {
        var escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }

    /** Prints one page. */
    @Command(
            name = "show",
            description = "Print the page of a command, for man -l or groff.",
            footer = {"", "Example:", "  mn man show job list | man -l -"})
    public static final class Show extends ManPage {

        @Parameters(
                paramLabel = "COMMAND",
                arity = "0..2",
                description = "Noun and verb. Default: mn itself.")
        List<String> words = new ArrayList<>();

        public Show(Surroundings surroundings, Supplier<CommandLine> tree) {
            super(surroundings, tree);
        }

        @Override
        protected Report perform(Desk desk) {
            var pages = pages();
            var name = words.isEmpty() ? "mn" : "mn-" + String.join("-", words);
            var page = Optional.ofNullable(pages.get(name));
            var lines =
                    page.orElseThrow(
                            () ->
                                    CommandFailure.notFound(
                                            "There is no page '"
                                                    + name
                                                    + "'"
                                                    + DidYouMean.sentence(
                                                            name, List.copyOf(pages.keySet())),
                                            "mn man write DIR writes all of them"));
            return Report.of(
                    new JsonString(String.join("\n", lines) + "\n"), shown -> lines, () -> lines);
        }
    }

    /** Writes all of them. */
    @Command(
            name = "write",
            description = "Write the pages of all commands into a folder, as man1/mn.1 and so on.",
            footer = {"", "Example:", "  mn man write /usr/local/share/man"})
    public static final class Write extends ManPage {

        @Parameters(paramLabel = "DIR", description = "A folder of the manual.")
        Path folder = Path.of("");

        @Option(
                names = "--section",
                paramLabel = "NAME",
                description = "Folder of the section. Default: ${DEFAULT-VALUE}.")
        String section = "man1";

        public Write(Surroundings surroundings, Supplier<CommandLine> tree) {
            super(surroundings, tree);
        }

        @Override
        protected Report perform(Desk desk) throws IOException {
            var into = desk.surroundings().workingDirectory().resolve(folder).resolve(section);
            Files.createDirectories(into);
            var names = new ArrayList<String>();
            for (var page : pages().entrySet()) {
                var file = into.resolve(page.getKey() + ".1");
                Files.writeString(file, String.join("\n", page.getValue()) + "\n");
                names.add(file.toString());
            }
            return Report.of(
                            JsonArray.ofStrings(names),
                            new Confirmation(
                                    "Manual write",
                                    true,
                                    new Fields()
                                            .add("Status", "written")
                                            .add("Pages", Integer.toString(names.size()))
                                            .add("Folder", into.toString()),
                                    "man -l " + into.resolve("mn.1")))
                    .withIds(names);
        }
    }
}
