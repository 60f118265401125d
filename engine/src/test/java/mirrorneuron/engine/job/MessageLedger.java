package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.engine.job.JobEvent.Output;

/**
 * Reads the facts of one job beside the engine and says what they break: a message that is made or
 * done twice, one that is done and still waits, a mailbox that is fuller than it may be, a status
 * that does not follow from the one before.
 */
final class MessageLedger {

    private static final Map<JobStatus, Set<JobStatus>> NEXT =
            Map.of(
                    JobStatus.PENDING,
                    Set.of(JobStatus.RUNNING, JobStatus.CANCELLING, JobStatus.FAILED),
                    JobStatus.RUNNING,
                    Set.of(
                            JobStatus.PAUSING,
                            JobStatus.PAUSED,
                            JobStatus.CANCELLING,
                            JobStatus.COMPLETED,
                            JobStatus.FAILED),
                    JobStatus.PAUSING,
                    Set.of(
                            JobStatus.PAUSED,
                            JobStatus.CANCELLING,
                            JobStatus.COMPLETED,
                            JobStatus.FAILED),
                    JobStatus.PAUSED,
                    Set.of(JobStatus.RUNNING, JobStatus.CANCELLING, JobStatus.FAILED),
                    JobStatus.CANCELLING,
                    Set.of(JobStatus.CANCELLED, JobStatus.FAILED));

    private final Set<String> made = new HashSet<>();
    private final Set<String> done = new HashSet<>();
    private final List<String> violations = new ArrayList<>();

    List<String> violations() {
        return violations;
    }

    /** Looks at a fact and at the job as it is before it. */
    void before(Job job, JobEvent event) {
        switch (event) {
            case JobEvent.Seeded seeded -> {
                make(seeded.to(), seeded.message());
                room(job, seeded.to(), 0, Sending.capacity(job, null, job.agent(seeded.to())));
            }
            case JobEvent.Accepted accepted -> make(accepted.to(), accepted.message());
            case JobEvent.Replayed replayed -> make(replayed.to(), replayed.message());
            case JobEvent.Handled handled -> {
                finish(handled.agent(), handled.messageId());
                outputs(job, handled.agent(), handled.outputs());
            }
            case JobEvent.Progressed progressed ->
                    outputs(job, progressed.agent(), progressed.outputs());
            case JobEvent.SourcesEnded ended -> outputs(job, ended.agent(), ended.outputs());
            case JobEvent.DeadLettered dead -> {
                if (dead.reason().equals("unroutable_target")) {
                    make(dead.agent(), dead.message());
                }
                finish(dead.agent(), dead.message().messageId());
            }
            case JobEvent.Released released -> released(job, released);
            default -> {}
        }
    }

    private void released(Job job, JobEvent.Released released) {
        if (released.forced()) {
            if (job.busyOutside() && !slotsCloseACircle(job, job.agent(released.to()))) {
                violations.add("forced release although agents were at work: " + released);
            }
            return;
        }
        var target = job.agent(released.to());
        var producer = target.waiting().element().producer();
        room(
                job,
                released.to(),
                0,
                Sending.capacity(job, producer == null ? null : producer.vertex, target));
    }

    /** A command is kept waiting, and the agent in its way got no slots. */
    private static boolean slotsCloseACircle(Job job, AgentState target) {
        return target.starved
                && job.agents().stream()
                        .anyMatch(
                                agent ->
                                        agent.held > 0
                                                && agent.inflight != null
                                                && agent.inflight.phase()
                                                        == AgentState.Phase.RUNNING);
    }

    private void outputs(Job job, AgentId from, List<Output> outputs) {
        var delivered = new HashMap<String, Integer>();
        for (var output : outputs) {
            var to = AgentId.of(output.message().to());
            make(to, output.message());
            if (!output.held() && output.dueAtMs() == 0) {
                int before = delivered.merge(to.value(), 1, Integer::sum) - 1;
                room(job, to, before, Sending.capacity(job, job.agent(from).vertex, job.agent(to)));
            }
        }
    }

    private void room(Job job, AgentId to, int more, int capacity) {
        int depth = job.agent(to).depth() + more;
        int max = job.agent(to).vertex.spec().backpressure().maxQueueDepth();
        if (capacity > 2 * max || depth >= capacity) {
            violations.add(
                    "mailbox of "
                            + to
                            + ": "
                            + depth
                            + " messages and one more (expected: < "
                            + capacity
                            + ")");
        }
    }

    /** Looks at a job after a fact. */
    void after(JobStatus before, Job job, JobEvent event) {
        var status = job.status();
        if (status != before && !NEXT.getOrDefault(before, Set.of()).contains(status)) {
            violations.add(event.getClass().getSimpleName() + ": " + before + " became " + status);
        }
    }

    /** Looks at a job between two turns: every message is in exactly one place, or done. */
    void balance(Job job) {
        var places = places(job);
        var pending = new HashSet<String>();
        for (var id : places) {
            if (!pending.add(id)) {
                violations.add("message " + id + " is in two places");
            }
            if (done.contains(id)) {
                violations.add("message " + id + " is done and still waits");
            }
            if (!made.contains(id)) {
                violations.add("message " + id + " waits and was never made");
            }
        }
        if (job.status().terminal()) {
            return;
        }
        for (var id : made) {
            if (!pending.contains(id) && !done.contains(id)) {
                violations.add("message " + id + " is lost");
            }
        }
        if (job.pending != places.size()) {
            violations.add("pending: " + job.pending + " (expected: " + places.size() + ")");
        }
    }

    private static List<String> places(Job job) {
        var ids = new ArrayList<String>();
        for (var agent : job.agents()) {
            agent.mailbox.inOrder().forEach(entry -> ids.add(key(agent.id(), entry.message())));
            if (agent.waiting != null) {
                agent.waiting.forEach(held -> ids.add(key(agent.id(), held.message())));
            }
            if (agent.inflight != null) {
                ids.add(key(agent.id(), agent.inflight.entry().message()));
            }
        }
        job.delayed.forEach(later -> ids.add(key(later.to(), later.message())));
        return ids;
    }

    /** Ids that senders choose are unique for each receiver only. */
    private static String key(AgentId to, Message message) {
        return to + "/" + message.messageId();
    }

    private void make(AgentId to, Message message) {
        if (!made.add(key(to, message))) {
            violations.add("message " + key(to, message) + " was made twice");
        }
    }

    private void finish(AgentId agent, String messageId) {
        var id = agent + "/" + messageId;
        if (!made.contains(id)) {
            violations.add("message " + id + " was done and never made");
        }
        if (!done.add(id)) {
            violations.add("message " + id + " was done twice");
        }
    }

    int messages() {
        return made.size();
    }
}
