package mirrorneuron.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real server under clients that submit, follow and read, killed with a signal that it cannot
 * see, again and again on one home and one port.
 */
@Tag("slow")
class RestCrashSuite {

    private static final int KILLS_OF_BUILD = 12;
    private static final int KILLS_OF_SLICE = 25;

    /** A message whose handling was interrupted ten times is a dead letter. */
    private static final int KILLS_OF_A_COMMAND_MAX = 8;

    private static final int READERS = 2;

    /** A client that nothing was heard of for so long, while no other moved, is stuck. */
    private static final long STUCK_SECONDS = 45;

    private static final long WAIT_SECONDS_MAX = 60;

    /** What clients submit in each life. */
    private static final List<String> BATCH =
            List.of("sweep", "report", "stream", "chain", "relay", "doomed", "flaky");

    @TempDir Path slices;

    private final List<RestJob> jobs = new CopyOnWriteArrayList<>();
    private final List<Future<RestJob>> clients = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private int slice;
    private Path folder;
    private Random random;
    private ServerLives server;

    @BeforeEach
    void a_slice() throws Exception {
        begin(new Random());
    }

    /** A home, a port and clients of their own. */
    private void begin(Random seeded) throws Exception {
        random = seeded;
        jobs.clear();
        clients.clear();
        folder = Files.createDirectory(slices.resolve("slice-" + slice++));
        server =
                new ServerLives(
                        home(),
                        folder.resolve("output"),
                        Map.of(
                                "EFFECTS",
                                Files.createFile(effects()).toString(),
                                "MENDED",
                                Files.createFile(folder.resolve("mended")).toString(),
                                "GATE",
                                gate().toString(),
                                "MN_SHUTDOWN_GRACE_SECONDS",
                                "2"));
    }

