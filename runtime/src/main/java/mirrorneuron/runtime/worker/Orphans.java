package mirrorneuron.runtime.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import org.jspecify.annotations.Nullable;

/**
 * Workers that outlived the runtime which started them. A process is ours when its pid and its
 * start time are those of a record of this boot, or when its environment names a record below our
 * root; so a pid that was given to somebody else is never touched.
 */
final class Orphans {

    private static final byte[] MARK = ("\0" + WorkerEnvironment.RECORD + "=").getBytes(UTF_8);
    private static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
    private static final Path PROC = Path.of("/proc");

    private Orphans() {}

    static List<Orphan> end(Path root) throws IOException {
        var folder = root.toAbsolutePath().normalize().resolve(AttemptRecord.ATTEMPTS);
        if (!Files.isDirectory(folder) || !Posix.unavailable().isEmpty()) {
            return List.of();
        }
        var killed = new TreeMap<Path, TreeSet<Integer>>();
        var records = new TreeMap<Path, Note>();
        try (var files = Files.newDirectoryStream(folder, "*.json")) {
            for (var file : files) {
                records.put(file, Note.read(file));
            }
        }
        // First the groups that are known by number: one call ends all of a group at once.
        records.forEach(
                (file, note) -> {
                    if (note.isAlive()) {
                        Posix.kill(-note.pid(), Posix.SIGKILL);
                        killed.computeIfAbsent(file, _ -> new TreeSet<>()).add(note.pid());
                    }
                });
        // Then whoever carries the mark: members whose leader is gone, or who left the group.
        for (int round = 0; round < 3; round++) {
            var found = marked(mark -> mark.startsWith(folder));
            for (var process : found) {
                process.kill();
                killed.computeIfAbsent(process.record(), _ -> new TreeSet<>()).add(process.pid());
            }
            if (found.isEmpty()) {
                break;
            }
        }
        var orphans = new ArrayList<Orphan>();
        for (var entry : records.entrySet()) {
            var pids = List.copyOf(killed.getOrDefault(entry.getKey(), new TreeSet<>()));
            awaitEnd(pids);
            orphans.add(entry.getValue().orphan(pids));
            cleanUp(root, entry.getKey());
        }
        removeSpares(root);
        return orphans;
    }

    /** Kills every process whose environment names this record, wherever it went. */
    static void killMarked(Path record) {
        for (var process : marked(record::equals)) {
            process.kill();
        }
    }

    private static void cleanUp(Path root, Path record) throws IOException {
        var key = record.getFileName().toString().replaceFirst("\\.json$", "");
        // The folder's name comes from the record's own name, never from what is written in it.
        Trees.remove(
                root.toAbsolutePath().normalize().resolve(AttemptRecord.WORKSPACES).resolve(key));
        AttemptRecord.remove(record);
    }

    private static void removeSpares(Path root) throws IOException {
        var folder = root.toAbsolutePath().normalize().resolve(AttemptRecord.WORKSPACES);
        if (Files.isDirectory(folder)) {
            try (var spares = Files.newDirectoryStream(folder, ".empty-*")) {
                for (var spare : spares) {
                    Trees.remove(spare);
                }
            }
        }
    }

    private static void awaitEnd(List<Integer> pids) {
        long until = System.nanoTime() + WAIT_NANOS_MAX;
        for (int pid : pids) {
            // Not our children, so there is nothing to wait on but their place in /proc.
            while (isRunning(pid) && System.nanoTime() < until) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
        }
    }

    private static boolean isRunning(int pid) {
        var stat = AttemptRecord.stat(pid);
        return stat.length > 0
                && !stat[AttemptRecord.STATE].equals("Z")
                && !stat[AttemptRecord.STATE].equals("X");
    }

    private static List<Marked> marked(Predicate<Path> wanted) {
        var found = new ArrayList<Marked>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[1-9]*")) {
            for (var process : processes) {
                var record = record(process);
                if (record != null && wanted.test(record)) {
                    found.add(
                            new Marked(Integer.parseInt(process.getFileName().toString()), record));
                }
            }
        } catch (IOException | UncheckedIOException failure) {
            throw new IllegalStateException(failure);
        }
        return found;
    }

    private static @Nullable Path record(Path process) {
        byte[] environment;
        try {
            environment = Files.readAllBytes(process.resolve("environ"));
        } catch (IOException goneOrNotOurs) {
            return null;
        }
        int at = indexOf(environment, MARK);
        if (at < 0) {
            return null;
        }
        int from = at + MARK.length;
        int to = from;
        while (to < environment.length && environment[to] != 0) {
            to++;
        }
        return Path.of(new String(environment, from, to - from, UTF_8));
    }

    /** Where a variable starts; the first one has no zero byte before it. */
    private static int indexOf(byte[] environment, byte[] mark) {
        for (int i = -1; i <= environment.length - mark.length; i++) {
            int j = i < 0 ? 1 : 0;
            while (j < mark.length && environment[i + j] == mark[j]) {
                j++;
            }
            if (j == mark.length) {
                return i;
            }
        }
        return -1;
    }

    private record Marked(int pid, Path record) {
        /** The descriptor is opened first and the mark read again: the pid cannot have moved on. */
        private void kill() {
            int pidfd = Posix.pidfd(pid);
            if (pidfd >= 0) {
                if (record.equals(Orphans.record(PROC.resolve(Integer.toString(pid))))) {
                    Posix.killByPidfd(pidfd);
                }
                Posix.close(pidfd);
            }
        }
    }

    /**
     * A record as it was found.
     *
     * @param pid zero when the command never began
     */
    private record Note(JsonObject json, boolean began, int pid, String startTicks) {

        static Note read(Path file) throws IOException {
            var text = Files.readString(file).strip();
            try {
                if (Json.parse(text) instanceof JsonObject json) {
                    return new Note(
                            json,
                            true,
                            (int) json.integer("pid").orElse(0),
                            json.at("start_ticks").toString());
                }
            } catch (JsonParseException open) {
                // We did not get as far as its number; perhaps it never began.
            }
            try {
                if (Json.parse(text + "}") instanceof JsonObject json) {
                    // After a crash of the machine the end may be missing for another reason.
                    boolean sameBoot =
                            json.string("boot_id").orElse("").equals(AttemptRecord.bootId());
                    return new Note(
                            json, !sameBoot || Files.exists(AttemptRecord.began(file)), 0, "");
                }
            } catch (JsonParseException torn) {
                // Nothing is known; the safe assumption is that it ran.
            }
            return new Note(JsonObject.empty(), true, 0, "");
        }

        boolean isAlive() {
            if (pid <= 1 || !json.string("boot_id").orElse("").equals(AttemptRecord.bootId())) {
                return false;
            }
            var stat = AttemptRecord.stat(pid);
            return stat.length > AttemptRecord.START_TICKS
                    && stat[AttemptRecord.START_TICKS].equals(startTicks)
                    && !stat[AttemptRecord.STATE].equals("Z");
        }

        Orphan orphan(List<Integer> pids) {
            return new Orphan(
                    json.string("job_id").filter(id -> !id.isBlank()).map(JobId::of),
                    json.string("agent_id").filter(id -> !id.isBlank()).map(AgentId::of),
                    json.string("attempt_id").orElse(""),
                    began,
                    pids);
        }
    }
}
