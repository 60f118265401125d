package mirrorneuron.cli.runtime;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import mirrorneuron.api.JobQuery;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.home.HomeServer;
import mirrorneuron.cli.home.Programs;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.runtime.Check.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at everything that a run stands on. */
@Command(
        name = "doctor",
        description = {
            "Look at everything that a run stands on: Java, the home, the disk, sandboxes, the"
                    + " programs that workers use, and the server if one runs.",
            "Exit code 1 when anything is critical; a warning says what does not work here."
        },
        footer = {"", "Example:", "  mn runtime doctor --json"})
public final class RuntimeDoctor extends Leaf {

    private static final int JAVA_MIN = 25;
    private static final long DISK_CRITICAL_BYTES = 256L << 20;
    private static final long DISK_WARNING_BYTES = 2L << 30;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait for a server's answer. Default: ${DEFAULT-VALUE}.")
    double timeoutSeconds = 3;

    public RuntimeDoctor(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        var wait = Timeout.of(timeoutSeconds);
        var checks = new ArrayList<Check>();
        checks.add(java());
        checks.add(home(desk.home()));
        checks.add(disk(desk.home()));
        checks.add(sandbox(desk));
        checks.add(program(desk, "python3", "Python workers and steps do not run here"));
        checks.add(program(desk, "bash", "commands written for it do not run here"));
        checks.add(program(desk, "docker", "only workflows that ask for containers need it"));
        var server = HomeServer.of(desk.home());
        server.running()
                .ifPresentOrElse(
                        running -> checks.addAll(RuntimeHealth.ask(running, desk, wait)),
                        () ->
                                checks.add(
                                        new Check(
                                                "Server",
                                                server instanceof HomeServer.Gone
                                                        ? Verdict.WARNING
                                                        : Verdict.PASSING,
                                                desk.home().toString(),
                                                Absent.sentence(desk, server))));
        var table = Check.table(checks);
        var document = Check.document(checks);
        var sick = checks.stream().filter(check -> !check.well()).findFirst();
        if (sick.isEmpty()) {
            return Report.of(document, table::lines, table::plain);
        }
        throw CommandFailure.of(
                        "MN_DIAGNOSTIC_FAILED",
                        ExitCode.FAILED,
                        sick.get().component() + " is not well: " + sick.get().detail(),
                        "mend what is critical and look again")
                .with(document, table);
    }

    private static Check java() {
        int feature = Runtime.version().feature();
        return Check.of(
                "Java",
                feature >= JAVA_MIN,
                System.getProperty("java.home", ""),
                "version " + Runtime.version() + (feature < JAVA_MIN ? ", 25 is needed" : ""));
    }

    /** A home that is not there yet is made when it is needed. */
    private static Check home(Path home) {
        var existing = existing(home);
        boolean writable = Files.isDirectory(existing) && Files.isWritable(existing);
        var detail =
                !writable
                        ? "it cannot be written"
                        : existing.equals(home) ? "there, and writable" : "made with the first run";
        return Check.of("Home", writable, home.toString(), detail);
    }

    private static Path existing(Path path) {
        var found = path.toAbsolutePath();
        while (!Files.exists(found) && found.getParent() != null) {
            found = found.getParent();
        }
        return found;
    }

    private static Check disk(Path home) {
        try {
            FileStore store = Files.getFileStore(existing(home));
            long free = store.getUsableSpace();
            var verdict =
                    free < DISK_CRITICAL_BYTES
                            ? Verdict.CRITICAL
                            : free < DISK_WARNING_BYTES ? Verdict.WARNING : Verdict.PASSING;
            return new Check(
                    "Disk", verdict, store.name(), (free >> 20) + " MiB are free below the home");
        } catch (IOException unknown) {
            return new Check(
                    "Disk", Verdict.WARNING, home.toString(), "how much is free is not known");
        }
    }

    /** Which sandbox commands get here, as the runtime itself finds it. */
    private static Check sandbox(Desk desk) {
        try (var runtime = desk.openToCheck()) {
            var node = runtime.monitor().clusterOverview(JobQuery.unfinished()).nodes().getFirst();
            var level = node.raw().object("sandbox_levels").object("sandbox");
            boolean works = level.bool("available").orElse(false);
            return new Check(
                    "Sandbox",
                    works ? Verdict.PASSING : Verdict.WARNING,
                    node.name().value(),
                    level.string("detail").orElse("unknown")
                            + (works
                                    ? ""
                                    : "; MN_SANDBOX_FALLBACK=host_local runs commands without"));
        }
    }

    private static Check program(Desk desk, String name, String without) {
        var found = Programs.find(desk.surroundings().variable("PATH").orElse(""), name);
        return new Check(
                name,
                found.isPresent() ? Verdict.PASSING : Verdict.WARNING,
                found.map(Path::toString).orElse("PATH"),
                found.isPresent() ? "found" : "not found: " + without);
    }
}
