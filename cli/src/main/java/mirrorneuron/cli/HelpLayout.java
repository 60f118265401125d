package mirrorneuron.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import mirrorneuron.cli.output.Text;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;

/** How a leaf's page of help is laid out: its own options first, those of every leaf last. */
final class HelpLayout {

    private HelpLayout() {}

    static void set(CommandLine leaf) {
        leaf.getHelpSectionMap().put(SECTION_KEY_SYNOPSIS, HelpLayout::synopsis);
        leaf.getHelpSectionMap().put(SECTION_KEY_OPTION_LIST, HelpLayout::options);
    }

    /** {@code mn job backup [OPTIONS] --output=DIR JOB}: what must be given is named. */
    private static String synopsis(Help help) {
        var spec = help.commandSpec();
        var words = new StringBuilder(spec.qualifiedName()).append(" [OPTIONS]");
        spec.options().stream()
                .filter(OptionSpec::required)
                .forEach(
                        option ->
                                words.append(' ')
                                        .append(option.longestName())
                                        .append('=')
                                        .append(option.paramLabel()));
        for (var positional : spec.positionalParameters()) {
            words.append(' ')
                    .append(
                            help.parameterLabelRenderer()
                                    .renderParameterLabel(positional, Help.Ansi.OFF, List.of()));
        }
        int indent = help.synopsisHeadingLength();
        return String.join(
                        "\n" + " ".repeat(indent),
                        Text.folded(words.toString(), spec.usageMessage().width() - indent))
                + "\n";
    }

    private static String options(Help help) {
        Map<Boolean, List<OptionSpec>> byKind =
                help.commandSpec().options().stream()
                        .filter(option -> !option.hidden())
                        .collect(Collectors.partitioningBy(HelpLayout::isCommon));
        return list(help, byKind.getOrDefault(false, List.of()))
                + "%nCommon options:%n".formatted()
                + list(help, byKind.getOrDefault(true, List.of()));
    }

    private static String list(Help help, List<OptionSpec> options) {
        // The columns are those of the whole page, so that both lists stand alike.
        var layout =
                help.createDefaultLayout(
                        help.commandSpec().options(),
                        help.commandSpec().positionalParameters(),
                        help.colorScheme());
        return help.optionListExcludingGroups(
                options,
                layout,
                Help.createShortOptionNameComparator(),
                help.parameterLabelRenderer());
    }

    private static boolean isCommon(OptionSpec option) {
        return option.userObject() instanceof Field field
                && (CommonOptions.class.isAssignableFrom(field.getDeclaringClass())
                        || field.getDeclaringClass() == CallTimeout.class);
    }
}