    @AfterEach
    void nothing_stays() throws Exception {
        threads.shutdownNow();
        server.close();
        // Workers of a server that was killed outlive it until the next one starts.
        for (var pid : Product.processesBelow(slices)) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        assertThat(Product.serversOf(home()).stream().filter(Product::runs)).isEmpty();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private Path home() {
        return folder.resolve("home");
    }

    private Path runs() {
        return home().resolve("runs");
    }

    private Path effects() {
        return folder.resolve("effects");
    }

    /** Commands of waiting jobs run until this file is there. */
    private Path gate() {
        return folder.resolve("gate");
    }

    @Test
    void what_clients_were_told_over_http_outlives_kills_and_streams_go_on_without_a_gap()
            throws Exception {
        CrashCount.of("crash-rest", KILLS_OF_BUILD, KILLS_OF_SLICE)
                .prove(
                        (kills, seeded) -> {
                            begin(seeded);
                            return slice(kills);
                        });
    }

    private CrashCount.Slice slice(int kills) throws Exception {
        var over = new CountDownLatch(1);
        var readers = new ArrayList<Future<Integer>>();
        for (int reader = 0; reader < READERS; reader++) {
            var seeded = new Random(random.nextLong());
            readers.add(threads.submit(() -> read(over, seeded)));
        }
        long worstRecoveryMs = 0;
        int fenced = 0;
        Set<Long> orphans = Set.of();
        for (int kill = 1; kill <= kills; kill++) {
            if (kill == Math.min(kills, KILLS_OF_A_COMMAND_MAX)) {
                Files.createFile(gate());
            }
            // Every fifth dies while it starts; clients wait for the next one.
            if (kill % 5 == 0) {
                server.begin();
                server.rest(random.nextInt(1_500));
            } else {
                worstRecoveryMs = Math.max(worstRecoveryMs, server.start());
                assertGone(orphans);
                if (kill == 1) {
                    // Its command works until the gate opens, and is caught by each kill.
                    begin("waiting");
                }
                BATCH.forEach(this::begin);
                if (kill == Math.min(kills, 2)) {
                    // However slow the machine is, one kill meets open streams and a command.
                    awaitWork(jobs.getFirst());
                }
                // In a short life clients are about to submit, in a long one they follow.
                server.rest(20 + random.nextInt(kill % 2 == 0 ? 1_200 : 3_000));
            }
            server.kill();
            orphans = Set.copyOf(Product.processesBelow(folder));
            fenced += orphans.size();
        }
        worstRecoveryMs = Math.max(worstRecoveryMs, server.start());
        assertGone(orphans);

        var stuck = awaitEnds();
        over.countDown();
        int reads = 0;
        for (var reader : readers) {
            reads += reader.get();
        }
        int cuts = jobs.stream().mapToInt(job -> job.events.cuts() + job.records.cuts()).sum();
        var counts =
                Map.of(
                        "acknowledged_twice",
                        jobs.stream().filter(RestJob::repeated).count(),
                        "streams_cut",
                        (long) cuts,
                        "workers_fenced",
                        (long) fenced,
                        "reads",
                        (long) reads);
        var lost = stuck.isEmpty() ? lost() : List.<String>of();
        var wrong = stuck.isEmpty() && lost.isEmpty() ? audited() : List.<String>of();
        if (stuck.isEmpty() && lost.isEmpty() && wrong.isEmpty()) {
            assertThat(List.of(cuts, fenced, reads)).as("what was tried").allMatch(it -> it > 0);
            assertThat(server.stop()).as(server.lastWords()).isZero();
            assertThat(Product.processesBelow(folder)).as("orphans").isEmpty();
            assertRebuilt();
        }
        return new CrashCount.Slice(
                kills,
                jobs.size(),
                lost.size(),
                wrong.size(),
                stuck.size(),
                worstRecoveryMs,
                counts,
                Stream.of(lost, wrong, stuck).flatMap(List::stream).toList());
    }

    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_stop_in_the_middle_tells_streams_why_and_clients_go_on_after_the_next_start()
            throws Exception {
        server.start();
        BATCH.forEach(this::begin);
        var waiting = begin("waiting");
        awaitWork(waiting);

        assertThat(server.stop()).as(server.lastWords()).isZero();
        assertThat(Product.processesBelow(folder)).as("commands after the stop").isEmpty();
        Files.createFile(gate());
        server.start();
        assertThat(awaitEnds()).as("stuck").isEmpty();

        assertThat(audited()).as("wrong").isEmpty();
        for (var follower : List.of(waiting.events, waiting.records)) {
            assertThat(follower.reasons).as(follower.toString()).hasSize(1);
            assertThat(follower.reasons.getFirst()).startsWith("the server is stopping; ask again");
        }
        assertThat(jobs).allMatch(job -> job.events.cuts() + job.records.cuts() == 0);
        assertThat(server.stop()).as(server.lastWords()).isZero();
    }

    // Clients

    private RestJob begin(String kind) {
        var job = new RestJob(server, kind, "key-" + jobs.size());
        jobs.add(job);
        clients.add(threads.submit(() -> job.live(threads)));
        return job;
    }

    /**
     * Reads lists and details until it is over. What was acknowledged before a read is in it, and a
     * job that was seen to have ended never goes on.
     */
    private int read(CountDownLatch over, Random seeded) throws Exception {
        var ended = new HashSet<String>();
        int reads = 0;
        while (!over.await(50, TimeUnit.MILLISECONDS)) {
            var acknowledged = jobs.stream().filter(RestJob::acknowledged).toList();
            var list = ok("/jobs").array("data").stream().map(JsonObject.class::cast).toList();
            var found = new HashSet<String>();
            for (var line : list) {
                var id = line.string("job_id").orElseThrow();
                assertThat(found.add(id)).as("twice in the list: " + line).isTrue();
                var status = line.string("status").orElseThrow();
                boolean terminal = Set.of("completed", "failed").contains(status);
                assertThat(terminal || !ended.contains(id)).as("ended: " + line).isTrue();
                if (terminal) {
                    ended.add(id);
                }
            }
            assertThat(found)
                    .containsAll(acknowledged.stream().map(job -> job.id().value()).toList());
            if (!acknowledged.isEmpty()) {
                var id = acknowledged.get(seeded.nextInt(acknowledged.size())).id();
                var run = ok("/jobs/" + id).object("job").string("run_id").orElseThrow();
                ok("/jobs/" + id + "/graph");
                ok("/runs/" + run + "/observability-summary");
                ok("/runs/" + run + "/timeline");
            }
            ok("/system/summary");
            reads++;
        }
        return reads;
    }

    private JsonObject ok(String path) throws InterruptedException {
        var answer = server.ask(wire -> wire.get(path));
        assertThat(answer.status()).as(path + " " + answer).isEqualTo(200);
        return answer.json();
    }

    /** Waits until both streams of a job are open and a command works. */
    private void awaitWork(RestJob job) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        while (!job.events.begun()
                || !job.records.begun()
                || Product.processesBelow(folder).isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(job.key + " is not at work\n" + explained());
            }
            // The pause between two looks; an end of the process ends it early.
            server.rest(20);
        }
    }

    /**
     * Waits until every client has seen the end of its job, or none of them moves.
     *
     * @return what is known of those that do not move; empty when all have seen the end
     */
    private List<String> awaitEnds() throws Exception {
        long heard = -1;
        long movedNanos = System.nanoTime();
        while (true) {
            var open = clients.stream().filter(client -> !client.isDone()).toList();
            for (var client : clients) {
                if (client.isDone()) {
                    client.get();
                }
            }
            long now = clients.size() - open.size();
            now += jobs.stream().mapToLong(job -> job.events.heard() + job.records.heard()).sum();
            if (open.isEmpty()) {
                return List.of();
            }
            if (now != heard) {
                heard = now;
                movedNanos = System.nanoTime();
            } else if (System.nanoTime() - movedNanos > TimeUnit.SECONDS.toNanos(STUCK_SECONDS)) {
                return List.of(open.size() + " clients wait\n" + explained());
            }
            server.rest(50);
        }
    }

    /** What is known of the jobs that have not ended, and the server's last words. */
    private String explained() {
        var text = new StringBuilder();
        for (var job : jobs) {
            if (!job.events.end().isEmpty() && !job.records.end().isEmpty()) {
                continue;
            }
            text.append(job.kind + " " + job.key + "\n");
            text.append("  events: " + job.events + "\n");
            text.append("  records: " + job.records + "\n");
            if (job.acknowledged()) {
                for (var what : List.of("explain", "events?limit=20", "dead-letters")) {
                    var path = "/jobs/" + job.id() + "/" + what;
                    text.append("  " + path + ": " + answered(path) + "\n");
                }
            }
        }
        return text + server.lastWords();
    }

    private String answered(String path) {
        try {
            return server.wire().get(path).text();
        } catch (IOException broken) {
            return broken.toString();
        }
    }

    // What has to be true in the end

    private static void assertGone(Set<Long> orphans) {
        assertThat(Product.left(orphans))
                .as("workers of the killed server after the next one is healthy")
                .isEmpty();
    }

    /** Acknowledged jobs that the server does not know, or that did not come to their end. */
    private List<String> lost() throws Exception {
        var statuses = new HashMap<String, String>();
        for (var line : ok("/jobs").array("data")) {
            var job = (JsonObject) line;
            statuses.put(job.string("job_id").orElseThrow(), job.string("status").orElseThrow());
        }
        return jobs.stream()
                .map(RestJob::id)
                .filter(id -> !Outcomes.status(id).equals(statuses.get(id.value())))
                .map(id -> "lost: " + id + ": " + statuses.get(id.value()))
                .toList();
    }

    /** What is wrong with the jobs, all of them together and each by itself. */
    private List<String> audited() throws Exception {
        var list = ok("/jobs");
        var ids = jobs.stream().map(job -> job.id().value()).collect(Collectors.toSet());
        assertThat(ids).as("jobs of %d keys", jobs.size()).hasSize(jobs.size());
        assertThat(list.integer("total")).as("jobs of all keys").hasValue(jobs.size());
        var wrong = new ArrayList<String>();
        var effects = Outcomes.effects(effects());
        var audit = new RestAudit(server.wire(), runs(), effects);
        for (var job : jobs) {
            wrong.addAll(audit.problems(job));
        }
        assertThat(ok("/jobs").integer("total")).as("jobs after the audit").hasValue(jobs.size());
        assertThat(ids.stream().map(JobId::of).collect(Collectors.toSet()))
                .as("jobs that noted effects")
                .containsAll(effects.keySet());
        return wrong;
    }

    /** One run of each kind, written again from its log, has the same files. */
    private void assertRebuilt() throws Exception {
        for (var kind : jobs.stream().map(job -> job.kind).collect(Collectors.toSet())) {
            var ofKind = jobs.stream().filter(job -> job.kind.equals(kind)).toList();
            var run = ofKind.get(random.nextInt(ofKind.size())).id().value();
            var before = RunFiles.contents(runs().resolve(run));
            var rebuilt = Product.run(home(), "run", "rebuild", run);
            assertThat(rebuilt.exit()).as(rebuilt.toString()).isZero();
            assertThat(RunFiles.differences(before, runs().resolve(run))).isEmpty();
        }
    }
}
