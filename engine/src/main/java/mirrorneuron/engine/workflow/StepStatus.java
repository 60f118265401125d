package mirrorneuron.engine.workflow;

import java.util.Locale;

/** Where a step is in its life. */
public enum StepStatus {
    /** Its parents do not let it run yet. */
    PENDING,
    /** They do, and nothing has been delivered. */
    READY,
    /** It has a message and waits for its turn. */
    QUEUED,
    /** An attempt is open. */
    RUNNING,
    /** The last attempt failed and the next waits for its time. */
    RETRY_WAIT,
    /** A message came before the parents were done, or the job is paused. */
    BLOCKED,
    /** A person has to decide. */
    WAITING,
    COMPLETED,
    /** It failed, and the workflow handles that. */
    PARTIAL,
    SKIPPED,
    FAILED;

    public boolean terminal() {
        return switch (this) {
            case COMPLETED, PARTIAL, SKIPPED, FAILED -> true;
            case PENDING, READY, QUEUED, RUNNING, RETRY_WAIT, BLOCKED, WAITING -> false;
        };
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
