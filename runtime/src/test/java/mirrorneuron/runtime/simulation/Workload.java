package mirrorneuron.runtime.simulation;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Effect;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.WorkerOutcome;

/**
 * A job whose right answer is known before it runs. One object describes one job; what its commands
 * and modules do depends on the message alone, so a repetition is the same again.
 */
abstract class Workload {

    /** What a command does once it was started. */
    record Command(List<StructuredResult> lines, Ending ending) {
        Command {
            lines = List.copyOf(lines);
        }
    }

    /** How a command ends when nobody stops it: with a result, or with an exit status. */
    record Ending(int exitStatus, Optional<StructuredResult> result) {}

    /** A message that a client sends to the job; the id is empty when the client chose none. */
    record Letter(AgentId to, Message message) {}

    abstract String name();

    abstract JsonObject manifest();

    abstract JsonObject inputs();

    /** How it ends unless somebody cancels it. */
    JobStatus end() {
        return JobStatus.COMPLETED;
    }

    /** Whether its commands must not be repeated without a person's word. */
    boolean unsafe() {
        return false;
    }

    List<Letter> letters() {
        return List.of();
    }

    Command command(Effect.StartWorker start) {
        throw new IllegalStateException(name() + ": has no commands");
    }

    /**
     * Why the agent's step does not go on once this was the end of its command; empty when it does,
     * or when that is not known.
     */
    Optional<String> restsAfter(AgentId agent, WorkerOutcome outcome) {
        return Optional.empty();
    }

    AgentResult module(Effect.CallModule call) {
        throw new IllegalStateException(name() + ": has no modules");
    }

    /** What is wrong with the output of a completed job; empty when it is exact. */
    abstract Optional<String> wrong(JsonValue output);

    /** One of each kind, by chance. */
    static Workload any(RandomGenerator random, int slots) {
        return switch (random.nextInt(12)) {
            case 0 -> new Sweep(Sweep.Kind.SAFE, random, slots);
            case 1 -> new Sweep(Sweep.Kind.FLAKY, random, slots);
            case 2, 10 -> new Sweep(Sweep.Kind.UNSAFE, random, slots);
            case 3 -> new ModuleSum(random);
            case 4, 5 -> new FrameStream(random);
            case 6 -> new Letters(random);
            case 7, 8 -> new StepGraph(random);
            case 9 -> new Doomed(random);
            default -> new Ring(random);
        };
    }
}
