package mirrorneuron.runtime.worker;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;

/**
 * An attempt that a runtime left behind when it ended without warning.
 *
 * @param job empty when the record was torn by a crash of the machine
 * @param agent empty in the same case
 * @param attemptId empty text in the same case
 * @param began false when it is certain that the command never started, so doing it again is safe
 * @param ended the processes that were still running and were ended; empty = none
 */
public record Orphan(
        Optional<JobId> job,
        Optional<AgentId> agent,
        String attemptId,
        boolean began,
        List<Integer> ended) {

    public Orphan {
        ended = List.copyOf(ended);
    }
}
