package mirrorneuron.runtime.simulation;

import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;

/**
 * Reads every durable fact of one job once more, knowing nothing of the engine, and counts: each
 * message is made once and done once, and an attempt that acted on the outside is not forgotten.
 */
final class Audit {

    private final JobId job;
    private final Consumer<String> violation;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final Set<String> made = new HashSet<>();
    private final Set<String> done = new HashSet<>();
    private final Set<String> deadLettered = new HashSet<>();
    private final Set<String> leasesAsked = new HashSet<>();
    private final Set<String> begun = new HashSet<>();

    /** Attempts begun since the job was last taken up; older ones are nobody's any more. */
    private final Set<String> open = new HashSet<>();

    private final Visits visits;
    private JobStatus status = JobStatus.PENDING;
    private boolean reviewDue;
    private String pausedBecause = "";
    private long facts;

    Audit(JobId job, Consumer<String> violation, Visits visits) {
        this.job = job;
        this.violation = violation;
        this.visits = visits;
    }

    /** Facts that have just become durable. */
    void durable(byte[] lines) {
        log.writeBytes(lines);
        int from = 0;
        for (int to = 0; to < lines.length; to++) {
            if (lines[to] == '\n') {
                fact((JsonObject) Json.parse(lines, from, to));
                from = to + 1;
            }
        }
    }

    private void fact(JsonObject fact) {
        facts++;
        var kind = fact.string("k").orElse("");
        visits.visit("fact", kind);
        goTo(after(kind));
        switch (kind) {
            case "seeded", "accepted", "replayed", "step_triggered" -> make(fact.object("msg"));
            // What begins a later attempt may be a new message with the content of the first.
            case "step_opened" -> made.add(fact.string("m").orElse(""));
            case "step_ignored" -> finish(fact.string("m").orElse(""));
            case "gate_decided" -> outputs(fact);
            case "lease_requested" -> leasesAsked.add(attempt(fact));
            case "attempt_started", "dispatched" -> {
                begun.add(attempt(fact));
                open.add(attempt(fact));
            }
            case "handled" -> {
                finish(fact.string("m").orElse(""));
                outputs(fact);
            }
            case "progressed", "sources_ended" -> outputs(fact);
            case "dead_lettered" -> deadLetter(fact);
            case "paused" -> pausedBecause = kind;
            case "paused_for_review", "cancelled" -> {
                pausedBecause = kind;
                reviewDue = false;
                open.clear();
            }
            case "recovered" -> {
                open.clear();
                if (reviewDue) {
                    broken("went on by itself although an unsafe command was caught in flight");
                }
            }
            default -> {}
        }
    }

    /** The status that a fact leaves its job in. */
    private JobStatus after(String kind) {
        return switch (kind) {
            case "started", "resumed" -> JobStatus.RUNNING;
            case "paused", "paused_for_review" -> JobStatus.PAUSED;
            case "pausing", "cancelling", "cancelled", "completed", "failed" ->
                    JobStatus.ofWire(kind);
            default -> status;
        };
    }

    private void goTo(JobStatus next) {
        if (next != status) {
            visits.visit("job", status.wire() + " → " + next.wire());
            status = next;
        }
    }

    private void make(JsonObject message) {
        var id = id(message);
        if (!made.add(id)) {
            broken("message " + id + " was made twice");
        }
    }

    private void outputs(JsonObject fact) {
        for (var output : fact.array("out")) {
            make(((JsonObject) output).object("m"));
        }
    }

    private void deadLetter(JsonObject fact) {
        var id = id(fact.object("msg"));
        if (fact.string("reason").orElse("").equals("unroutable_target")) {
            return;
        }
        deadLettered.add(id);
        finish(id);
    }

    private void finish(String id) {
        if (!made.contains(id)) {
            broken("message " + id + " was handled and never made");
        }
        if (!done.add(id)) {
            broken("message " + id + " was handled or dead-lettered twice");
        }
    }

    private void broken(String what) {
        violation.accept("job " + job + ": " + what);
    }

    private static String id(JsonObject message) {
        return message.string("i").orElse("");
    }

    private static String attempt(JsonObject fact) {
        return fact.string("attempt_id").orElse("");
    }

    /**
     * The process died while an unsafe command was at work: the next one must not go on with the
     * job before a person has looked at it.
     */
    void caughtInFlight(String attemptId) {
        reviewDue |= open.contains(attemptId);
    }

    /** What put the job to rest last. */
    String pausedBecause() {
        return pausedBecause;
    }

    boolean hasMessage(String id) {
        return made.contains(id);
    }

    boolean askedForLease(String attemptId) {
        return leasesAsked.contains(attemptId);
    }

    boolean hasBegun(String attemptId) {
        return begun.contains(attemptId);
    }

    /** The whole log, as if nothing had ever been shortened. */
    byte[] log() {
        return log.toByteArray();
    }

    long facts() {
        return facts;
    }

    long messages() {
        return made.size();
    }

    long deadLetters() {
        return deadLettered.size();
    }
}
