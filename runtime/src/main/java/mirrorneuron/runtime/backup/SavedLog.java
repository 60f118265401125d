package mirrorneuron.runtime.backup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.engine.job.EventCodec;
import mirrorneuron.store.Commit;

/**
 * The facts of a backup on their way into a store. They keep their sequence numbers; a long log has
 * lost lines in its middle, which is no damage.
 */
final class SavedLog {

    /** Readers take a group at a time. */
    private static final int GROUP_BYTES = 256 << 10;

    private final List<Commit.Facts> groups = new ArrayList<>();
    private final ByteArrayOutputStream group = new ByteArrayOutputStream();
    private long groupFirst;
    private long last;

    private SavedLog() {}

    /**
     * @param change what becomes of each fact's document; the same object when nothing does
     * @param lastSequence of the job's state, which the log has to lead to
     */
    static List<Commit.Facts> read(Path file, UnaryOperator<JsonObject> change, long lastSequence)
            throws IOException {
        if (Files.size(file) > Sections.LOG_BYTES_MAX) {
            throw Refusals.invalid(
                    "Expected at most "
                            + Sections.LOG_BYTES_MAX
                            + " bytes in "
                            + Sections.LOG
                            + ", but found "
                            + Files.size(file));
        }
        var log = new SavedLog();
        try (var reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                log.add(line, ++number, change);
            }
        } catch (CharacterCodingException noText) {
            throw Refusals.invalid(
                    "Expected UTF-8 in " + Sections.LOG + " of the backup, but: ", noText);
        }
        log.endGroup();
        if (log.last != lastSequence) {
            throw Refusals.invalid(
                    "Expected "
                            + Sections.LOG
                            + " to end at event "
                            + lastSequence
                            + ", as the job's state does, but it ends at "
                            + log.last);
        }
        return List.copyOf(log.groups);
    }

    private void add(String line, int number, UnaryOperator<JsonObject> change) {
        try {
            var fact = (JsonObject) Json.parse(line);
            var changed = change.apply(fact);
            var bytes =
                    changed == fact ? line.getBytes(StandardCharsets.UTF_8) : Json.bytes(changed);
            var recorded = EventCodec.readForViews(bytes).getFirst();
            if (recorded.sequence() <= last) {
                throw new IllegalArgumentException(
                        "event " + recorded.sequence() + " (expected: > " + last + ")");
            }
            if (group.size() == 0) {
                groupFirst = recorded.sequence();
            }
            group.writeBytes(bytes);
            group.write('\n');
            last = recorded.lastSequence();
            if (group.size() >= GROUP_BYTES) {
                endGroup();
            }
        } catch (JsonParseException | IllegalArgumentException | ClassCastException notAFact) {
            throw Refusals.invalid(
                    "Expected a fact in line " + number + " of " + Sections.LOG + ", but: ",
                    notAFact);
        }
    }

    private void endGroup() {
        if (group.size() > 0) {
            groups.add(new Commit.Facts(groupFirst, last, group.toByteArray()));
            group.reset();
        }
    }
}
