package mirrorneuron.runtime.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
 * <p>Three things find a process after a crash at any moment. First we write who the attempt is,
 * and leave the JSON object open. Then the started process makes the file {@link #began} as the
 * last thing before it becomes the command: without that file the command never ran. It carries the
 * record's path in its environment from its first instruction on. Last we close the object with its
 * pid and start time, which still names the group when its leader changed its environment.
 *
 * @param file where the note is
 * @param workspace the folder that goes with it
 */
record AttemptRecord(Path file, Path workspace) {

    static final String ATTEMPTS = "attempts";
    static final String WORKSPACES = "workspaces";

    static final int STATE = 0;
    static final int START_TICKS = 19;

    private static final String BOOT_ID = bootId();

    static AttemptRecord of(Path root, WorkerRequest request) {
        var key = key(request.job(), request.attemptId());
        return new AttemptRecord(
                root.resolve(ATTEMPTS).resolve(key + ".json"),
                request.executor().persistentWorkspace()
                        ? KeptWorkspaces.folder(root, request.job()).resolve(key)
                        : root.resolve(WORKSPACES).resolve(key));
    }

    /** Attempt ids are anything and unique in a job only; file names are neither. */
    private static String key(JobId job, String attemptId) {
        return fileName(attemptId, job.value() + '\0' + attemptId);
    }

    /** A name that people recognise and nothing else shares. */
    static String fileName(String readable, String unique) {
        var safe = readable.replaceAll("[^A-Za-z0-9_-]", "_");
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(unique.getBytes(UTF_8));
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

    /** Adds the number that the command got, and the end. */
    void close(int pid) throws IOException {
        var stat = stat(pid);
        var text =
                ",\"pid\":"
                        + pid
                        + ",\"start_ticks\":"
                        + (stat.length > START_TICKS ? stat[START_TICKS] : "0")
                        + "}\n";
        Files.write(file, text.getBytes(UTF_8), StandardOpenOption.APPEND);
    }

    /** Made by the command's process itself; it holds nothing. */
    Path began() {
        return began(file);
    }

    static Path began(Path file) {
        return file.resolveSibling(file.getFileName() + ".began");
    }

    void remove() throws IOException {
        remove(file);
    }

    /** The record goes last: while it is there, the next start tidies up after it. */
    static void remove(Path file) throws IOException {
        Files.deleteIfExists(began(file));
        Files.deleteIfExists(file);
    }

    /** The fields of a process after its name, {@link #STATE} first; empty = gone. */
    static String[] stat(int pid) {
        try {
            var text = Files.readString(Path.of("/proc/" + pid + "/stat"), ISO_8859_1);
            return text.substring(text.lastIndexOf(')') + 2).split(" ");
        } catch (IOException gone) {
            return new String[0];
        }
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
