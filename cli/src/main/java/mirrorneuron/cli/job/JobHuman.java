package mirrorneuron.cli.job;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Timestamps;
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
import mirrorneuron.cli.view.RequestText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what waits for a person, and takes the person's answer. */
@Command(
        name = "human",
        description = {
            "List what a job asks of people, and what they decided. In a pipe the list is bare JSON.",
            "--respond answers a request: the step goes on (approve), is done again with the notes"
                    + " (revise), or has failed (reject). Repeating an answer changes nothing."
        },
        footer = {
            "",
            "Example:",
            "  mn job human approval-1750000000000-0123456789ab --respond draft:gate:1 --decision approve"
        })
public final class JobHuman extends Leaf implements Watched {

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    @Option(names = "--pending", description = "Only what nobody has answered.")
    boolean pending;

    @Option(
            names = "--respond",
            paramLabel = "REQUEST",
            description = "Answer this request; the step's id means the one that waits there.")
    Optional<String> respond = Optional.empty();

    @Option(
            names = "--decision",
            paramLabel = "WORD",
            description = "The answer: approve, revise or reject, as the request allows.")
    Optional<String> decision = Optional.empty();

    @Option(
            names = "--notes",
            paramLabel = "TEXT",
            description = "Kept with the answer; a step that is done again gets it.")
    String notes = "";

    @Option(
            names = "--reviewer",
            paramLabel = "NAME",
            description = "Who decided. Default: ${DEFAULT-VALUE}.")
    String reviewer = Answers.REVIEWER;

    @Option(
            names = "--id",
            paramLabel = "DECISION_ID",
            description = "Names the answer; by default the request and the word do.")
    Optional<String> decisionId = Optional.empty();

    public JobHuman(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public boolean isReading() {
        return respond.isEmpty();
    }

    @Override
    protected Report perform(Desk desk) {
        if (respond.isEmpty() && decision.isPresent()) {
            throw CommandFailure.usage(
                    "--decision needs --respond REQUEST", "mn job human " + jobId + " lists them");
        }
        if (respond.isPresent() && decision.isEmpty()) {
            throw CommandFailure.usage(
                    "--respond needs --decision WORD", "see " + name() + " --help");
        }
        return respond.isPresent() ? answered(desk, respond.get(), decision.get()) : listed(desk);
    }

    private Report listed(Desk desk) {
        JobId id;
        List<HumanRequest> requests;
        try (var runtime = desk.openToRead()) {
            id = JobLookup.details(runtime, jobId, 1).job().jobId();
            requests =
                    runtime.jobs().humanRequests(id).stream()
                            .filter(request -> !pending || request.pending())
                            .toList();
        }
        var table =
                Table.of(
                        List.of("Request", "Step", "Status", "Title", "Decision", "Until"),
                        requests.stream().map(JobHuman::row).toList());
        var none = List.of(pending ? "Nothing waits for a person" : "No requests");
        return Report.of(
                        JsonArray.of(requests.stream().map(HumanRequest::toJson).toList()),
                        page -> requests.isEmpty() ? none : table.lines(page),
                        () -> requests.isEmpty() ? none : table.plain())
                .withBare()
                .withIds(requests.stream().map(HumanRequest::requestId).toList())
                .withHints(
                        requests.stream()
                                .filter(HumanRequest::pending)
                                .map(request -> RequestText.command(id, request))
                                .toList());
    }

    private static List<String> row(HumanRequest request) {
        return List.of(
                request.requestId(),
                request.stepId(),
                request.pending() ? "waiting" : "answered",
                Secrets.in(request.title()),
                request.decision()
                        .map(taken -> taken.decision() + " by " + taken.reviewer())
                        .orElseGet(() -> RequestText.choice(request.allowedDecisions())),
                request.timeoutAt()
                        .filter(_ -> request.pending())
                        .map(Timestamps::format)
                        .orElse(""));
    }

    private Report answered(Desk desk, String name, String word) {
        try (var runtime = desk.openToWork()) {
            var id = JobLookup.details(runtime, jobId, 1).job().jobId();
            var request = find(id, runtime.jobs().humanRequests(id), name);
            var answer =
                    new HumanDecision(
                            decisionId.orElseGet(() -> Answers.idOf(request.requestId(), word)),
                            word,
                            reviewer,
                            notes);
            if (request.pending() && !request.allowedDecisions().contains(word)) {
                throw CommandFailure.usage(
                        "Request "
                                + request.requestId()
                                + " allows "
                                + String.join(", ", request.allowedDecisions())
                                + ", but not '"
                                + word
                                + "'"
                                + DidYouMean.sentence(word, request.allowedDecisions()),
                        RequestText.command(id, request));
            }
            return given(request, answer)
                    ? report(id, request, answer, false)
                    : respond(runtime, id, request, answer);
        }
    }

    /** Whether this very answer was given before; a job may have ended since. */
    private static boolean given(HumanRequest request, HumanDecision answer) {
        return request.decision()
                .filter(
                        taken ->
                                taken.decisionId().equals(answer.decisionId())
                                        && taken.decision().equals(answer.decision()))
                .isPresent();
    }

    private static Report respond(
            MirrorNeuron runtime, JobId id, HumanRequest request, HumanDecision answer) {
        return switch (runtime.jobs().respond(id, request.requestId(), answer)) {
            case ControlResult.Applied _, ControlResult.Pending _ ->
                    report(id, request, answer, true);
            case ControlResult.Unchanged _ -> report(id, request, answer, false);
            case ControlResult.Refused refused ->
                    throw CommandFailure.precondition(refused.why(), "mn job human " + id);
            case ControlResult.NotFound missing ->
                    throw JobLookup.unknown(runtime, missing.jobId().value());
        };
    }

    /** A request by its id, or the newest of a step: the one that waits there, if any does. */
    private static HumanRequest find(JobId id, List<HumanRequest> requests, String name) {
        HumanRequest found = null;
        for (var request : requests) {
            if (request.requestId().equals(name)
                    // A worker may have named its request itself.
                    || request.request().string("request_id").equals(Optional.of(name))) {
                return request;
            }
            if (request.stepId().equals(name)) {
                found = request;
            }
        }
        if (found == null) {
            var known = requests.stream().map(HumanRequest::requestId).toList();
            throw CommandFailure.notFound(
                    "Job "
                            + id
                            + " has no request '"
                            + name
                            + "'"
                            + DidYouMean.sentence(name, known),
                    "mn job human " + id);
        }
        return found;
    }

    private static Report report(
            JobId id, HumanRequest request, HumanDecision answer, boolean changed) {
        return Report.of(
                        JsonObject.builder()
                                .put("job_id", id.value())
                                .put("request_id", request.requestId())
                                .put("step_id", request.stepId())
                                .put("decision", answer.decision())
                                .put("decision_id", answer.decisionId())
                                .put("reviewer", answer.reviewer())
                                .put("changed", changed)
                                .build(),
                        new Confirmation(
                                "Human response",
                                changed,
                                new Fields()
                                        .add("Status", "answered")
                                        .add("Job ID", id.value())
                                        .add("Step", request.stepId())
                                        .add("Request", request.requestId())
                                        .add("Decision", answer.decision()),
                                "mn job monitor " + id))
                .withIds(List.of(request.requestId()));
    }
}
