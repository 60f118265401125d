package mirrorneuron.engine.run;

import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Pattern;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;

/**
 * Which ids new jobs may have. Jobs that are there already keep theirs, whatever it is.
 *
 * @see "REST contract, section 1"
 */
public final class JobIds {

    /** What makes an id unlike every other of the same graph and millisecond. */
    public static final int RANDOM_BYTES = 6;

    private static final int CHARS_MAX = 220;
    private static final Pattern JOB_ID =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:-]{0," + (CHARS_MAX - 1) + "}");

    private JobIds() {}

    /**
     * {@code <graph id>-<epoch milliseconds>-<random>}; what only a graph's id may hold becomes
     * {@code _}.
     */
    public static JobId mint(String graphId, Instant now, byte[] random) {
        return JobId.of(
                graphId.replaceAll("[^A-Za-z0-9_.-]", "_")
                        + "-"
                        + now.toEpochMilli()
                        + "-"
                        + HexFormat.of().formatHex(random));
    }

    /** The id that a caller chose for a new job, when it may be one. */
    public static JobId require(JobId chosen) {
        if (!JOB_ID.matcher(chosen.value()).matches()) {
            throw new InvalidRequestException(
                    ErrorCode.INVALID_ID,
                    "job id: \""
                            + chosen
                            + "\" (expected: letters, digits, _ . : and -, the first a letter or"
                            + " digit, <= "
                            + CHARS_MAX
                            + ")",
                    null);
        }
        return chosen;
    }
}
