package mirrorneuron.cli;

import java.util.ArrayList;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** The words of a command line, so that a shell takes them again. Stateless. */
public final class CommandWords {

    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

    private CommandWords() {}

    /** What was typed, without the wish to see a plan. */
    static String withoutDryRun(@Nullable CommandSpec spec) {
        var parsed = spec == null ? null : spec.root().commandLine().getParseResult();
        var words = new ArrayList<String>();
        words.add("mn");
        if (parsed != null) {
            parsed.originalArgs().stream()
                    .filter(word -> !word.equals("--dry-run"))
                    .map(CommandWords::quoted)
                    .forEach(words::add);
        }
        return String.join(" ", words);
    }

    /** One word, in quotes where a shell would take it for more or for something else. */
    public static String quoted(String word) {
        return BARE.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
