package mirrorneuron.runtime.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.worker.StructuredResult.Note;
import mirrorneuron.engine.worker.StructuredResults;

/**
 * What workers append to {@code human.jsonl} in their run's folder, as the events that a structured
 * result could have held too.
 *
 * <p>The attempts of a run share the file. A line that names a step belongs to an attempt of that
 * step, any other to the attempt that ends first, well or not; each is handed out once. Lines that
 * were there before the first attempt of this runtime began were heard already, or belong to an
 * attempt that is done again and will write them again. Safe from any thread.
 *
 * @see "runtime contract, section 7.9"
 */
final class HumanLines {

    static final String FILE = "human.jsonl";

    /** What workers write; answers and what became of them are written by others. */
    private static final Set<String> TYPES = Set.of("human_input_requested", "human_notice");

    private static final List<String> STEP_NAMES = List.of("step_id", "workflow_step_id", "step");

    /** More at once is not read: a request is a few hundred bytes. */
    private static final int BYTES_MAX = 1 << 20;

    private final Map<Path, Run> runs = new HashMap<>();

    /** One run's file while attempts of the run are under way. */
    private static final class Run {
        int attempts;
        long heard;
        final List<Note> unclaimed = new ArrayList<>();
    }

    /** An attempt of a run begins. */
    synchronized void begin(Path runFolder) throws IOException {
        var run = runs.get(runFolder);
        if (run == null) {
            run = new Run();
            run.heard = size(runFolder.resolve(FILE));
            runs.put(runFolder, run);
        }
        run.attempts++;
    }

    /** An attempt is over, whatever it gave. */
    synchronized void end(Path runFolder) {
        var run = runs.get(runFolder);
        if (run != null && --run.attempts == 0) {
            runs.remove(runFolder);
        }
    }

    /**
     * What was written for this step, or for none, and was not handed out before.
     *
     * @param redacted hides secrets in the text
     */
    synchronized List<Note> take(Path runFolder, String step, UnaryOperator<String> redacted)
            throws IOException {
        var run = runs.get(runFolder);
        if (run == null) {
            return List.of();
        }
        read(runFolder.resolve(FILE), run, redacted);
        var taken = new ArrayList<Note>();
        for (var note : List.copyOf(run.unclaimed)) {
            if (step(note).filter(named -> !named.equals(step)).isEmpty()) {
                taken.add(note);
                run.unclaimed.remove(note);
            }
        }
        return taken;
    }

    private static Optional<String> step(Note note) {
        return STEP_NAMES.stream()
                .flatMap(name -> note.payload().string(name).stream())
                .findFirst();
    }

    /** Reads whole lines only; the rest of a line that is being written comes later. */
    private static void read(Path file, Run run, UnaryOperator<String> redacted)
            throws IOException {
        long size = size(file);
        if (size < run.heard) {
            // Somebody began the file anew.
            run.heard = 0;
        }
        if (size == run.heard) {
            return;
        }
        var bytes = ByteBuffer.allocate((int) Math.min(size - run.heard, BYTES_MAX));
        try (var channel =
                FileChannel.open(
                        file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            while (bytes.hasRemaining() && channel.read(bytes, run.heard + bytes.position()) > 0) {
                // Until the buffer is full or the file ends.
            }
        }
        int end = bytes.position();
        while (end > 0 && bytes.get(end - 1) != '\n') {
            end--;
        }
        run.heard += end;
        redacted.apply(new String(bytes.array(), 0, end, UTF_8))
                .lines()
                .flatMap(line -> StructuredResults.document(line).stream())
                .flatMap(line -> note(line).stream())
                .forEach(run.unclaimed::add);
    }

    /** A line with a payload of its own, or one whose other members are the payload. */
    private static Optional<Note> note(JsonObject line) {
        var type = line.string("type").or(() -> line.string("event"));
        if (type.filter(TYPES::contains).isEmpty()) {
            return Optional.empty();
        }
        if (line.at("payload") instanceof JsonObject payload) {
            return Optional.of(new Note(type.get(), payload));
        }
        var payload = JsonObject.builder();
        line.forEach(
                (name, value) -> {
                    if (!name.equals("type") && !name.equals("event")) {
                        payload.put(name, value);
                    }
                });
        return Optional.of(new Note(type.get(), payload.build()));
    }

    /** The size of a plain file; 0 for everything else. The worker may have put a link there. */
    private static long size(Path file) throws IOException {
        try {
            var attributes =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile() ? attributes.size() : 0;
        } catch (NoSuchFileException none) {
            return 0;
        }
    }
}
