package mirrorneuron.runtime.simulation;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Message;

/**
 * What commands did to the world, which no crash undoes. A command of an unsafe job may begin once
 * for a message, and once more for each time a person let the job go on.
 */
final class Effects {

    private final Consumer<String> violation;
    private final Map<String, Integer> begun = new TreeMap<>();
    private final Map<JobId, Integer> allowed = new TreeMap<>();
    private long total;

    Effects(Consumer<String> violation) {
        this.violation = violation;
    }

    void began(JobId job, AgentId agent, Message message, boolean unsafe) {
        total++;
        int times = begun.merge(job + "/" + agent + "/" + message.messageId(), 1, Integer::sum);
        if (unsafe && times > 1 + allowed.getOrDefault(job, 0)) {
            violation.accept(
                    "job "
                            + job
                            + ": agent "
                            + agent
                            + " acted "
                            + times
                            + " times for message "
                            + message.messageId()
                            + " and nobody had allowed it");
        }
    }

    /** A person looked at the job and let it go on. */
    void allow(JobId job) {
        allowed.merge(job, 1, Integer::sum);
    }

    long total() {
        return total;
    }
}
