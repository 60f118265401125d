package mirrorneuron.runtime.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.JobId;

/** A door to what reads the files of a run. */
public final class RunReads {

    private RunReads() {}

    /** Takes up where a recorder stood; says whether there was something to go on with. */
    public static boolean position(Path folder, String run) throws IOException {
        var position = Position.read(folder, JobId.of(run), run, "trace", Optional.empty());
        if (position.isEmpty()) {
            return false;
        }
        for (var file : position.get().files.values()) {
            if (!file.cut()) {
                return false;
            }
        }
        position.get().write(folder, JobId.of(run));
        return true;
    }

    /** Requests to people, answered and not. */
    public static int human(Path folder, String run) throws IOException {
        return HumanDesk.of(new HumanFile(folder).records(), run, run, "1970-01-01T00:00:00.000Z")
                .all()
                .size();
    }

    /** The newest events. */
    public static int events(Path folder) throws IOException {
        var reader = new TailReader(folder, RunFolder.EVENTS);
        return reader.last(100).size()
                + reader.last(0, Optional.of(Instant.parse("2026-11-22T00:00:00Z")), _ -> true)
                        .size();
    }

    /** A page from a cursor on, and the one after it. */
    public static int page(Path folder, String run, String cursor) throws IOException {
        var channels = new Channels(folder, _ -> 0, cursor);
        var human = HumanDesk.of(new HumanFile(folder).records(), run, run, "").all();
        int records =
                channels.next(Set.copyOf(Channels.FILES.keySet()), human, run, _ -> true).size();
        var after = new Channels(folder, _ -> 0, channels.cursor());
        return records + after.next(Set.of("events", "human"), human, run, _ -> true).size();
    }

    /** Pages of a run's own interface. */
    public static boolean ui(Path folder) throws IOException {
        var ui = WholeFiles.read(folder.resolve(RunFolder.UI));
        return ui.isPresent() && RunUi.video(folder, ui.get()).isPresent();
    }

    /** What a run used, as its samples say. */
    public static int resources(Path folder, String run) throws IOException {
        var now = Instant.parse("2026-11-22T20:00:00Z");
        var samples = new TailReader(folder, RunFolder.SAMPLES).last(0);
        return ResourceReport.of(run, samples, now, Duration.ofHours(1), Duration.ofMinutes(1))
                .array("buckets")
                .size();
    }
}
