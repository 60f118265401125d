package mirrorneuron.runtime.embedded;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.Issue;
import mirrorneuron.api.IssueLocation;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Severity;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmissionRejectedException;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.manifest.Requirements;
import mirrorneuron.engine.manifest.RuntimeManifest;
import mirrorneuron.engine.manifest.Strictness;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.runtime.bundle.BundleLimits;
import mirrorneuron.runtime.bundle.BundleReader;
import mirrorneuron.runtime.bundle.KeptBundle;
import mirrorneuron.runtime.bundle.ReadBundle;
import mirrorneuron.runtime.module.Modules;
import mirrorneuron.runtime.resource.Hardware;
import mirrorneuron.runtime.worker.WorkerHost;

/**
 * Reads a submission and says whether this node can run it. Nothing is stored before everything is
 * found good.
 */
final class Intake {

    /** Larger manifests are read anew each time. */
    private static final int MANIFEST_CHARS_MAX = 32 << 10;

    private final ReadManifests manifests = new ReadManifests();
    private final Path incoming;
    private final BundleReader reader;
    private final ManifestLimits limits;
    private final BundleLibrary library;
    private final Modules modules;
    private final WorkerHost workers;
    private final Hardware hardware;

    /**
     * @param incoming where archives are inflated; made when the first one comes
     */
    Intake(
            Path incoming,
            ManifestLimits limits,
            BundleLibrary library,
            Modules modules,
            WorkerHost workers,
            Hardware hardware) {
        this.incoming = incoming;
        this.reader = new BundleReader(incoming, BundleLimits.DEFAULT);
        this.limits = limits;
        this.library = library;
        this.modules = modules;
        this.workers = workers;
        this.hardware = hardware;
    }

    ReadBundle read(BundleSource source, Strictness strictness) {
        if (source instanceof BundleSource.Inline(var manifestJson, var payloads)
                && payloads.isEmpty()
                && manifestJson.length() <= MANIFEST_CHARS_MAX) {
            return manifests.read(manifestJson, strictness, () -> readAnew(source, strictness));
        }
        return readAnew(source, strictness);
    }

    private ReadBundle readAnew(BundleSource source, Strictness strictness) {
        try {
            if (source instanceof BundleSource.Zip) {
                Files.createDirectories(incoming);
            }
            return reader.read(source, limits, strictness);
        } catch (IOException failure) {
            throw new InvalidRequestException(
                    ErrorCode.BUNDLE_INVALID,
                    "Expected to read the bundle, but: " + reason(failure),
                    failure);
        }
    }

    /** The messages of file exceptions are bare paths; what went wrong is in their names. */
    private static String reason(IOException failure) {
        return switch (failure) {
            case AccessDeniedException denied -> "access denied to " + denied.getFile();
            case NoSuchFileException gone -> "nothing at " + gone.getFile();
            default -> String.valueOf(failure.getMessage());
        };
    }

