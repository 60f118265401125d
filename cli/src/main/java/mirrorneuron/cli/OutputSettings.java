package mirrorneuron.cli;

import java.util.Optional;
import mirrorneuron.cli.config.Config;
import mirrorneuron.cli.output.OutputForm;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Palette;

/**
 * Form, width and colours, decided from options, environment and terminals.
 *
 * @param page for stdout
 * @param errorPage for stderr
 */
record OutputSettings(OutputForm form, boolean formChosen, Page page, Page errorPage) {

    static OutputSettings of(Surroundings surroundings, CommonOptions options, Config config) {
        boolean plainAsked =
                surroundings.variable("MN_CLI_OUTPUT").filter("plain"::equals).isPresent();
        var named = options.json ? Optional.of(OutputForm.JSON) : options.form();
        // Ids alone are lines; a form that was set once for everything does not change that.
        var configured =
                plainAsked || options.quiet ? Optional.<OutputForm>empty() : config.format();
        var chosen = named.or(() -> configured);
        boolean terminal = surroundings.terminals().out();
        var form = chosen.orElse(terminal && !plainAsked ? OutputForm.TABLE : OutputForm.PLAIN);
        int width = width(surroundings);
        boolean plain = plainAsked || form == OutputForm.PLAIN || form.isDocument();
        return new OutputSettings(
                form,
                chosen.isPresent(),
                new Page(width, palette(surroundings, color(options, config), terminal, plain)),
                new Page(
                        width,
                        palette(
                                surroundings,
                                color(options, config),
                                surroundings.terminals().err(),
                                plain)));
    }

    private static CommonOptions.Color color(CommonOptions options, Config config) {
        return options.noColor
                ? CommonOptions.Color.never
                : options.color.orElseGet(
                        () ->
                                config.color()
                                        .map(CommonOptions.Color::valueOf)
                                        .orElse(CommonOptions.Color.auto));
    }

    static int width(Surroundings surroundings) {
        return surroundings
                .variable("COLUMNS")
                .filter(value -> value.matches("[1-9][0-9]{0,4}"))
                .map(Integer::parseInt)
                .orElse(Page.WIDTH_DEFAULT);
    }

    /** Whether colours may be used on a stream. A stream that is no terminal gets none, ever. */
    static Palette palette(
            Surroundings surroundings, CommonOptions.Color color, boolean terminal, boolean plain) {
        if (!terminal || plain || color == CommonOptions.Color.never) {
            return Palette.OFF;
        }
        if (color == CommonOptions.Color.always) {
            return Palette.ON;
        }
        return allowed(surroundings) ? Palette.ON : Palette.OFF;
    }

    private static boolean allowed(Surroundings surroundings) {
        var environment = surroundings.environment();
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "").equals("dumb")) {
            return false;
        }
        return surroundings.flag("CLICOLOR_FORCE")
                || !environment.getOrDefault("CLICOLOR", "1").equals("0");
    }
}
