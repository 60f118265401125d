package mirrorneuron.cli;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.config.Config;
import mirrorneuron.cli.log.CommandLog;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command that does something. It gets a desk and returns a report; printing, errors and exit
 * codes are the same for all and live here.
 */
public abstract class Leaf implements Callable<Integer> {

    private static final List<String> SUBJECTS = List.of("JOB", "RUN");

    private final Surroundings surroundings;

    @Mixin final CommonOptions common;

    /** Of the command line when the leaf has no option of this name itself. */
    final CallTimeout callTimeout = new CallTimeout();

    /** Of the command line when the leaf is {@link Watched}. */
    final WatchOption watch = new WatchOption();

    /** Of the command line when the leaf {@link Plans}. */
    final DryRun dryRun = new DryRun();

    @Spec @Nullable CommandSpec spec;

    protected Leaf(Surroundings surroundings) {
        this(surroundings, OutputMeans.FORM);
    }

    protected Leaf(Surroundings surroundings, OutputMeans output) {
        this.surroundings = requireNonNull(surroundings, "surroundings");
        this.common =
                switch (output) {
                    case FORM -> new CommonOptions.OfForm();
                    case FOLDER -> new CommonOptions.OfFolder();
                };
    }

    /** What {@code -o} and {@code --output} name. */
    protected enum OutputMeans {
        /** How the result is printed. */
        FORM,
        /** Where files go; the form has {@code --output-format} alone. */
        FOLDER
    }

    /**
     * Does the work.
     *
     * @throws CommandFailure to end with an error in the caller's words
     * @throws MirrorNeuronException to end with the runtime's own error
     */
    protected abstract Report perform(Desk desk) throws Exception;

    @Override
    public final Integer call() {
        Desk desk;
        try {
            desk = Desk.of(surroundings, name(), common, callTimeout.seconds, config());
        } catch (CommandFailure wrong) {
            return new Printer(Desk.of(surroundings, name(), common)).print(wrong);
        }
        var printer = new Printer(desk);
        try {
            var report = report(desk);
            printer.print(report);
            return report.exit().number();
        } catch (CommandFailure failure) {
            return printer.print(failure);
        } catch (MirrorNeuronException exception) {
            CommandLog.of(surroundings, desk.home()).failure(name(), exception);
            return printer.print(
                    desk.failure(exception).about(subject()).orHint("see " + name() + " --help"));
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            return printer.print(
                    CommandFailure.of("MN_INTERRUPTED", ExitCode.INTERRUPTED, "Interrupted.", ""));
        } catch (Exception | LinkageError unexpected) {
            CommandLog.of(surroundings, desk.home()).failure(name(), unexpected);
            return printer.print(unexpected(desk, unexpected));
        }
    }

    private Report report(Desk desk) throws Exception {
        if (dryRun.asked && this instanceof Plans plans) {
            return planned(plans.plan(desk));
        }
        if (watch.every.isPresent() && this instanceof Watched watched) {
            if (!watched.isReading()) {
                throw CommandFailure.usage(
                        "--watch looks again and again, and these options do more than look",
                        "leave --watch out");
            }
            return new Watch(desk, watch.every.get(), () -> perform(desk)).run();
        }
        return perform(desk);
    }

    private Report planned(Plan plan) {
        return Report.of(
                        JsonObject.builder()
                                .put("dry_run", true)
                                .put("action", plan.action())
                                .put("changes", plan.changes())
                                .putAll(plan.data())
                                .build(),
                        new Confirmation(
                                plan.action(),
                                false,
                                new Fields()
                                        .add("Status", plan.changes() ? "planned" : "nothing to do")
                                        .addAll(plan.fields()),
                                plan.changes() ? CommandWords.withoutDryRun(spec) : ""))
                .withIds(plan.ids());
    }

    /** Whether the file of the home has a say in how the leaf connects and prints. */
    protected boolean isConfigured() {
        return true;
    }

    private Config config() {
        var home = Desk.home(surroundings, common);
        return isConfigured() ? Config.read(home) : Config.none(home);
    }

    /** Prints a result while the command goes on. */
    protected final void show(Desk desk, Report report) {
        new Printer(desk).print(report);
    }

    private CommandFailure unexpected(Desk desk, Throwable cause) {
        return CommandFailure.of(
                        "MN_EXECUTION_FAILED",
                        ExitCode.FAILED,
                        "The command failed unexpectedly ("
                                + cause.getClass().getSimpleName()
                                + ").",
                        "details are in " + CommandLog.path(surroundings, desk.home()))
                .causedBy(cause);
    }

    /** The job or run that the caller named; empty when it is none, or more than one. */
    protected Optional<String> subject() {
        return spec == null
                ? Optional.empty()
                : spec.positionalParameters().stream()
                        .filter(one -> SUBJECTS.contains(one.paramLabel()))
                        .findFirst()
                        .flatMap(
                                one ->
                                        switch (one.getValue()) {
                                            case String id -> Optional.of(id);
                                            case List<?> ids when ids.size() == 1 ->
                                                    Optional.of(String.valueOf(ids.getFirst()));
                                            case null, default -> Optional.empty();
                                        });
    }

    /** {@code mn job list}. */
    protected final String name() {
        return spec == null ? "mn" : spec.qualifiedName();
    }
}
