package mirrorneuron.cli;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Callable;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.cli.log.CommandLog;
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

    private final Surroundings surroundings;

    @Mixin final CommonOptions common;

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
        var desk = Desk.of(surroundings, name(), common);
        var printer = new Printer(desk);
        try {
            var report = perform(desk);
            printer.print(report);
            return report.exit().number();
        } catch (CommandFailure failure) {
            return printer.print(failure);
        } catch (MirrorNeuronException exception) {
            CommandLog.of(surroundings, desk.home()).failure(name(), exception);
            return printer.print(desk.failure(exception));
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            return printer.print(
                    CommandFailure.of("MN_INTERRUPTED", ExitCode.INTERRUPTED, "Interrupted.", ""));
        } catch (Exception | LinkageError unexpected) {
            CommandLog.of(surroundings, desk.home()).failure(name(), unexpected);
            return printer.print(unexpected(desk, unexpected));
        }
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

    /** {@code mn job list}. */
    protected final String name() {
        return spec == null ? "mn" : spec.qualifiedName();
    }
}
