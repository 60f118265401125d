package mirrorneuron.cli.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.view.RecordText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Show all records of a run in the order of time. */
@Command(
        name = "stream",
        description = "Show all records of a run in the order of time.",
        footer = {
            "",
            "Example:",
            "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab --channels events,logs"
        })
public final class RunStream extends RecordLeaf {

    @Option(
            names = "--channels",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Of events, logs, human, resources and timeline. Default: all but timeline.")
    List<String> channels = new ArrayList<>(List.of("events", "logs", "human", "resources"));

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            description = "The lowest of log records: trace, debug, info, warn or error.")
    Optional<String> level = Optional.empty();

    public RunStream(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    RunFiles.Filter filter() {
        return new RunFiles.Filter(Set.copyOf(channels), level, Optional.empty());
    }

    @Override
    int linesDefault() {
        return 100;
    }

    @Override
    String line(JsonObject record) {
        return RecordText.any(record);
    }
}
