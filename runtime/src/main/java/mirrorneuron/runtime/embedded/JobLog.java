package mirrorneuron.runtime.embedded;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.RuntimeEvent;

/**
 * What jobs recorded, for those who follow them. Unlike the public interface it can still be read
 * while the runtime closes, when workers that were let finish record their last results. Safe from
 * any thread; behind the close it throws.
 */
public interface JobLog {

    /** The job; empty when the home does not hold it. */
    Optional<JobRecord> inspect(JobId job);

    /**
     * @throws mirrorneuron.api.NoSuchJobException when the home does not hold the job
     */
    List<RuntimeEvent> events(JobId job, EventQuery query);
}
