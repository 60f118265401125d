package mirrorneuron.cli.view;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.PoolStats;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/**
 * What a runtime does, at one look.
 *
 * @param byStatus how many jobs have each status; a status without jobs is absent
 * @param jobs those that have not ended, at most as many as were asked for
 * @param rates empty at the first look: a rate needs two
 * @param trouble what stands between the view and the runtime; empty when nothing does
 * @param left whether the reader leaves
 */
public record TopState(
        Instant at,
        List<Node> nodes,
        Map<JobStatus, Long> byStatus,
        List<Job> jobs,
        Optional<Rates> rates,
        String trouble,
        boolean left) {

    /** A process that runs work, with its pools of worker slots by name. */
    public record Node(
            String name,
            String status,
            boolean eligible,
            List<Map.Entry<String, PoolStats>> pools) {
        public Node {
            pools = List.copyOf(pools);
        }
    }

    /**
     * A job that has not ended.
     *
     * @param percent empty where nobody knows
     * @param sequence of its newest event
     */
    public record Job(
            String id,
            String name,
            JobStatus status,
            OptionalInt percent,
            Instant submittedAt,
            long sequence) {}

    /**
     * @param eventsPerSecond of the jobs that both looks saw
     * @param endedPerMinute jobs that ended, however
     */
    public record Rates(double eventsPerSecond, double endedPerMinute) {}

    public TopState {
        nodes = List.copyOf(nodes);
        byStatus = Map.copyOf(byStatus);
        jobs = List.copyOf(jobs);
    }

    /** Before the first look. */
    public static TopState unseen() {
        return new TopState(
                Instant.MIN, List.of(), Map.of(), List.of(), Optional.empty(), "", false);
    }

    /** After another look. */
    public TopState seeing(
            Instant now, List<Node> newNodes, Map<JobStatus, Long> counts, List<Job> newJobs) {
        return new TopState(
                now, newNodes, counts, newJobs, rates(now, counts, newJobs), trouble, left);
    }

    private Optional<Rates> rates(Instant now, Map<JobStatus, Long> counts, List<Job> newJobs) {
        if (at.equals(Instant.MIN) || !now.isAfter(at)) {
            return Optional.empty();
        }
        double seconds = Duration.between(at, now).toMillis() / 1_000.0;
        var before = jobs.stream().collect(Collectors.toMap(Job::id, Job::sequence, (a, _) -> a));
        // A job that was not there before is compared with itself.
        long events =
                newJobs.stream()
                        .mapToLong(
                                job ->
                                        job.sequence()
                                                - before.getOrDefault(job.id(), job.sequence()))
                        .sum();
        // Records that are cleared away meanwhile are no jobs that did not end.
        long ended = Math.max(0, ended(counts) - ended(byStatus));
        return Optional.of(new Rates(events / seconds, ended * 60 / seconds));
    }

    private static long ended(Map<JobStatus, Long> counts) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().terminal())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    public TopState withTrouble(String value) {
        return new TopState(at, nodes, byStatus, jobs, rates, value, left);
    }

    /** The state after a key. */
    public TopState press(int key) {
        return WorkflowKeys.isLeaving(key)
                ? new TopState(at, nodes, byStatus, jobs, rates, trouble, true)
                : this;
    }

    /** All jobs that have not ended, also those that are not listed. */
    long unfinished() {
        return byStatus.entrySet().stream()
                .filter(entry -> !entry.getKey().terminal())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Requests for a worker slot that wait, on all nodes. */
    int queued() {
        return nodes.stream()
                .flatMap(node -> node.pools().stream())
                .mapToInt(pool -> pool.getValue().queued())
                .sum();
    }

    /** {@code {at, nodes, jobs, queue, rates}}; {@code rates} is absent at the first look. */
    public JsonObject toJson() {
        var counts = JsonObject.builder();
        byStatus.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> counts.put(entry.getKey().wire(), entry.getValue()));
        var json =
                JsonObject.builder()
                        .put("at", Timestamps.format(at))
                        .put("nodes", JsonArray.of(nodes.stream().map(TopState::node).toList()))
                        .put(
                                "jobs",
                                JsonObject.builder()
                                        .put("by_status", counts.build())
                                        .put("unfinished", unfinished())
                                        .put(
                                                "listed",
                                                JsonArray.of(
                                                        jobs.stream().map(TopState::job).toList()))
                                        .build())
                        .put("queue", JsonObject.builder().put("worker_slots", queued()).build());
        rates.ifPresent(
                rate ->
                        json.put(
                                "rates",
                                JsonObject.builder()
                                        .put("events_per_second", rate.eventsPerSecond())
                                        .put("jobs_ended_per_minute", rate.endedPerMinute())
                                        .build()));
        return json.build();
    }

    private static JsonObject node(Node node) {
        var pools = JsonObject.builder();
        node.pools().stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .forEach(pool -> pools.put(pool.getKey(), pool.getValue().toJson()));
        return JsonObject.builder()
                .put("name", node.name())
                .put("status", node.status())
                .put("scheduling_eligible", node.eligible())
                .put("executor_pools", pools.build())
                .build();
    }

    private static JsonObject job(Job job) {
        var json =
                JsonObject.builder()
                        .put("job_id", job.id())
                        .put("name", job.name())
                        .put("status", job.status().wire())
                        .put("submitted_at", Timestamps.format(job.submittedAt()))
                        .put("sequence", job.sequence());
        job.percent().ifPresent(percent -> json.put("percent", percent));
        return json.build();
    }
}
