package mirrorneuron.cli.help;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Writes what a shell needs to complete commands, options and ids. */
public abstract class Completion extends Leaf {

    /** How ids are asked for: quickly, and silently where nobody answers. */
    static final String LIST = "list --quiet --timeout 2";

    /** Whose ids stand behind a noun and a verb. */
    static final Map<String, String> IDS = ids();

    private final Supplier<CommandLine> tree;

    Completion(Surroundings surroundings, Supplier<CommandLine> tree) {
        super(surroundings);
        this.tree = tree;
    }

    private static Map<String, String> ids() {
        var ids = new LinkedHashMap<String, String>();
        ids.put("job", "job");
        ids.put("run", "run");
        ids.put("blueprint", "run");
        ids.put("node", "node");
        ids.put("operation", "operation");
        return ids;
    }

    /** Options by {@code noun verb}. */
    final Map<String, List<String>> options() {
        var options = new LinkedHashMap<String, List<String>>();
        tree.get()
                .getSubcommands()
                .forEach(
                        (noun, group) ->
                                group.getSubcommands()
                                        .forEach(
                                                (verb, leaf) ->
                                                        options.put(
                                                                noun + " " + verb, names(leaf))));
        return options;
    }

    private static List<String> names(CommandLine leaf) {
        var names = new ArrayList<String>();
        leaf.getCommandSpec()
                .options()
                .forEach(
                        option -> {
                            for (var name : option.names()) {
                                if (name.startsWith("--")) {
                                    names.add(name);
                                }
                            }
                        });
        names.sort(String::compareTo);
        return names;
    }

    final Map<String, List<String>> verbs() {
        var verbs = new LinkedHashMap<String, List<String>>();
        tree.get()
                .getSubcommands()
                .forEach(
                        (noun, group) ->
                                verbs.put(noun, List.copyOf(group.getSubcommands().keySet())));
        return verbs;
    }

    /** The branches of a shell's {@code case}: a variable gets the words that may follow. */
    static void branches(
            List<String> lines, Map<String, List<String>> words, String open, String close) {
        words.forEach(
                (before, after) ->
                        lines.add(
                                "        '"
                                        + before
                                        + "') "
                                        + open
                                        + String.join(" ", after)
                                        + close
                                        + " ;;"));
    }

    abstract List<String> script();

    /** A script is one whatever form results have by default. */
    @Override
    protected final boolean isConfigured() {
        return false;
    }

    @Override
    protected final Report perform(Desk desk) {
        var lines = script();
        return Report.of(
                new JsonString(String.join("\n", lines) + "\n"), page -> lines, () -> lines);
    }

    /** For bash. */
    @Command(
            name = "bash",
            description = {
                "Write completion for bash. Ids of jobs and runs come from the home, looked up at"
                        + " most every two seconds.",
                "Load it in a shell, or keep it where bash-completion looks."
            },
            footer = {
                "",
                "Example:",
                "  mn completion bash > ~/.local/share/bash-completion/completions/mn"
            })
    public static final class Bash extends Completion {
        public Bash(Surroundings surroundings, Supplier<CommandLine> tree) {
            super(surroundings, tree);
        }

        @Override
        List<String> script() {
            var lines = new ArrayList<String>();
            lines.add("# Completion of mn for bash.");
            lines.add("_mn_ids() {");
            lines.add(
                    "    if (( SECONDS - ${_mn_ids_at:--9} >= 2 )) || [[ ${_mn_ids_of-} != \"$1\" ]]; then");
            lines.add("        _mn_ids_all=$(mn \"$1\" " + LIST + " 2>/dev/null </dev/null)");
            lines.add("        _mn_ids_at=$SECONDS _mn_ids_of=$1");
            lines.add("    fi");
            lines.add("    printf '%s\\n' \"$_mn_ids_all\"");
            lines.add("}");
            lines.add("_mn() {");
            lines.add("    local word=${COMP_WORDS[COMP_CWORD]} words=");
            lines.add("    if (( COMP_CWORD == 1 )); then");
            lines.add(
                    "        words='"
                            + String.join(" ", verbs().keySet())
                            + " help --help --version'");
            lines.add("    elif (( COMP_CWORD == 2 )); then");
            lines.add("        case ${COMP_WORDS[1]} in");
            branches(lines, verbs(), "words='", "'");
            lines.add("        esac");
            lines.add("    elif [[ $word == -* ]]; then");
            lines.add("        case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in");
            branches(lines, options(), "words='", "'");
            lines.add("        esac");
            lines.add("    elif [[ ${COMP_WORDS[COMP_CWORD-1]} == --* ]]; then");
            lines.add("        COMPREPLY=($(compgen -f -- \"$word\"))");
            lines.add("        return");
            lines.add("    else");
            lines.add("        case ${COMP_WORDS[1]} in");
            IDS.forEach(
                    (noun, of) ->
                            lines.add("        " + noun + ") words=$(_mn_ids " + of + ") ;;"));
            lines.add("        esac");
            lines.add("    fi");
            lines.add("    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))");
            lines.add("}");
            lines.add("complete -o default -F _mn mn");
            return lines;
        }
    }

