package mirrorneuron.cli.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Message;
import mirrorneuron.api.codec.MessageDefaults;
import mirrorneuron.api.codec.MessageFormat;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.DidYouMean;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.blueprint.RunInputs;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts a message into an agent's mailbox. */
@Command(
        name = "send",
        description = {
            "Put a message into an agent's mailbox.",
            "An object is the message: with an envelope, or with the members of one beside its body;",
            "members without a meaning of their own are the body. Any other JSON is the body."
        },
        footer = {
            "",
            "Example:",
            "  mn job send research_flow-1750000000000-0123456789ab intake '{\"body\":{\"topic\":\"tea\"}}'"
        })
public final class JobSend extends Leaf implements Plans {

    @Parameters(index = "0", paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    @Parameters(index = "1", paramLabel = "AGENT", description = "The agent's id.")
    String agentId = "";

    @Parameters(index = "2", paramLabel = "FILE|JSON", description = "The message; - reads stdin.")
    String message = "";

    @Option(names = "--type", paramLabel = "TYPE", description = "The message's type.")
    Optional<String> type = Optional.empty();

    @Option(
            names = "--message-id",
            paramLabel = "ID",
            description = "Its id; the same id is delivered once.")
    Optional<String> messageId = Optional.empty();

    public JobSend(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var agents = JobLookup.details(runtime, jobId, 1).agents();
            if (agents.stream().noneMatch(agent -> agent.agentId().value().equals(agentId))) {
                throw CommandFailure.notFound(
                        "Job "
                                + jobId
                                + " has no agent '"
                                + agentId
                                + "'"
                                + DidYouMean.sentence(
                                        agentId,
                                        agents.stream()
                                                .map(agent -> agent.agentId().value())
                                                .toList()),
                        "mn job agents " + jobId);
            }
            return new Plan(
                    "Message send",
                    true,
                    new Fields().add("Job ID", jobId).add("Agent", agentId),
                    JsonObject.builder().put("job_id", jobId).put("agent_id", agentId).build(),
                    List.of(jobId));
        }
    }

    @Override
    protected Report perform(Desk desk) {
        var given =
                RunInputs.read(
                        message,
                        "the message",
                        desk.surroundings().workingDirectory(),
                        desk.surroundings().in());
        try (var runtime = desk.openToWork()) {
            var delivery =
                    runtime.jobs().send(JobId.of(jobId), AgentId.of(agentId), message(given));
            return Deliveries.report(
                    runtime, delivery, "Message send", jobId, List.of("Agent", agentId));
        }
    }

    private Message message(JsonValue given) {
        var defaults = MessageDefaults.external("", agentId, "", Instant.EPOCH);
        var read =
                switch (MessageFormat.normalise(given, defaults)) {
                    case MessageFormat.Result.Normalised(var normalised) -> normalised;
                    case MessageFormat.Result.Refused _ -> Message.of(defaults.type(), given);
                };
        var typed = type.map(read::withType).orElse(read);
        return messageId.map(typed::withId).orElse(typed);
    }
}
