package mirrorneuron.cli.view;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.Lease;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/**
 * An agent as a view shows it. Texts are clean; those that are not known are empty.
 *
 * @param progress between 0 and 1
 * @param estimated whether nobody reported the progress
 * @param tokenBudget 0 = none
 * @param mailbox messages that wait, one that waits for a slot included
 */
record AgentRow(
        String id,
        String name,
        String type,
        String status,
        String node,
        String task,
        double progress,
        boolean estimated,
        long tokens,
        long tokenBudget,
        long processed,
        long mailbox,
        Optional<Instant> startedAt,
        Optional<Instant> updatedAt,
        String error,
        String resources) {

    private static final double PROGRESS_RUNNING = 0.5;
    private static final double PROGRESS_WAITING = 0.1;

    /**
     * @param progress the agent's document in a job's progress
     * @param view the same agent in the job's details, when they name it
     */
    static AgentRow of(JsonObject progress, Optional<AgentView> view) {
        var status = progress.string("status").orElse("");
        long processed = view.map(AgentView::processedMessages).orElse(0L);
        boolean reported = !progress.string("progress_source").equals(Optional.of("estimated"));
        long depth = progress.integer("mailbox_depth").orElse(0);
        var id = clean(progress.string("id").orElse("?"));
        return new AgentRow(
                id,
                progress.string("display_name").map(AgentRow::clean).orElse(id),
                view.map(AgentView::agentType).map(AgentRow::clean).orElse(""),
                status,
                clean(progress.string("assigned_node").orElse("")),
                clean(progress.string("working_on").orElse("")),
                reported ? reported(progress) : estimate(status, processed),
                !reported,
                progress.integer("tokens_used").orElse(0),
                progress.integer("token_budget").orElse(0),
                processed,
                status.equals("queued") ? Math.max(1, depth) : depth,
                time(progress, "started_at"),
                time(progress, "last_event_at"),
                view.flatMap(AgentView::lastError).map(AgentRow::clean).orElse(""),
                view.map(AgentRow::resources).orElse(""));
    }

    /** An agent of a runtime that tells no progress. */
    static AgentRow of(AgentView view) {
        var status = view.status().wire();
        return new AgentRow(
                clean(view.agentId().value()),
                clean(view.agentId().value()),
                clean(view.agentType()),
                status,
                view.assignedNode().map(NodeName::value).orElse(""),
                "",
                estimate(status, view.processedMessages()),
                true,
                0,
                0,
                view.processedMessages(),
                JobProgress.waiting(view),
                Optional.empty(),
                Optional.empty(),
                view.lastError().map(AgentRow::clean).orElse(""),
                resources(view));
    }

    private static String clean(String text) {
        return Text.clean(Secrets.in(text));
    }

    private static double reported(JsonObject progress) {
        return progress.at("progress") instanceof JsonNumber number
                ? Math.clamp(number.asDouble(), 0, 1)
                : 0;
    }

    /** What is finished is whole, what runs half, what waits has begun. */
    private static double estimate(String status, long processed) {
        return switch (status) {
            case "completed" -> 1;
            case "running", "busy" -> PROGRESS_RUNNING;
            case "queued", "paused", "restarting", "error" -> PROGRESS_WAITING;
            default -> processed > 0 ? 1 : 0;
        };
    }

    private static Optional<Instant> time(JsonObject progress, String member) {
        return progress.string(member).map(Timestamps::parse);
    }

    /** {@code pool default, 1 slot, sandbox host_local-3}. */
    private static String resources(AgentView view) {
        var text = new StringBuilder();
        view.lease().flatMap(Lease::pool).ifPresent(pool -> text.append("pool ").append(pool));
        var slots = view.lease().map(Lease::slots).filter(OptionalInt::isPresent);
        slots.ifPresent(
                count ->
                        text.append(text.isEmpty() ? "" : ", ")
                                .append(count.getAsInt())
                                .append(count.getAsInt() == 1 ? " slot" : " slots"));
        view.sandboxName()
                .ifPresent(
                        name ->
                                text.append(text.isEmpty() ? "" : ", ")
                                        .append("sandbox ")
                                        .append(name));
        return clean(text.toString());
    }

    /** {@code 40}, or {@code ~50} for an estimate. */
    String percent() {
        return (estimated && progress > 0 && progress < 1 ? "~" : "")
                + (int) Math.floor(progress * 100);
    }

    /** {@code 1200/5000}, {@code 1200}, or nothing. */
    String tokenText() {
        if (tokens == 0 && tokenBudget == 0) {
            return "";
        }
        return tokenBudget > 0 ? tokens + "/" + tokenBudget : Long.toString(tokens);
    }

    /** What a line of a list says of it: what is wrong, else what it works on. */
    String detail() {
        return status.equals("error") && !error.isEmpty() ? error : task;
    }

    boolean matches(String filter) {
        return StepLine.contains(id, filter) || StepLine.contains(name, filter);
    }

    /** What needs eyes first comes first in a list that is too long to see. */
    int rank() {
        return switch (status) {
            case "error" -> 0;
            case "running", "busy" -> 1;
            case "restarting", "queued" -> 2;
            case "paused" -> 3;
            case "completed" -> 4;
            default -> 5;
        };
    }

    String mark() {
        return switch (status) {
            case "error" -> "×";
            case "restarting" -> "↻";
            case "running", "busy" -> "●";
            case "paused" -> "‖";
            case "queued" -> "…";
            case "completed" -> "✓";
            default -> "·";
        };
    }
}
