package mirrorneuron.cli;

import java.io.PrintStream;
import java.util.List;
import mirrorneuron.api.InvalidRequestException;

/** The program. */
public final class Mn {

    private Mn() {}

    public static void main(String[] arguments) {
        // Else the parser looks for Groovy in every jar, which takes longer than its work.
        System.setProperty("picocli.disable.closures", "true");
        Surroundings surroundings;
        try {
            surroundings = Surroundings.ofProcess();
        } catch (InvalidRequestException wrong) {
            System.err.println("× Error: (MN_VALIDATION_FAILED) " + wrong.getMessage());
            System.err.println("! Hint: mend the file, or start mn in another folder");
            System.exit(ExitCode.USAGE.number());
            return;
        }
        int exit = run(surroundings, List.of(arguments));
        exit = withLoss(surroundings, exit);
        surroundings.err().flush();
        end(surroundings, exit);
    }

    /**
     * Everything is closed and written by now. An orderly end of the JVM makes its logging ready
     * first, to say that it ends, which takes longer than many a command; who gives the JVM
     * options, a recording say, needs that end.
     */
    private static void end(Surroundings surroundings, int exit) {
        if (surroundings.variable("MN_JAVA_OPTS").isPresent()) {
            System.exit(exit);
        }
        Runtime.getRuntime().halt(exit);
    }

    /** Who redirected the output into a file would otherwise take half of it for the whole. */
    static int withLoss(Surroundings surroundings, int exit) {
        if (surroundings.out() instanceof StandardOutput out && out.lost().isPresent()) {
            surroundings
                    .err()
                    .println(
                            "× Error: (MN_COMMAND_FAILED) The output could not be written: "
                                    + out.lost().get());
            surroundings.err().println("! Hint: what was to be done is done; ask for it again");
            return exit == 0 ? ExitCode.FAILED.number() : exit;
        }
        surroundings.out().flush();
        return exit;
    }

    /** Runs one command line and returns its exit code. Nothing of the process is changed. */
    static int run(Surroundings surroundings, List<String> arguments) {
        // The one question that scripts ask most needs no command tree.
        if (arguments.size() == 1
                && (arguments.getFirst().equals("--version")
                        || arguments.getFirst().equals("-v"))) {
            version(surroundings.out());
            return ExitCode.SUCCESS.number();
        }
        return CommandTree.run(surroundings, arguments);
    }

    static void version(PrintStream out) {
        out.println("MirrorNeuron CLI");
        out.println("version " + version());
        out.flush();
    }

    /** Of this release; {@code 0.0.0-dev} outside one. */
    public static String version() {
        var version = Mn.class.getPackage().getImplementationVersion();
        return version == null ? "0.0.0-dev" : version;
    }
}
