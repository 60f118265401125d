package mirrorneuron.engine.worker;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.worker.StructuredResult.Note;

/**
 * How one attempt ended. Texts are redacted and bounded already.
 *
 * @param stdout without beacon lines and without incremental JSON lines
 * @param stderr the last 64 KiB
 */
public sealed interface WorkerOutcome {

    String sandboxName();

    String stdout();

    String stderr();

    /**
     * The command exited with status 0.
     *
     * @param result present when the whole of stdout, or the result file, was a structured result
     * @param stepResult present when it was an SDK step result: an object with {@code outputs}
     */
    record Succeeded(
            String sandboxName,
            String stdout,
            String stderr,
            Optional<StructuredResult> result,
            Optional<JsonObject> stepResult)
            implements WorkerOutcome {}

    /**
     * The attempt failed.
     *
     * @param notices what it told people before
     */
    record Failed(
            String sandboxName,
            String stdout,
            String stderr,
            Cause cause,
            OptionalInt exitCode,
            String error,
            List<Note> notices)
            implements WorkerOutcome {

        public Failed {
            notices = List.copyOf(notices);
        }

        /** An attempt that told people nothing. */
        public Failed(
                String sandboxName,
                String stdout,
                String stderr,
                Cause cause,
                OptionalInt exitCode,
                String error) {
            this(sandboxName, stdout, stderr, cause, exitCode, error, List.of());
        }
    }

    /** Why an attempt failed; the cause decides about retries, never the text. */
    enum Cause {
        /** Exited with another status than 0. */
        EXIT_STATUS(false),
        TIMED_OUT(false),
        BEACON_MISSED(false),
        OUTPUT_OVERFLOW(false),
        /** The command could not be started: it does not exist, or is not executable. */
        START_FAILED(false),
        /**
         * The workspace could not be prepared: an upload is missing, an environment could not be
         * built.
         */
        STAGING_FAILED(false),
        /** The runtime ended it: pause now, cancel. */
        STOPPED(true),
        /** The host that ran it is gone, or its result cannot be known. */
        LOST(true);

        private static final Set<String> OUT_OF_TIME =
                Set.of("timed_out", "beacon_missed", "timeout", "heartbeat", "beacon");

        private final boolean infrastructure;

        Cause(boolean infrastructure) {
            this.infrastructure = infrastructure;
        }

        /**
         * What kind of failure a cause makes, by its name in facts; the ledger's own causes, such
         * as a step's deadline, are named in the same way.
         */
        public static String category(String cause) {
            return OUT_OF_TIME.contains(cause) ? "timeout" : "runtime";
        }

        /** True when the command is not to blame, so no attempt of the node is used up. */
        public boolean infrastructure() {
            return infrastructure;
        }
    }
}
