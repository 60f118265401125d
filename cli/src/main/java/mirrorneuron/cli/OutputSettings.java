package mirrorneuron.cli;

import java.util.Optional;
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

    static OutputSettings of(Surroundings surroundings, CommonOptions options) {
        var chosen = options.json ? Optional.of(OutputForm.JSON) : options.form();
        boolean plainAsked =
                surroundings.variable("MN_CLI_OUTPUT").filter("plain"::equals).isPresent();
        boolean terminal = surroundings.terminals().out();
        var form = chosen.orElse(terminal && !plainAsked ? OutputForm.TABLE : OutputForm.PLAIN);
        int width = width(surroundings);
        boolean plain = plainAsked || form == OutputForm.PLAIN || form.isDocument();
        return new OutputSettings(
                form,
                chosen.isPresent(),
                new Page(width, palette(surroundings, options, terminal, plain)),
                new Page(
                        width,
                        palette(surroundings, options, surroundings.terminals().err(), plain)));
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
            Surroundings surroundings, CommonOptions options, boolean terminal, boolean plain) {
        if (!terminal || plain || options.noColor || options.color == CommonOptions.Color.never) {
            return Palette.OFF;
        }
        if (options.color == CommonOptions.Color.always) {
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
