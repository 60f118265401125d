package mirrorneuron.runtime.simulation;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobId;
import mirrorneuron.engine.job.Explain;
import mirrorneuron.engine.job.Job;

/**
 * Asks a job why it stands where it stands, soon after something was done to it, and compares the
 * answer with what was done. Nothing is asked of a job whose trouble is over by then.
 */
final class Inquiry {

    private final World world;
    private final Map<String, Integer> compared = new TreeMap<>();

    Inquiry(World world) {
        this.world = world;
    }

    /** Who is asked: the job, one of its agents, or the step of that agent. */
    private interface Question {
        Explanation of(Job job);
    }

    /** The job's own answer has to be this. */
    void job(Incarnation process, JobId id, String cause, BooleanSupplier stands) {
        ask(process, id, cause, stands, job -> Explain.job(job, world.wallClock().millis()));
    }

    /** The answer of the step that the agent belongs to, or of the agent when there is none. */
    void agent(Incarnation process, JobId id, String agent, String cause, BooleanSupplier stands) {
        ask(
                process,
                id,
                cause,
                stands,
                job ->
                        Explain.step(job, agent)
                                .orElseGet(
                                        () ->
                                                Explain.agent(
                                                                job,
                                                                mirrorneuron.api.AgentId.of(agent),
                                                                world.wallClock().millis())
                                                        .orElseThrow()));
    }

    private void ask(
            Incarnation process,
            JobId id,
            String cause,
            BooleanSupplier stands,
            Question question) {
        var actor = process.jobs().find(id);
        if (actor.isEmpty()) {
            return;
        }
        var _ =
                actor.get()
                        .read(
                                job -> {
                                    boolean still = process.alive() && stands.getAsBoolean();
                                    return still && compare(job, cause, question);
                                });
    }

    private boolean compare(Job job, String cause, Question question) {
        var honest = question.of(job);
        var found = world.sabotage().explanation(honest);
        compared.merge(cause, 1, Integer::sum);
        if (!found.cause().equals(cause)) {
            world.violation(
                    "job %s: explained by %s (expected: %s): %s"
                            .formatted(job.id(), found.cause(), cause, found));
        }
        return true;
    }

    /** How often each cause was injected, asked for and compared. */
    Map<String, Integer> compared() {
        return compared;
    }
}
