package mirrorneuron.cli.run;

import mirrorneuron.api.RunFiles;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.view.RecordText;
import picocli.CommandLine.Command;

/** Show the last events of a run. */
@Command(
        name = "tail",
        description = "Show the last events of a run.",
        footer = {
            "",
            "Example:",
            "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab --follow"
        })
public final class RunTail extends RecordLeaf {

    public RunTail(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    RunFiles.Filter filter() {
        return RunFiles.Filter.of("events");
    }

    @Override
    int linesDefault() {
        return 20;
    }

    @Override
    String line(JsonObject record) {
        return RecordText.event(record);
    }
}