    KeptBundle keep(ReadBundle.Contents contents) {
        try {
            return library.keep(contents);
        } catch (IOException failure) {
            throw new RuntimeUnavailableException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "Expected to keep the bundle in the home, but: " + failure.getMessage(),
                    failure);
        }
    }

    /**
     * Keeps a bundle whose job is brought back here.
     *
     * @throws SubmissionRejectedException when this node cannot run it; nothing was kept then
     */
    KeptBundle admit(ReadBundle.Contents contents) {
        var unable = unable(contents.manifest(), contents, false);
        if (unable.isPresent()) {
            throw new SubmissionRejectedException(unable.get());
        }
        return keep(contents);
    }

    /** A bundle that the home keeps and that this process has read before; empty otherwise. */
    Optional<KeptBundle> kept(String fingerprint) {
        return library.cached(fingerprint);
    }

    /** What this node lacks to run the manifest; empty when it can. */
    Optional<Submission.Rejected> unable(
            RuntimeManifest manifest, ReadBundle.Contents contents, boolean force) {
        var issues = new ArrayList<Issue>();
        for (var node : manifest.nodes()) {
            switch (node.behaviour()) {
                case Behaviour.Executor executor -> {
                    var missing = workers.unavailable(executor.runner());
                    if (!missing.isEmpty()) {
                        issues.add(
                                issue(
                                        "runner.unavailable",
                                        node.inConfig("runner_module"),
                                        missing,
                                        "Install what is missing, choose the runner host_local, or let an operator set MN_SANDBOX_FALLBACK=host_local."));
                    }
                }
                case Behaviour.Module module -> {
                    if (module.source().isPresent() && !modules.sourceAllowed()) {
                        issues.add(
                                issue(
                                        "module.source_not_allowed",
                                        node.inConfig("module_source"),
                                        "Running Java sources of a bundle is switched off",
                                        "Bring the agent as a jar below payloads/agents, or set MN_ALLOW_MODULE_SOURCE=true."));
                    } else if (module.source().isEmpty()
                            && !modules.isRegistered(module.module())
                            && contents.payloads().stream()
                                    .noneMatch(
                                            file ->
                                                    file.path().startsWith("agents/")
                                                            && file.path().endsWith(".jar"))) {
                        issues.add(
                                issue(
                                        "module.unknown",
                                        node.inConfig("module"),
                                        "Module "
                                                + module.module()
                                                + " is not registered, and the bundle has no jar below payloads/agents",
                                        "Put the jar that holds its AgentFactory below payloads/agents."));
                    }
                }
                case Behaviour.Router _,
                        Behaviour.Aggregator _,
                        Behaviour.Sensor _,
                        Behaviour.StepSource _,
                        Behaviour.StepJoin _,
                        Behaviour.StepSink _ -> {}
            }
        }
        issues.addAll(lacking(manifest, force));
        return issues.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Submission.Rejected(
                                Submission.Rejected.Reason.REQUIREMENTS_NOT_MET, issues));
    }

    /** What the hardware of this node lacks of what the manifest requires. */
    List<Issue> lacking(RuntimeManifest manifest) {
        return lacking(manifest, false);
    }

    private List<Issue> lacking(RuntimeManifest manifest, boolean force) {
        return hardware(Requirements.of(manifest), force || forced(manifest));
    }

    private static boolean forced(RuntimeManifest manifest) {
        return manifest.metadata().object("mn_validation").bool("force").orElse(false)
                || manifest.metadata().bool("force_validation").orElse(false);
    }

    private List<Issue> hardware(Requirements needed, boolean force) {
        var issues = new ArrayList<Issue>();
        int cores = Runtime.getRuntime().availableProcessors();
        if (!force && needed.cpuCoresMin().orElse(0) > cores) {
            issues.add(unmet("cpu", plain(needed.cpuCoresMin().orElse(0)) + " cores", "" + cores));
        }
        // What the machine has is read from it, which is not for free.
        long memoryMb = needed.memoryMbMin().isPresent() ? memoryMb() : 0;
        if (!force && needed.memoryMbMin().orElse(0) > memoryMb) {
            issues.add(
                    unmet(
                            "memory",
                            needed.memoryMbMin().orElse(0) + " MB of memory",
                            memoryMb + " MB"));
        }
        long diskMb = needed.diskMbMin().isPresent() ? hardware.diskAvailable() >> 20 : 0;
        if (!force && needed.diskMbMin().orElse(0) > diskMb) {
            issues.add(unmet("disk", needed.diskMbMin().orElse(0) + " MB", diskMb + " MB free"));
        }
        if (needed.gpu().isPresent()) {
            boolean hard = needed.gpu().get().enforcement().map("hard"::equals).orElse(false);
            if (!force || hard) {
                issues.add(unmet("gpu", "a GPU", "none"));
            }
        }
        return issues;
    }

    /** {@code 4}, not {@code 4.0}. */
    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private static Issue unmet(String resource, String needed, String found) {
        return issue(
                "requirements." + resource + ".not_met",
                new IssueLocation(
                        "manifest",
                        "requirements." + resource,
                        "/manifest/requirements/" + resource),
                "The workflow needs " + needed + ", and this node has " + found,
                "Run it on a larger node, lower the requirement, or force the submission.");
    }

    private static Issue issue(String code, IssueLocation at, String message, String help) {
        return new Issue(
                code,
                message,
                Optional.of(help),
                Severity.ERROR,
                new IssueLocation("requirements", at.path(), at.pointer()),
                Optional.empty(),
                Optional.empty());
    }

    /** What the machine has; where it does not say, what this process may use. */
    private static long memoryMb() {
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemTotal:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1_024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException unknown) {
            return Runtime.getRuntime().maxMemory() >> 20;
        }
    }
}
