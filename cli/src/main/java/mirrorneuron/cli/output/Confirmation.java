package mirrorneuron.cli.output;

import java.util.ArrayList;
import java.util.List;

/**
 * What a command that changed something says: the action, its fields, and what to do next.
 *
 * @param action noun and verb: {@code Job cancel}
 * @param changed false when it was so already
 */
public record Confirmation(String action, boolean changed, Fields fields, String next) {

    public List<String> lines(Page page) {
        var lines = new ArrayList<String>();
        lines.add(page.palette().green("✓") + " " + headline());
        lines.addAll(all().lines(page));
        return lines;
    }

    public List<String> plain() {
        var lines = new ArrayList<String>();
        lines.add("✓ " + headline());
        lines.addAll(all().plain());
        return lines;
    }

    private String headline() {
        return action + (changed ? " successful." : " confirmed.");
    }

    private Fields all() {
        return new Fields().addAll(fields).add("Next", next);
    }
}
