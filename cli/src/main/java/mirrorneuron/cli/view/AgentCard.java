package mirrorneuron.cli.view;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Page;

/** All that is known of one agent. */
final class AgentCard {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final int BAR_WIDTH = 20;

    private AgentCard() {}

    static List<String> lines(
            AgentRow agent, Optional<StepLine> step, Instant now, ZoneId zone, Page page) {
        int filled = (int) (agent.progress() * BAR_WIDTH);
        var lines = new ArrayList<String>();
        lines.addAll(
                new Fields()
                        .add("Agent", agent.id())
                        .add("Name", agent.name().equals(agent.id()) ? "" : agent.name())
                        .add("Step", step.map(one -> one.row().name()))
                        .add("Type", agent.type())
                        .add("Status", agent.status())
                        .add("Node", agent.node())
                        .add("Task", agent.task().isEmpty() ? "nothing now" : agent.task())
                        .add(
                                "Progress",
                                "█".repeat(filled)
                                        + "░".repeat(BAR_WIDTH - filled)
                                        + " "
                                        + agent.percent()
                                        + " %"
                                        + (agent.estimated() ? " (estimated)" : ""))
                        .add("Tokens", tokens(agent))
                        .add("Processed", count(agent.processed()))
                        .add("Mailbox", count(agent.mailbox()))
                        .add("Started", agent.startedAt().map(at -> time(at, now, zone)))
                        .add("Updated", agent.updatedAt().map(at -> time(at, now, zone)))
                        .add("Resources", agent.resources())
                        .add("Error", agent.error())
                        .lines(page));
        return lines;
    }

    private static String tokens(AgentRow agent) {
        return agent.tokenBudget() > 0
                ? agent.tokens() + " of " + agent.tokenBudget()
                : agent.tokens() > 0 ? Long.toString(agent.tokens()) : "none reported";
    }

    private static String count(long messages) {
        return messages + (messages == 1 ? " message" : " messages");
    }

    private static String time(Instant at, Instant now, ZoneId zone) {
        return TIME.withZone(zone).format(at)
                + " ("
                + Elapsed.of(Duration.between(at, now))
                + " ago)";
    }
}
