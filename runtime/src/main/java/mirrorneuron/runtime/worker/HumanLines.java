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
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 * result could have held too, with the answers that people gave them there.
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

    private static final String QUESTION = "human_input_requested";
    private static final String ANSWER = "human_input_received";

    /** What workers write; answers and what became of them are written by others. */
    private static final Set<String> TYPES = Set.of(QUESTION, "human_notice");

    private static final List<String> STEP_NAMES = List.of("step_id", "workflow_step_id", "step");

    /** More at once is not read: a request is a few hundred bytes. */
    private static final int BYTES_MAX = 1 << 20;

    /** Answers are looked for in a whole file only while it is no larger. */
    private static final int ANSWERED_BYTES_MAX = 16 << 20;

    private final Map<Path, Run> runs = new HashMap<>();

    /** One run's file while attempts of the run are under way. */
    private static final class Run {
        int attempts;
        long heard;

        /** Whether a question or an answer came while attempts were under way. */
        boolean asks;

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
            if (step(note.payload()).filter(named -> !named.equals(step)).isEmpty()) {
                taken.add(note);
                run.unclaimed.remove(note);
            }
        }
        if (run.asks) {
            taken.addAll(answers(runFolder.resolve(FILE), step, taken, redacted));
        }
        return taken;
    }

    /**
     * The answers to what is handed out now, and to what this step asked on its output. An answer
     * may be older than the attempt: who is asked the same again finds it in the file at once.
     */
    private static List<Note> answers(
            Path file, String step, List<Note> taken, UnaryOperator<String> redacted)
            throws IOException {
        long size = size(file);
        if (size == 0 || size > ANSWERED_BYTES_MAX) {
            return List.of();
        }
        var asked = new HashSet<String>();
        for (var note : taken) {
            if (note.type().equals(QUESTION)) {
                note.payload().string("request_id").ifPresent(asked::add);
            }
        }
        var askedBefore = new HashSet<String>();
        var answers = new LinkedHashMap<String, Note>();
        for (var line : lines(file, 0, (int) size, redacted).lines()) {
            var about = payload(line).string("request_id");
            if (about.isEmpty()) {
                continue;
            }
            var type = type(line);
            if (type.equals(QUESTION) && step(payload(line)).filter(step::equals).isPresent()) {
                askedBefore.add(about.get());
            } else if (type.equals(ANSWER)
                    && (asked.contains(about.get())
                            // A gate's answer is the job's own fact, written down with its event.
                            || askedBefore.contains(about.get()) && !line.has("event_id"))) {
                answers.putIfAbsent(about.get(), new Note(ANSWER, payload(line)));
            }
        }
        return List.copyOf(answers.values());
    }

    private static Optional<String> step(JsonObject payload) {
        return STEP_NAMES.stream().flatMap(name -> payload.string(name).stream()).findFirst();
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
        var read = lines(file, run.heard, (int) Math.min(size - run.heard, BYTES_MAX), redacted);
        run.heard += read.bytes();
        for (var line : read.lines()) {
            run.asks |= Set.of(QUESTION, ANSWER).contains(type(line));
            // What the runtime wrote down itself names its event, and was heard long ago.
            if (TYPES.contains(type(line)) && !line.has("event_id")) {
                run.unclaimed.add(new Note(type(line), payload(line)));
            }
        }
    }

    /**
     * Lines of a file that are objects.
     *
     * @param bytes how many of the file's bytes they and the others took
     */
    private record Lines(int bytes, List<JsonObject> lines) {}

    private static Lines lines(Path file, long from, int count, UnaryOperator<String> redacted)
            throws IOException {
        var bytes = ByteBuffer.allocate(count);
        try (var channel =
                FileChannel.open(
                        file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) > 0) {
                // Until the buffer is full or the file ends.
            }
        }
        int end = bytes.position();
        while (end > 0 && bytes.get(end - 1) != '\n') {
            end--;
        }
        return new Lines(
                end,
                redacted.apply(new String(bytes.array(), 0, end, UTF_8))
                        .lines()
                        .flatMap(line -> StructuredResults.document(line).stream())
                        .toList());
    }

    private static String type(JsonObject line) {
        return line.string("type").or(() -> line.string("event")).orElse("");
    }

    /** The payload of a line, or its other members where they are the payload. */
    private static JsonObject payload(JsonObject line) {
        return line.at("payload") instanceof JsonObject payload
                ? payload
                : line.without("type").without("event");
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
