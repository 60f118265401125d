package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.JsonArray;

/**
 * A program that embeds the product, does what it is told line by line, and says what was
 * acknowledged. It is made to be killed.
 *
 * <pre>
 * submit ID   → ack ID                once the job is durable; or refused ID …, unavailable ID …
 * replay      → replayed ID INDEX     for each dead letter that was not replayed yet, then replays-done
 * list        → job ID STATUS LAST OUTPUT  for each job, then listed; LAST = its last event, while
 *                                     it has not ended
 * dump ID     → dump TEXT             what is known of a job that does not move, then dumped
 * gates ID    → gate REQUEST STATUS DEADLINE DECISION  for each gate of the job, then gates-done
 * decide ID REQUEST DECISION_ID DECISION → decided RESULT, once that is durable
 * </pre>
 */
final class CrashDriver {

    /** How much is said at most of a job that does not move. */
    private static final int DUMPED = 25;

    private final MirrorNeuron mn;
    private final PrintStream out;

    private CrashDriver(MirrorNeuron mn, PrintStream out) {
        this.mn = mn;
        this.out = out;
    }

    public static void main(String[] args) throws Exception {
        var out =
                new PrintStream(
                        new java.io.FileOutputStream(java.io.FileDescriptor.out), true, UTF_8);
        long began = System.nanoTime();
        try (var mn = MirrorNeuron.embedded().home(Path.of(args[0])).start();
                var threads = Executors.newVirtualThreadPerTaskExecutor();
                var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            long tookMs = (System.nanoTime() - began) / 1_000_000;
            out.println(
                    "open " + tookMs + " " + mn.cluster().nodes().getFirst().raw().at("problems"));
            var driver = new CrashDriver(mn, out);
            String line;
            while ((line = lines.readLine()) != null) {
                var words = line.split(" ", -1);
                switch (words[0]) {
                    case "submit" -> threads.execute(() -> driver.submit(JobId.of(words[1])));
                    case "replay" -> driver.replay();
                    case "list" -> driver.list();
                    case "dump" -> driver.dump(JobId.of(words[1]));
                    case "gates" -> driver.gates(JobId.of(words[1]));
                    case "decide" -> driver.decide(words);
                    default -> throw new IllegalArgumentException(line);
                }
            }
        }
        out.println("closed");
    }

    private synchronized void say(String line) {
        out.println(line);
    }

    private void submit(JobId id) {
        var options =
                SubmitOptions.defaults()
                        .withJobId(id)
                        .withIdempotencyKey(id.value())
                        .withInputs(Shapes.inputs(id));
        try {
            switch (mn.jobs().submit(Shapes.of(id), options)) {
                case Submission.Accepted accepted -> say("ack " + accepted.jobId());
                case Submission.Rejected rejected -> say("refused " + id + " " + rejected);
            }
        } catch (RuntimeUnavailableException unavailable) {
            say("unavailable " + id + " " + unavailable.getMessage());
        }
    }

    private void replay() {
        for (var line : mn.monitor().listJobs(JobQuery.unfinished())) {
            for (var letter : mn.jobs().deadLetters(line.jobId())) {
                if (letter.replayCount() == 0
                        && mn.jobs().replay(line.jobId(), letter.index())
                                instanceof Delivery.Delivered) {
                    say("replayed " + line.jobId() + " " + letter.index());
                }
            }
        }
        say("replays-done");
    }

    private void list() {
        for (var line : mn.monitor().listJobs(JobQuery.all())) {
            var record = mn.jobs().inspect(line.jobId());
            if (record.isEmpty()) {
                continue; // it was kept long enough, since it was listed
            }
            boolean completed = record.get().status() == JobStatus.COMPLETED;
            var output = completed ? record.get().output() : JsonArray.empty();
            long last = record.get().status().terminal() ? 0 : lastEvent(line.jobId());
            say(
                    "job %s %s %d %s"
                            .formatted(line.jobId(), record.get().status().wire(), last, output));
        }
        say("listed");
    }

    private long lastEvent(JobId id) {
        return last(id, 1).stream()
                .mapToLong(event -> event.sequence().orElse(0))
                .findFirst()
                .orElse(0);
    }

    private List<RuntimeEvent> last(JobId id, int events) {
        var newest = new EventQuery(OptionalLong.empty(), OptionalInt.of(events), Set.of(), true);
        return mn.jobs().events(id, newest);
    }

    private void dump(JobId id) {
        mn.monitor().explainAll(id, DUMPED).forEach(why -> say("dump why: " + why));
        last(id, DUMPED).reversed().forEach(event -> say("dump " + event.raw()));
        mn.jobs().deadLetters(id).forEach(letter -> say("dump dead letter: " + letter.toJson()));
        say("dumped");
    }

    private void gates(JobId id) {
        for (var gate : mn.jobs().humanRequests(id)) {
            say(
                    "gate %s %s %s %s"
                            .formatted(
                                    gate.requestId(),
                                    gate.pending() ? "open" : "answered",
                                    gate.timeoutAt().map(Object::toString).orElse("-"),
                                    gate.decision().map(HumanDecision::decisionId).orElse("-")));
        }
        say("gates-done");
    }

    private void decide(String[] words) {
        var decision = new HumanDecision(words[3], words[4], "ada", "");
        var result = mn.jobs().respond(JobId.of(words[1]), words[2], decision);
        say(
                "decided "
                        + switch (result) {
                            case ControlResult.Applied _ -> "applied";
                            case ControlResult.Unchanged _ -> "unchanged";
                            case ControlResult.Pending _ -> "pending";
                            case ControlResult.Refused _ -> "refused";
                            case ControlResult.NotFound _ -> "not-found";
                        });
    }
}
