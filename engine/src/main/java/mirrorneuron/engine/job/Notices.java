package mirrorneuron.engine.job;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.worker.StructuredResult.Note;

/**
 * What commands tell people, and what people answered them. It is recorded whatever becomes of the
 * attempt that said it; what has an id of its own is recorded once, however often an attempt that
 * is done again says it.
 *
 * @see "runtime contract, section 7.9"
 */
final class Notices {

    /** Ids that an agent remembers; the oldest are forgotten first. */
    static final int IDS_MAX = 256;

    static final String REQUEST = "human_input_requested";
    private static final String ANSWER = "human_input_received";
    private static final String NOTICE = "human_notice";

    private Notices() {}

    static boolean isOne(Note note) {
        return note.type().equals(NOTICE)
                || note.type().equals(REQUEST)
                || note.type().equals(ANSWER);
    }

    /** The requests that people have answered, as far as these notes tell. */
    static Set<String> answered(List<Note> notes) {
        return notes.stream()
                .filter(note -> note.type().equals(ANSWER))
                .flatMap(note -> note.payload().string("request_id").stream())
                .collect(Collectors.toSet());
    }

    /** True for a request that is one of these. */
    static boolean asks(Note note, Set<String> requests) {
        return note.type().equals(REQUEST)
                && note.payload().string("request_id").filter(requests::contains).isPresent();
    }

    /** What it is known by in its agent; empty when it has no id. */
    static Optional<String> key(Note note) {
        return note.payload()
                .string(note.type().equals(NOTICE) ? "notice_id" : "request_id")
                .map(id -> note.type() + ":" + id);
    }

    /** Adds the facts that follow from these notes of the agent. */
    static void record(AgentState agent, List<Note> notes, long nowMs, List<JobEvent> events) {
        var heard = new HashSet<String>();
        for (var note : notes) {
            var key = key(note);
            if (key.isEmpty() || !agent.told.contains(key.get()) && heard.add(key.get())) {
                events.add(new JobEvent.Told(nowMs, agent.id(), placed(agent, note)));
            }
        }
    }

    private static Note placed(AgentState agent, Note note) {
        return agent.step == null || note.payload().has("step_id")
                ? note
                : new Note(
                        note.type(), note.payload().with("step_id", new JsonString(agent.step.id)));
    }
}