    /** For zsh. */
    @Command(
            name = "zsh",
            description = "Write completion for zsh, with ids of jobs and runs from the home.",
            footer = {"", "Example:", "  mn completion zsh > ~/.zsh/completions/_mn"})
    public static final class Zsh extends Completion {
        public Zsh(Surroundings surroundings, Supplier<CommandLine> tree) {
            super(surroundings, tree);
        }

        @Override
        List<String> script() {
            var lines = new ArrayList<String>();
            lines.add("#compdef mn");
            lines.add("_mn_ids() {");
            lines.add(
                    "    if (( SECONDS - ${_mn_ids_at:--9} >= 2 )) || [[ ${_mn_ids_of-} != $1 ]]; then");
            lines.add(
                    "        typeset -g _mn_ids_all=\"$(mn $1 "
                            + LIST
                            + " 2>/dev/null </dev/null)\" _mn_ids_at=$SECONDS _mn_ids_of=$1");
            lines.add("    fi");
            lines.add("    found=(${(f)_mn_ids_all})");
            lines.add("}");
            lines.add("_mn() {");
            lines.add("    local -a found");
            lines.add("    if (( CURRENT == 2 )); then");
            lines.add("        found=(" + String.join(" ", verbs().keySet()) + " help)");
            lines.add("    elif (( CURRENT == 3 )); then");
            lines.add("        case $words[2] in");
            branches(lines, verbs(), "found=(", ")");
            lines.add("        esac");
            lines.add("    elif [[ $PREFIX == -* ]]; then");
            lines.add("        case \"$words[2] $words[3]\" in");
            branches(lines, options(), "found=(", ")");
            lines.add("        esac");
            lines.add("    else");
            lines.add("        case $words[2] in");
            IDS.forEach((noun, of) -> lines.add("        " + noun + ") _mn_ids " + of + " ;;"));
            lines.add("        esac");
            lines.add("    fi");
            lines.add("    (( $#found )) && compadd -- $found || _files");
            lines.add("}");
            lines.add("_mn \"$@\"");
            return lines;
        }
    }

    /** For fish. */
    @Command(
            name = "fish",
            description = "Write completion for fish, with ids of jobs and runs from the home.",
            footer = {"", "Example:", "  mn completion fish > ~/.config/fish/completions/mn.fish"})
    public static final class Fish extends Completion {
        public Fish(Surroundings surroundings, Supplier<CommandLine> tree) {
            super(surroundings, tree);
        }

        @Override
        List<String> script() {
            var lines = new ArrayList<String>();
            lines.add("# Completion of mn for fish.");
            lines.add("function __mn_ids");
            lines.add("    set -l now (date +%s)");
            lines.add(
                    "    if not set -q __mn_ids_at; or test (math $now - $__mn_ids_at) -ge 2; or test $__mn_ids_of != $argv[1]");
            lines.add(
                    "        set -g __mn_ids_all (mn $argv[1] "
                            + LIST
                            + " 2>/dev/null </dev/null)");
            lines.add("        set -g __mn_ids_at $now");
            lines.add("        set -g __mn_ids_of $argv[1]");
            lines.add("    end");
            lines.add("    printf '%s\\n' $__mn_ids_all");
            lines.add("end");
            lines.add(
                    "complete -c mn -n '__fish_use_subcommand' -f -a '"
                            + String.join(" ", verbs().keySet())
                            + " help'");
            verbs().forEach(
                            (noun, verbs) ->
                                    lines.add(
                                            "complete -c mn -n '__fish_seen_subcommand_from "
                                                    + noun
                                                    + "; and test (count (commandline -opc)) -eq 2' -f -a '"
                                                    + String.join(" ", verbs)
                                                    + "'"));
            options()
                    .forEach(
                            (leaf, options) -> {
                                var words = leaf.split(" ");
                                options.forEach(
                                        option ->
                                                lines.add(
                                                        "complete -c mn -n '__fish_seen_subcommand_from "
                                                                + words[0]
                                                                + "; and __fish_seen_subcommand_from "
                                                                + words[1]
                                                                + "' -l "
                                                                + option.substring(2)));
                            });
            IDS.forEach(
                    (noun, of) ->
                            lines.add(
                                    "complete -c mn -n '__fish_seen_subcommand_from "
                                            + noun
                                            + "; and test (count (commandline -opc)) -gt 2' -a '(__mn_ids "
                                            + of
                                            + ")'"));
            return lines;
        }
    }
}
