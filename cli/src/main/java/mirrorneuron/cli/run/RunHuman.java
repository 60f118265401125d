package mirrorneuron.cli.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.DidYouMean;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.follow.Answers;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Table;
import mirrorneuron.cli.view.RecordText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what a run asks and tells people, and takes their word. */
@Command(
        name = "human",
        description = {
            "List what a run asks and tells people. In a pipe each record is a line of JSON.",
            "respond answers a request, ack says that a notice was read."
        },
        footer = {
            "",
            "Example:",
            "  ${COMMAND-FULL-NAME} approval-1750000000000-0123456789ab --pending",
            "  ${COMMAND-FULL-NAME} respond approval-1750000000000-0123456789ab draft:gate:1"
                    + " --decision approve",
            "  ${COMMAND-FULL-NAME} ack approval-1750000000000-0123456789ab notice-1"
        })
public final class RunHuman extends Leaf implements Watched {

    @Parameters(
            paramLabel = "[list] RUN | respond RUN REQUEST | ack RUN NOTICE",
            arity = "1..3",
            description = "The run, or what to do with what it asks.")
    List<String> words = new ArrayList<>();

    @Option(names = "--pending", description = "Only what nobody has answered.")
    boolean pending;

    @Option(
            names = "--decision",
            paramLabel = "WORD",
            description = "The answer: approve, revise or reject, as the request allows.")
    Optional<String> decision = Optional.empty();

    @Option(names = "--notes", paramLabel = "TEXT", description = "Kept with the answer.")
    Optional<String> notes = Optional.empty();

    @Option(
            names = "--reviewer",
            paramLabel = "NAME",
            description = "Who answers. Default: ${DEFAULT-VALUE}.")
    String reviewer = Answers.REVIEWER;

