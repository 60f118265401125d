package mirrorneuron.runtime.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;

/**
 * The note that an attempt exists, in a file that survives us.
 *
 * <p>We write who it is and leave the JSON object open. The started process closes it with its own
 * pid and start time, and only then becomes the command. So there is no moment at which the command
 * runs and its pid is unknown; and an object that is still open says that the command never began.
 *
 * @param file where the note is
 * @param workspace the folder that goes with it
 */
record AttemptRecord(Path file, Path workspace) {

    static final String ATTEMPTS = "attempts";
    static final String WORKSPACES = "workspaces";

    /** Written beside the note when a sandbox is used: its arguments, too secret for a list. */
    static final String ARGUMENTS = ".args";

    /**
     * Notes its pid and start time, and becomes the command; {@code $0} is the record. Only
     * built-ins of the shell, so this is one process. No core dumps: they would hold secrets.
     */
    private static final String NOTE =
            "read -r mn_p _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ mn_t _ </proc/self/stat && "
                    + "printf ',\"pid\":%s,\"start_ticks\":%s}\\n' \"$mn_p\" \"$mn_t\" >>\"$0\" || exit 125; "
                    + "ulimit -c 0; ";

    static final String LAUNCH = NOTE + "exec \"$@\"";

    /** Descriptor 9 is where the sandbox reads its arguments. */
    static final String LAUNCH_SANDBOX = NOTE + "exec \"$@\" 9<\"$0" + ARGUMENTS + "\"";

    private static final String BOOT_ID = bootId();

    static AttemptRecord of(Path root, WorkerRequest request) {
        var key = key(request.job(), request.attemptId());
        return new AttemptRecord(
                root.resolve(ATTEMPTS).resolve(key + ".json"),
                root.resolve(WORKSPACES).resolve(key));
    }

    /** Attempt ids are anything and unique in a job only; file names are neither. */
    private static String key(JobId job, String attemptId) {
        var safe = attemptId.replaceAll("[^A-Za-z0-9_-]", "_");
        try {
            var hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest((job.value() + '\0' + attemptId).getBytes(UTF_8));
            return safe.substring(0, Math.min(64, safe.length()))
                    + "-"
                    + HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Writes the note, without an end. */
    void open(WorkerRequest request, Instant now) throws IOException {
        var text =
                JsonObject.builder()
                        .put("attempt_id", request.attemptId())
                        .put("job_id", request.job().value())
                        .put("agent_id", request.agent().value())
                        .put("workspace", workspace.toString())
                        .put("boot_id", BOOT_ID)
                        .put("opened_at", Timestamps.format(now))
                        .build();
        var bytes = Json.bytes(text);
        try (var out = Files.newOutputStream(file)) {
            out.write(bytes, 0, bytes.length - 1);
        }
    }

    void remove() throws IOException {
        Files.deleteIfExists(file);
    }

    Path arguments() {
        return file.resolveSibling(file.getFileName() + ARGUMENTS);
    }

    /** Names this boot of the machine; start times count from it. */
    static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException elsewhere) {
            return "";
        }
    }
}
