package mirrorneuron.cli.runtime;

import java.util.List;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Mn;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says which release this is, and how another one takes its place. Asks nobody. */
@Command(
        name = "update",
        description = {
            "Say which release this is. It is updated by putting another release in its place, and"
                    + " looks for none itself: no network is used.",
            "Without --check-only the exit code is 1, because nothing was updated."
        },
        footer = {"", "Example:", "  mn runtime update --check-only"})
public final class RuntimeUpdate extends Leaf {

    private static final String HOW =
            "unpack the newer archive beside this one, mn runtime stop, and start its mn";

    @Option(names = "--check-only", description = "Only say so.")
    boolean checkOnly;

    public RuntimeUpdate(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        if (!checkOnly) {
            throw CommandFailure.precondition(
                    "Expected to update release "
                            + Mn.version()
                            + ", but it is updated by putting another one in its place",
                    HOW);
        }
        var why = why(desk);
        var fields =
                new Fields()
                        .add("Version", Mn.version())
                        .add("Newer", "unknown: " + why)
                        .add("To update", HOW);
        return Report.of(
                        JsonObject.builder()
                                .put("version", Mn.version())
                                .put("checked", false)
                                .put("why", why)
                                .put("newer", JsonNull.NULL)
                                .build(),
                        fields::lines,
                        fields::plain)
                .withIds(List.of(Mn.version()));
    }

    private static String why(Desk desk) {
        var surroundings = desk.surroundings();
        for (var name : List.of("MN_OFFLINE", "MN_DISABLE_UPDATE_CHECK")) {
            if (surroundings.flag(name)) {
                return name + " is set, so nobody is asked";
            }
        }
        return "this release asks nobody";
    }
}