    public RunHuman(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public boolean isReading() {
        return words.size() == 1 || words.size() == 2 && words.getFirst().equals("list");
    }

    @Override
    protected Optional<String> subject() {
        return Optional.of(words.size() == 1 ? words.getFirst() : words.get(1));
    }

    @Override
    protected Report perform(Desk desk) {
        return switch (words.getFirst()) {
            case "list" -> {
                if (words.size() > 2) {
                    throw CommandFailure.usage("list takes RUN", "see " + name() + " --help");
                }
                // Alone it is a run's id.
                yield listed(desk, words.getLast());
            }
            case "respond" -> {
                three("REQUEST");
                yield responded(desk, words.get(1), words.get(2));
            }
            case "ack" -> {
                three("NOTICE");
                yield acknowledged(desk, words.get(1), words.get(2));
            }
            default -> {
                if (words.size() > 1) {
                    throw CommandFailure.usage(
                            "'"
                                    + words.getFirst()
                                    + "' is neither list nor respond nor ack"
                                    + DidYouMean.sentence(
                                            words.getFirst(), List.of("list", "respond", "ack")),
                            "see " + name() + " --help");
                }
                yield listed(desk, words.getFirst());
            }
        };
    }

    private void three(String what) {
        if (words.size() != 3) {
            throw CommandFailure.usage(
                    words.getFirst() + " takes RUN and " + what, "see " + name() + " --help");
        }
    }

    private Report listed(Desk desk, String run) {
        try (var runtime = desk.openToRead()) {
            var id = RunLookup.id(runtime, run);
            var records =
                    runtime
                            .runFiles()
                            .human(id, pending ? Optional.of("pending") : Optional.empty())
                            .array("data")
                            .values()
                            .stream()
                            .map(JsonObject.class::cast)
                            .toList();
            var table =
                    Table.of(
                            List.of("Time", "Type", "Id", "Title", "State"),
                            records.stream().map(record -> row(record, records)).toList());
            var none = List.of(pending ? "Nothing waits for a person" : "No requests and notices");
            return Report.of(
                            JsonArray.of(records),
                            page -> records.isEmpty() ? none : table.lines(page),
                            () ->
                                    records.stream()
                                            .map(record -> Secrets.in(record).toString())
                                            .toList())
                    .withIds(records.stream().map(RunHuman::subject).toList());
        }
    }

    private static List<String> row(JsonObject record, List<JsonObject> all) {
        var payload = record.object("payload");
        return List.of(
                RecordText.time(record),
                record.string("type").orElse(""),
                subject(record),
                Secrets.in(
                        payload.string("title")
                                .or(() -> payload.string("prompt"))
                                .or(() -> payload.string("message"))
                                .or(() -> payload.string("question"))
                                .orElse("")),
                state(record, all));
    }

    /** Of a request how it stands, of a notice whether somebody read it, of an answer the word. */
    private static String state(JsonObject record, List<JsonObject> all) {
        var payload = record.object("payload");
        return switch (record.string("type").orElse("")) {
            case "human_input_requested" -> payload.string("status").orElse("pending");
            case "human_notice" ->
                    all.stream()
                                    .filter(RunHuman::acknowledges)
                                    .map(RunHuman::subject)
                                    .anyMatch(subject(record)::equals)
                            ? "acknowledged"
                            : "pending";
            case "human_notice_acknowledged" ->
                    payload.string("acknowledged_by").map(name -> "by " + name).orElse("");
            default ->
                    payload.string("decision")
                            .or(() -> payload.string("default_action"))
                            .orElse("");
        };
    }

    private static boolean acknowledges(JsonObject record) {
        return record.string("type").equals(Optional.of("human_notice_acknowledged"));
    }

    private static String subject(JsonObject record) {
        var payload = record.object("payload");
        return payload.string("request_id").or(() -> payload.string("notice_id")).orElse("");
    }

    private Report responded(Desk desk, String run, String request) {
        if (decision.isEmpty()) {
            throw CommandFailure.usage(
                    "respond needs --decision WORD", "see " + name() + " --help");
        }
        try (var runtime = desk.openToWork()) {
            var id = RunLookup.id(runtime, run);
            var allowed = allowed(runtime, id, request);
            if (!allowed.isEmpty() && !allowed.contains(decision.get())) {
                throw CommandFailure.usage(
                        "Request "
                                + request
                                + " allows "
                                + String.join(", ", allowed)
                                + ", but not '"
                                + decision.get()
                                + "'"
                                + DidYouMean.sentence(decision.get(), allowed),
                        name() + " " + id + " --pending");
            }
            var body =
                    JsonObject.builder()
                            .put("decision", decision.get())
                            .put("reviewer", reviewer)
                            .putIfPresent("notes", notes)
                            .build();
            return confirmed(
                    "Human response",
                    id,
                    "Request",
                    request,
                    runtime.runFiles().respond(id, request, body));
        }
    }

    private static List<String> allowed(MirrorNeuron runtime, String run, String request) {
        for (var element : runtime.runFiles().human(run, Optional.of("pending")).array("data")) {
            var payload = ((JsonObject) element).object("payload");
            if (payload.string("request_id").equals(Optional.of(request))) {
                return payload.array("allowed_decisions").values().stream()
                        .map(word -> ((mirrorneuron.api.json.JsonString) word).value())
                        .toList();
            }
        }
        return List.of();
    }

    private Report acknowledged(Desk desk, String run, String notice) {
        try (var runtime = desk.openToWork()) {
            var id = RunLookup.id(runtime, run);
            var body = JsonObject.builder().put("reviewer", reviewer).putIfPresent("notes", notes);
            return confirmed(
                    "Human acknowledgement",
                    id,
                    "Notice",
                    notice,
                    runtime.runFiles().acknowledge(id, notice, body.build()));
        }
    }

    private static Report confirmed(
            String action, String run, String label, String subject, JsonObject record) {
        return Report.of(
                        record,
                        new Confirmation(
                                action,
                                true,
                                new Fields()
                                        .add("Status", "recorded")
                                        .add("Run ID", run)
                                        .add(label, subject),
                                "mn run status " + run))
                .withIds(List.of(subject));
    }
}
