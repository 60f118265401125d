package mirrorneuron.runtime.backup;

import java.nio.file.Path;
import mirrorneuron.api.JobId;
import mirrorneuron.engine.run.RunIds;

/**
 * Where a job's files are beside the store.
 *
 * @param runsRoot the folder of all runs
 * @param jobDataRoot the folder of all jobs' data folders
 */
public record Places(Path runsRoot, Path jobDataRoot) {

    Path run(String runId) {
        return runsRoot.resolve(runId);
    }

    Path data(JobId job) {
        return jobDataRoot.resolve(RunIds.of(job));
    }
}
