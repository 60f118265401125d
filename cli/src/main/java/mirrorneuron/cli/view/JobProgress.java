package mirrorneuron.cli.view;

import java.util.OptionalInt;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobStatus;

/**
 * How far a job is, as far as anyone can know. An agent may still send more messages, so a
 * percentage is of the messages known so far. Where nearly all known messages are handled and the
 * job goes on all the same, as in a game of question and answer, it would say nothing, and is
 * absent.
 *
 * @param handled messages that agents are done with
 * @param waiting messages in mailboxes or waiting for a slot
 * @param running agents that run something now
 * @param failing agents whose last message failed
 */
public record JobProgress(
        JobStatus status, long handled, long waiting, int agents, int running, int failing) {

    private static final int PERCENT_SAYS_NOTHING = 99;

    public static JobProgress of(JobDetails details) {
        long handled = 0;
        long waiting = 0;
        int running = 0;
        int failing = 0;
        for (var agent : details.agents()) {
            handled += agent.processedMessages();
            waiting += waiting(agent);
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

    /**
     * Messages that wait. One that was taken out of the mailbox and waits for a slot still does.
     */
    static long waiting(AgentView agent) {
        return agent.status() == AgentStatus.QUEUED
                ? Math.max(1, agent.mailboxDepth())
                : agent.mailboxDepth();
    }

    static boolean isRunning(AgentView agent) {
        return agent.status() == AgentStatus.RUNNING;
    }

    public long known() {
        return handled + waiting + running;
    }

    /** 100 only for a completed job; empty when nothing useful is known. */
    public OptionalInt percent() {
        if (status == JobStatus.COMPLETED) {
            return OptionalInt.of(100);
        }
        if (known() == 0) {
            return OptionalInt.empty();
        }
        int percent = (int) (handled * 100 / known());
        return percent < PERCENT_SAYS_NOTHING ? OptionalInt.of(percent) : OptionalInt.empty();
    }

    /** {@code 61 of 149 messages}, or {@code 149 messages} when none is waiting. */
    public String messages() {
        return waiting == 0
                ? handled + (handled == 1 ? " message" : " messages")
                : handled + " of " + known() + " known messages";
    }
}
