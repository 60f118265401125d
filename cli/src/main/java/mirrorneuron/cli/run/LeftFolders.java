package mirrorneuron.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;

/** Folders of runs whose jobs are not kept any more, in a run store of this machine. */
final class LeftFolders {

    private static final String RUN = "run.json";
    private static final long RUN_BYTES_MAX = 1 << 20;

    private LeftFolders() {}

    /**
     * The newest of them, newest change first; what is no run is passed over.
     *
     * @param root of the run store; it need not be there
     * @param known ids that are listed already
     */
    static List<ListedRun> below(
            Path root, Set<String> known, Predicate<ListedRun> wanted, int max) {
        var found = new ArrayList<ListedRun>();
        for (var folder : newestFirst(root, known)) {
            if (found.size() == max) {
                break;
            }
            read(folder.resolve(RUN))
                    .flatMap(ListedRun::of)
                    .filter(run -> !known.contains(run.id()))
                    .filter(wanted)
                    .ifPresent(found::add);
        }
        return found;
    }

    /** Only as many are read as are shown, so their times decide, not what they hold. */
    private static List<Path> newestFirst(Path root, Set<String> known) {
        try (var folders = Files.list(root)) {
            return folders.filter(folder -> !known.contains(folder.getFileName().toString()))
                    .filter(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS))
                    .filter(folder -> Files.isRegularFile(folder.resolve(RUN)))
                    .sorted(Comparator.comparingLong(LeftFolders::changedMs).reversed())
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    private static long changedMs(Path folder) {
        try {
            return Files.getLastModifiedTime(folder.resolve(RUN)).toMillis();
        } catch (IOException gone) {
            return 0;
        }
    }

    /** A document in the folder of a run; empty when it is no file of its own, or none of ours. */
    static Optional<JsonObject> read(Path file) {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                            && Files.size(file) <= RUN_BYTES_MAX
                            && Json.parse(Files.readAllBytes(file)) instanceof JsonObject run
                    ? Optional.of(run)
                    : Optional.empty();
        } catch (IOException | JsonParseException unreadable) {
            return Optional.empty();
        }
    }
}
