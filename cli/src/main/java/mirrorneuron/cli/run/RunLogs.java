package mirrorneuron.cli.run;

import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.view.RecordText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Show what a run says in words, and what its commands printed. */
@Command(
        name = "logs",
        description = "Show what a run says in words, and what its commands printed.",
        footer = {
            "",
            "Example:",
            "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab --level warn"
        })
public final class RunLogs extends RecordLeaf {

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            description = "The lowest that is shown: trace, debug, info, warn or error.")
    Optional<String> level = Optional.empty();

    public RunLogs(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    RunFiles.Filter filter() {
        return new RunFiles.Filter(Set.of("logs"), level, Optional.empty());
    }

    @Override
    int linesDefault() {
        return 50;
    }

    @Override
    String line(JsonObject record) {
        return RecordText.log(record);
    }
}
