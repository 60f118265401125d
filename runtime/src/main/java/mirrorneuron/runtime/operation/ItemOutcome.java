package mirrorneuron.runtime.operation;

import static java.util.Objects.requireNonNull;

/** What became of an operation's part for one job. */
public sealed interface ItemOutcome {

    /**
     * @param status {@code cancelled}, {@code cleared}, {@code skipped} or {@code dry_run}
     */
    record Done(String status) implements ItemOutcome {
        public Done {
            requireNonNull(status, "status");
        }
    }

    /** The wish is durable, and the job will end by itself. */
    record Deferred() implements ItemOutcome {}

    record Failed(String why) implements ItemOutcome {
        public Failed {
            requireNonNull(why, "why");
        }
    }
}
