package mirrorneuron.engine.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.json.JsonObject;

/**
 * The names of a run and of what happens in it. None of them comes from chance: the same job and
 * event get the same names at every rendering, in every process.
 *
 * @see "REST contract, section 1"
 */
public final class RunIds {

    /** A run's folder carries its id, so a colon and a leading dot have no place in it. */
    private static final int RUN_ID_CHARS_MAX = 220;

    private static final Pattern TRACE_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:-]{0,219}");
    private static final int DERIVED_CHARS_MAX = 190;
    private static final int DIGEST_BYTES = 16;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private RunIds() {}

    /**
     * True for 1 to 220 letters, digits, {@code _ . -}, of which the first is none of the signs.
     */
    public static boolean isRunId(String text) {
        // Asked for every job, and by hand it takes a tenth of the time that a pattern takes.
        int length = text.length();
        if (length == 0 || length > RUN_ID_CHARS_MAX || !isLetterOrDigit(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < length; i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && c != '_' && c != '.' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z';
    }

    /**
     * The run id that somebody chose: the submission's {@code run_id}, else the manifest's {@code
     * run_id}, {@code metadata.run_id} or {@code metadata.blueprint_run_id}; empty when nobody did.
     * It may be malformed.
     *
     * @param submitted the metadata that came with the submission
     */
    public static Optional<String> chosen(JsonObject submitted, JsonObject manifest) {
        var metadata = manifest.object("metadata");
        return text(submitted, "run_id")
                .or(() -> text(manifest, "run_id"))
                .or(() -> text(metadata, "run_id"))
                .or(() -> text(metadata, "blueprint_run_id"));
    }

    /** The run id of a job: the chosen one, else one made from the job id. */
    public static String of(JobId job, JsonObject submitted, JsonObject manifest) {
        return chosen(submitted, manifest).filter(RunIds::isRunId).orElseGet(() -> of(job));
    }

    /**
     * The run id of a job for which nobody chose one: its id with {@code -} for each colon. Ids
     * that could not name a folder even so get a digest instead of what is wrong with them.
     */
    public static String of(JobId job) {
        var text = job.value().replace(':', '-');
        if (isRunId(text)) {
            return text;
        }
        var plain = text.replaceAll("[^A-Za-z0-9_.-]", "_").replaceAll("^[^A-Za-z0-9]+", "");
        return plain.substring(0, Math.min(plain.length(), DERIVED_CHARS_MAX))
                + (plain.isEmpty() ? "run-" : "-")
                + digest("run:" + job.value()).replace('_', '.');
    }

    /** The run id in a job's record. */
    public static String of(JobRecord record) {
        return text(record.raw(), "run_id").orElseGet(() -> of(record.jobId()));
    }

    /**
     * The blueprint that a run is of: the submission's {@code blueprint_id}, else the manifest's
     * {@code metadata.mn_cli.blueprint_id} or {@code metadata.blueprint_id}; empty when nobody
     * says.
     */
    public static Optional<String> blueprint(JsonObject submitted, JsonObject manifest) {
        var metadata = manifest.object("metadata");
        return text(submitted, "blueprint_id")
                .or(() -> text(metadata.object("mn_cli"), "blueprint_id"))
                .or(() -> text(metadata, "blueprint_id"));
    }

    /** The blueprint id in a job's record. */
    public static Optional<String> blueprintOf(JobRecord record) {
        return text(record.raw(), "blueprint_id")
                .or(() -> text(record.raw().object("metadata"), "blueprint_id"));
    }

    /** The trace that a caller named in the submission's {@code trace_id}, else one of the job. */
    public static String traceOf(JobId job, JsonObject submitted) {
        return text(submitted, "trace_id")
                .filter(text -> TRACE_ID.matcher(text).matches())
                .orElseGet(() -> "trc_" + digest("trace:" + job.value()));
    }

    /** The trace id in a job's record. */
    public static String traceOf(JobRecord record) {
        return text(record.raw(), "trace_id")
                .orElseGet(() -> traceOf(record.jobId(), record.raw().object("metadata")));
    }

    /**
     * The span of a piece of work: an attempt, else a step, else an agent, else the whole job.
     *
     * @param scope names it within the job; empty = the job
     */
    public static String span(JobId job, String scope) {
        return "spn_" + digest("span:" + job.value() + '\n' + scope);
    }

    private static Optional<String> text(JsonObject object, String name) {
        return object.string(name).filter(text -> !text.isBlank());
    }

    private static String digest(String text) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            var digest = sha256.digest(text.getBytes(StandardCharsets.UTF_8));
            return BASE64.encodeToString(Arrays.copyOf(digest, DIGEST_BYTES));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256 is missing", impossible);
        }
    }
}
