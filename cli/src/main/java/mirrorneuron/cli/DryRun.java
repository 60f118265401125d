package mirrorneuron.cli;

import picocli.CommandLine.Option;

/** Of every leaf that {@link Plans}. */
final class DryRun {

    @Option(names = "--dry-run", description = "Only say what would be done; nothing is changed.")
    boolean asked;
}
