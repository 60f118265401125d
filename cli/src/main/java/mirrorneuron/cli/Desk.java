package mirrorneuron.cli;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.cli.config.Config;
import mirrorneuron.cli.home.Connection;
import mirrorneuron.cli.home.Opening;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.OutputForm;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/**
 * What a leaf works with: its surroundings, and what the common options make of them.
 *
 * @param connection variables for a client of a server
 * @param formChosen whether the caller named the form, instead of it being the default
 */
public record Desk(
        Surroundings surroundings,
        String command,
        Instant startedAt,
        OutputForm form,
        boolean formChosen,
        Page page,
        Page errorPage,
        boolean quiet,
        boolean yes,
        boolean debug,
        Path home,
        Map<String, String> connection) {

    public Desk {
        requireNonNull(surroundings, "surroundings");
        requireNonNull(form, "form");
    }

    /** A desk that looks at no file and asks no server. */
    static Desk of(Surroundings surroundings, String command, CommonOptions options) {
        return of(
                surroundings,
                command,
                options,
                Config.none(home(surroundings, options)),
                surroundings.environment());
    }

    /**
     * @param timeout what the caller said of it, as the client reads it
     * @throws CommandFailure when the caller or the file names a context that is not there
     */
    static Desk of(
            Surroundings surroundings,
            String command,
            CommonOptions options,
            Optional<String> timeout,
            Config config) {
        return of(
                surroundings,
                command,
                options,
                config,
                connection(surroundings, options, timeout, config));
    }

    private static Desk of(
            Surroundings surroundings,
            String command,
            CommonOptions options,
            Config config,
            Map<String, String> connection) {
        var settings = OutputSettings.of(surroundings, options, config);
        return new Desk(
                surroundings,
                command,
                surroundings.clock().instant(),
                settings.form(),
                settings.formChosen(),
                settings.page(),
                settings.errorPage(),
                options.quiet,
                options.yes,
                options.debug,
                home(surroundings, options),
                connection);
    }

    static Path home(Surroundings surroundings, CommonOptions options) {
        return options.home
                .map(path -> surroundings.workingDirectory().resolve(path))
                .orElseGet(() -> defaultHome(surroundings));
    }

    /**
     * What the client is to read: options, then the environment, then the context; a context that
     * an option names goes before the environment.
     */
    private static Map<String, String> connection(
            Surroundings surroundings,
            CommonOptions options,
            Optional<String> timeout,
            Config config) {
        var environment = surroundings.environment();
        var folder = home(surroundings, options);
        boolean elsewhere = options.target.isPresent();
        var variables =
                new HashMap<>(
                        config.context(options.context)
                                .map(
                                        context ->
                                                options.context.isPresent()
                                                        ? context.insteadOf(environment, folder)
                                                        : context.behind(
                                                                environment, folder, elsewhere))
                                .orElse(environment));
        timeout.ifPresent(seconds -> variables.put(Connection.TIMEOUT, seconds));
        options.target.ifPresent(target -> variables.put(Connection.TARGET, target));
        options.tokenFile.ifPresent(
                file ->
                        variables.put(
                                Connection.TOKEN_FILE,
                                surroundings.workingDirectory().resolve(file).toString()));
        return variables;
    }

    /** Where runs leave their files; empty when that may be another machine. */
    public Optional<Path> runStore() {
        return Connection.isNamedIn(connection)
                ? Optional.empty()
                : Optional.of(
                        surroundings
                                .variable("MN_RUNS_ROOT")
                                .map(root -> surroundings.workingDirectory().resolve(root))
                                .orElseGet(() -> home.resolve("runs")));
    }

    /** Where a run leaves its files; empty when that may be another machine. */
    public Optional<Path> runFolder(String runId) {
        return runStore().map(root -> root.resolve(runId));
    }

    /** {@code MN_HOME}, else {@code .mn} in the user's home. */
    static Path defaultHome(Surroundings surroundings) {
        return surroundings
                .variable("MN_HOME")
                .map(value -> surroundings.workingDirectory().resolve(value))
                .orElseGet(
                        () ->
                                Path.of(
                                        surroundings
                                                .variable("HOME")
                                                .orElse(System.getProperty("user.home", ".")),
                                        ".mn"));
    }

    /** The same desk with plain lines, unless a document was asked for. */
    public Desk asPlain() {
        return form.isDocument()
                ? this
                : new Desk(
                        surroundings,
                        command,
                        startedAt,
                        OutputForm.PLAIN,
                        true,
                        page,
                        errorPage,
                        quiet,
                        yes,
                        debug,
                        home,
                        connection);
    }

    /** Opens the home to look at it. Unfinished jobs stay as they are. */
    public MirrorNeuron openToRead() {
        return surroundings.runtime().open(new Opening(home, Opening.Intent.READ, connection));
    }

    /** Opens the home to act. Its unfinished jobs are taken up. */
    public MirrorNeuron openToWork() {
        return surroundings.runtime().open(new Opening(home, Opening.Intent.WORK, connection));
    }

    /**
     * The server that an option, a variable or the file of the home names; empty when none does.
     */
    public Optional<String> namedServer() {
        return Connection.isNamedIn(connection)
                ? Optional.of(new Connection(connection).target())
                : Optional.empty();
    }

    /** That server. */
    public MirrorNeuron openNamedServer(Duration patience) {
        var variables = new HashMap<>(connection);
        variables.put(Connection.TIMEOUT, Double.toString(patience.toMillis() / 1e3));
        return surroundings.runtime().open(new Opening(home, Opening.Intent.READ, variables));
    }

    /** The server at a target, whatever else was named. */
    public MirrorNeuron openServer(String target, Duration patience) {
        var variables = new HashMap<>(connection);
        variables.put(Connection.TARGET, target);
        variables.put(Connection.TIMEOUT, Double.toString(patience.toMillis() / 1e3));
        return surroundings.runtime().open(new Opening(home, Opening.Intent.READ, variables));
    }

    /** A runtime without a home, which works while the home is in use elsewhere. */
    public MirrorNeuron openToCheck() {
        return surroundings.runtime().open(new Opening(home, Opening.Intent.CHECK, connection));
    }

    /** What the command makes of an error of the runtime. */
    public CommandFailure failure(MirrorNeuronException exception) {
        return FailureTable.of(
                exception,
                home,
                Connection.asked(new Opening(home, Opening.Intent.READ, connection)));
    }

    /**
     * Whether a view may be redrawn: there is a terminal at both ends, it can move its cursor, and
     * nobody asked for lines.
     */
    public boolean canRedraw() {
        return form == OutputForm.TABLE
                && surroundings.terminals().in()
                && surroundings.terminals().out()
                && !surroundings.flag("MN_RUN_DISABLE_LIVE_SCREEN")
                && surroundings.variable("CI").isEmpty()
                && surroundings.variable("GITHUB_ACTIONS").isEmpty()
                && surroundings.variable("TERM").filter("dumb"::equals).isEmpty();
    }

    /** Whether a person sits at both ends and may be asked something. */
    public boolean canAsk() {
        var terminals = surroundings.terminals();
        return terminals.in() && terminals.err() && !form.isDocument();
    }

    /** Whether what goes to stderr is laid out for a person at a terminal. */
    public boolean drawsErrors() {
        return form == OutputForm.TABLE && surroundings.terminals().err();
    }

    /** A line on stderr. */
    public void note(String line) {
        surroundings.err().println(Text.harmless(Secrets.in(line)));
    }

    /** Fields under a title, on stderr; one line where nobody looks at a terminal. */
    public void panel(String title, Fields fields) {
        if (drawsErrors()) {
            var page = errorPage;
            note(
                    page.palette().dim("── ")
                            + page.palette().bold(title)
                            + " "
                            + page.palette().dim("─".repeat(page.width() - title.length() - 4)));
            fields.lines(page).forEach(this::note);
        } else {
            note("→ " + title + ": " + String.join(", ", fields.plain()));
        }
    }

    public void hint(String line) {
        note(errorPage.palette().yellow("!") + " Hint: " + line);
    }

    public void warn(String line) {
        note(errorPage.palette().yellow("!") + " Warning: " + line);
    }
}
