package mirrorneuron.cli.view;

import java.util.OptionalInt;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobStatus;

/**
 * How far a job is, as far as anyone can know. An agent may still send more messages, so a
 * percentage is of the messages known so far, and a job that has not ended never shows 100.
 *
 * @param handled messages that agents are done with
 * @param waiting messages in mailboxes or being handled
 * @param running agents that run something now
 * @param failing agents whose last message failed
 */
public record JobProgress(
        JobStatus status, long handled, long waiting, int agents, int running, int failing) {

    private static final int PERCENT_UNFINISHED_MAX = 99;

    public static JobProgress of(JobDetails details) {
        long handled = 0;
        long waiting = 0;
        int running = 0;
        int failing = 0;
        for (var agent : details.agents()) {
            handled += agent.processedMessages();
            waiting += agent.mailboxDepth();
            if (isRunning(agent)) {
                running++;
            }
            if (agent.status() == AgentStatus.ERROR) {
                failing++;
            }
        }
        return new JobProgress(
                details.job().status(),
                handled,
                waiting,
                details.agents().size(),
                running,
                failing);
    }

    static boolean isRunning(AgentView agent) {
        return agent.status() == AgentStatus.RUNNING;
    }

    public long known() {
        return handled + waiting;
    }

    /** 100 only for a completed job; empty when nothing is known yet. */
    public OptionalInt percent() {
        if (status == JobStatus.COMPLETED) {
            return OptionalInt.of(100);
        }
        if (known() == 0) {
            return OptionalInt.empty();
        }
        return OptionalInt.of((int) Math.min(PERCENT_UNFINISHED_MAX, handled * 100 / known()));
    }

    /** {@code 61 of 149 messages}, or {@code 149 messages} when none is waiting. */
    public String messages() {
        return waiting == 0
                ? handled + (handled == 1 ? " message" : " messages")
                : handled + " of " + known() + " known messages";
    }
}
