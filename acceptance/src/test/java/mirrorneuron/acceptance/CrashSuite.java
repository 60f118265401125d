package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real program, killed with a signal that it cannot see, again and again on one home. */
@Tag("slow")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CrashSuite {

    /** {@code -Dmn.crash.seed=…} repeats the moments and the work of an earlier run. */
    private static final long SEED = Long.getLong("mn.crash.seed", new Random().nextInt(1_000_000));

    private static final int KILLS = Integer.getInteger("mn.crash.kills", 50);
    private static final int KILLS_OF_THE_COMMAND = 5;

    /** What each life is told to submit; the first of them are most likely to be acknowledged. */
    private static final List<String> BATCH =
            List.of("sweep", "relay", "flaky", "pong", "stream", "relay", "sweep", "relay");

    private static final long LINE_SECONDS_MAX = 60;
    private static final long SETTLE_SECONDS_MAX = 90;

    private final Random random = new Random(SEED);
    private @Nullable Life current;

    @AfterEach
    void leave_no_process_behind() throws Exception {
        if (current != null) {
            current.kill();
        }
    }

    /** One process from its start to its end. */
    private static final class Life {

        private static final String END = "";

        final Process process;
        private final PrintStream in;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Life(Path home, Path effects, Path mended, Path errors) throws IOException {
            var builder =
                    new ProcessBuilder(
                            Product.JAVA,
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx512m",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            Product.libraries()
                                    + ":"
                                    + Product.PROJECT.resolve("acceptance/target/test-classes"),
                            CrashDriver.class.getName(),
                            home.toString());
            builder.environment().keySet().removeIf(name -> name.startsWith("MN_"));
            builder.environment().put("EFFECTS", effects.toString());
            builder.environment().put("MENDED", mended.toString());
            process =
                    builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                            .start();
            in = new PrintStream(process.getOutputStream(), true, UTF_8);
            var reader = process.inputReader(UTF_8);
            Thread.ofVirtual().start(() -> read(reader));
        }

        private void read(BufferedReader reader) {
            try (reader) {
                String line;
                while ((line = reader.readLine()) != null) {
                    lines.add(line);
                }
            } catch (IOException killed) {
                // The pipe breaks with its writer; what was read counts.
            } finally {
                lines.add(END);
            }
        }

        void tell(String line) {
            in.println(line);
        }

        /** The next line; empty when the process has ended and said everything. */
        Optional<String> next() throws InterruptedException {
            var line = lines.poll(LINE_SECONDS_MAX, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("the driver said nothing for " + LINE_SECONDS_MAX + " s");
            }
            return line.equals(END) ? Optional.empty() : Optional.of(line);
        }

        List<String> until(String last) throws InterruptedException {
            var said = new ArrayList<String>();
            while (true) {
                var line = next();
                if (line.isEmpty()) {
                    throw new AssertionError(
                            "the driver ended before it said " + last + ": " + said);
                }
                if (line.get().equals(last)) {
                    return said;
                }
                said.add(line.get());
            }
        }

        /** Sends SIGKILL; the process's own method would throw away what it still has to say. */
        void kill() throws InterruptedException {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
    }

    @Test
    void acknowledged_work_outlives_fifty_kills_and_is_done_once(@TempDir Path folder)
            throws Exception {
        System.out.println("seed: " + SEED + " (repeat with -Dmn.crash.seed=" + SEED + ")");
        var home = folder.resolve("home");
        var effects = Files.createFile(folder.resolve("effects"));
        var mended = folder.resolve("mended");
        var errors = folder.resolve("stderr");

        var acknowledged = new LinkedHashSet<JobId>();
        var unanswered = new LinkedHashSet<JobId>();
        long worstRecoveryMs = 0;
        Set<Long> orphans = Set.of();
        int number = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
            var life = begin(home, effects, mended, errors);
            // Every fifth dies while it starts; nobody can have been told anything then.
            boolean early = kill % 5 == 0;
            if (!early) {
                worstRecoveryMs = Math.max(worstRecoveryMs, opened(life));
                assertGone(orphans);
                // What was asked and not answered is asked again under the same key.
                for (var id : List.copyOf(unanswered)) {
                    life.tell("submit " + id);
                }
                for (var kind : BATCH) {
                    var id = JobId.of(kind + "-" + number++);
                    unanswered.add(id);
                    life.tell("submit " + id);
                }
            }
            if (kill == KILLS * 2 / 3) {
                Files.createFile(mended);
            }
            if (!early && kill > KILLS * 2 / 3) {
                life.tell("replay");
            }
            int delayMs = early ? random.nextInt(900) : 20 + random.nextInt(1_300);
            assertThat(life.process.waitFor(delayMs, TimeUnit.MILLISECONDS))
                    .as("kill %d: ended by itself\n%s", kill, text(errors))
                    .isFalse();
            life.kill();
            orphans = Set.copyOf(Product.processesBelow(folder));
            Optional<String> line;
            while ((line = life.next()).isPresent()) {
                note(line.get(), acknowledged, unanswered);
            }
        }

        var last = begin(home, effects, mended, errors);
        worstRecoveryMs = Math.max(worstRecoveryMs, opened(last));
        assertGone(orphans);
        for (var id : List.copyOf(unanswered)) {
            last.tell("submit " + id);
        }
        var jobs = settled(last, acknowledged, unanswered);
        last.in.close();
        last.until("closed");
        assertThat(last.process.waitFor(10, TimeUnit.SECONDS)).isTrue();

        var effectsByJob = Outcomes.effects(effects);
        var lost = new ArrayList<String>();
        var wrong = new ArrayList<String>();
        for (var id : acknowledged) {
            var found = jobs.get(id);
            if (found == null || !found.status().equals("completed")) {
                lost.add(id + ": " + found);
            } else {
                Outcomes.problem(id, found.output(), effectsByJob.getOrDefault(id, Set.of()))
                        .ifPresent(wrong::add);
                RunFiles.problem(home.resolve("runs").resolve(id.value()), "job_completed")
                        .ifPresent(wrong::add);
            }
        }
        System.out.printf(
                "crash: %d kills, %d jobs, %d lost, %d doubled or wrong, worst recovery %d ms%n",
                KILLS, acknowledged.size(), lost.size(), wrong.size(), worstRecoveryMs);
        assertThat(lost).as("lost").isEmpty();
        assertThat(wrong).as("doubled or wrong").isEmpty();
        assertThat(unanswered).as("never answered").isEmpty();
        assertThat(jobs.keySet()).as("jobs that nobody submitted").isEqualTo(acknowledged);
        assertThat(Product.processesBelow(folder)).as("orphans").isEmpty();
        assertThat(acknowledged).hasSizeGreaterThan(KILLS * 4);
    }

    @Test
    void an_open_gate_outlives_kills_and_an_answer_counts_once(@TempDir Path folder)
            throws Exception {
        var home = folder.resolve("home");
        var effects = Files.createFile(folder.resolve("effects"));
        var mended = folder.resolve("mended");
        var errors = folder.resolve("stderr");
        var id = JobId.of("gated-1");

        var life = begin(home, effects, mended, errors);
        opened(life);
        life.tell("submit " + id);
        assertThat(life.next()).contains("ack " + id);
        var open = gateOf(life, id);
        assertThat(open).matches("gate draft:gate:1 open \\S+Z -");
        life.kill();

        for (int kill = 0; kill < 2; kill++) {
            life = begin(home, effects, mended, errors);
            opened(life);
            assertThat(gateOf(life, id)).as("the gate after the kill").isEqualTo(open);
            if (kill == 0) {
                life.kill();
            }
        }
        life.tell("decide gated-1 draft:gate:1 d-1 approve");
        assertThat(life.next()).contains("decided applied");
        life.kill();

        life = begin(home, effects, mended, errors);
        opened(life);
        assertThat(gateOf(life, id)).contains(" answered ").endsWith(" d-1");
        life.tell("decide gated-1 draft:gate:1 d-1 approve");
        assertThat(life.next()).contains("decided unchanged");
        life.tell("decide gated-1 draft:gate:1 d-1 reject");
        assertThat(life.next()).contains("decided refused");
        life.tell("decide gated-1 draft:gate:1 d-2 approve");
        assertThat(life.next()).contains("decided refused");

        var jobs = settled(life, new HashSet<>(Set.of(id)), new HashSet<>());
        assertThat(jobs)
                .containsExactly(
                        Map.entry(id, new Found("completed", Json.parse("{\"by\":\"publish\"}"))));
        // A set: the command that a kill interrupts may run twice, and may count once only.
        assertThat(Outcomes.effects(effects).get(id)).hasSize(2);
        life.in.close();
        life.until("closed");
        assertThat(Product.processesBelow(folder)).isEmpty();
    }

    /** The job's one gate, once the job has come to it. */
    private static String gateOf(Life life, JobId id) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LINE_SECONDS_MAX);
        while (System.nanoTime() < deadline) {
            life.tell("gates " + id);
            var gates = life.until("gates-done");
            if (!gates.isEmpty()) {
                assertThat(gates).hasSize(1);
                return gates.getFirst();
            }
            // The pause between two looks; an end of the process ends it early.
            assertThat(life.process.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
        }
        throw new AssertionError("job " + id + " came to no gate");
    }

    private Life begin(Path home, Path effects, Path mended, Path errors) throws IOException {
        var life = new Life(home, effects, mended, errors);
        current = life;
        return life;
    }

    /** Waits for the line that says that the home is open, and returns how long that took. */
    private static long opened(Life life) throws InterruptedException {
        var line = life.next();
        assertThat(line).as("the first line").isPresent();
        var words = line.get().split(" ", 3);
        assertThat(words[0]).isEqualTo("open");
        assertThat(words[2]).as("damage").isEqualTo("[]");
        return Long.parseLong(words[1]);
    }

    private static void assertGone(Set<Long> orphans) {
        assertThat(Product.left(orphans))
                .as("workers of the killed process after the next one is open")
                .isEmpty();
    }

    private static void note(String line, Set<JobId> acknowledged, Set<JobId> unanswered) {
        var words = line.split(" ", 3);
        switch (words[0]) {
            case "ack" -> {
                var id = JobId.of(words[1]);
                acknowledged.add(id);
                unanswered.remove(id);
            }
            case "open", "replayed", "replays-done" -> {}
            default -> throw new AssertionError("the driver said: " + line);
        }
    }

    private record Found(String status, JsonValue output) {}

    /** Replays what is left and waits until every job has ended. */
    private static Map<JobId, Found> settled(
            Life life, Set<JobId> acknowledged, Set<JobId> unanswered) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS_MAX);
        while (true) {
            life.tell("replay");
            for (var line : life.until("replays-done")) {
                note(line, acknowledged, unanswered);
            }
            life.tell("list");
            var jobs = new HashMap<JobId, Found>();
            for (var line : life.until("listed")) {
                var words = line.split(" ", 4);
                if (words[0].equals("job")) {
                    jobs.put(JobId.of(words[1]), new Found(words[2], Json.parse(words[3])));
                } else {
                    note(line, acknowledged, unanswered);
                }
            }
            boolean over =
                    unanswered.isEmpty()
                            && jobs.values().stream()
                                    .allMatch(job -> job.status().equals("completed"));
            if (over || System.nanoTime() > deadline) {
                return jobs;
            }
            // The pause between two looks; an end of the process ends it early.
            assertThat(life.process.waitFor(250, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    // ---- the command

    /** How events are written for programs: time, type, agent, what is to be said of it. */
    private static final String EVENT_LINE = "\\d\\d:\\d\\d:\\d\\d\\.\\d{3} [a-z_]+( .*)?";

    @Test
    void a_run_killed_five_times_in_a_row_still_ends_with_the_right_answer(@TempDir Path folder)
            throws Exception {
        System.out.println("seed: " + SEED + " (repeat with -Dmn.crash.seed=" + SEED + ")");
        var home = folder.resolve("home");
        var run =
                Product.mn(
                        home,
                        Map.of(),
                        "blueprint",
                        "run",
                        "--folder",
                        Product.example("prime_sweep").toString(),
                        "--job-id",
                        "primes");
        killSoonAfterTheFirstLine(run, folder.resolve("errors-0"), "Job ID: primes");
        for (int kill = 2; kill <= KILLS_OF_THE_COMMAND; kill++) {
            killSoonAfterTheFirstLine(
                    Product.mn(home, Map.of(), "job", "monitor", "primes"),
                    folder.resolve("errors-" + kill),
                    EVENT_LINE);
        }
        var end = Product.run(home, "job", "monitor", "primes");
        assertThat(end.exit()).as(end.toString()).isZero();
        assertThat(end.out()).contains("Status: completed").contains("\"primes\": 148933");
        assertThat(Product.processesBelow(folder)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"scatter_gather", "teardown", "branch_review", "quorum", "dynamic_research"})
    void a_workflow_killed_again_and_again_still_ends_with_the_right_answer(
            String example, @TempDir Path folder) throws Exception {
        System.out.println("seed: " + SEED + " (repeat with -Dmn.crash.seed=" + SEED + ")");
        var home = folder.resolve("home");
        var run =
                Product.mn(
                        home,
                        Map.of(),
                        "blueprint",
                        "run",
                        "--folder",
                        Product.example(example).toString(),
                        "--job-id",
                        "primes");
        killSoonAfterTheFirstLine(run, folder.resolve("errors-0"), "Job ID: primes");
        for (int kill = 2; kill <= 3; kill++) {
            var monitor =
                    Product.mn(home, Map.of(), "job", "monitor", "primes")
                            .redirectError(folder.resolve("errors-" + kill).toFile())
                            .start();
            monitor.waitFor(700 + random.nextInt(700), TimeUnit.MILLISECONDS);
            monitor.toHandle().destroyForcibly();
            monitor.waitFor();
        }
        var end = Product.run(home, "job", "monitor", "primes");
        assertThat(end.exit()).as(end.toString()).isZero();
        assertThat(end.out()).contains("Status: completed");
        var readme = Files.readString(Product.example(example).resolve("README.md"));
        var expected =
                readme.substring(readme.indexOf("    Result:\n"))
                        .lines()
                        .map(line -> line.substring(Math.min(4, line.length())))
                        .collect(Collectors.joining("\n"));
        assertThat(end.out()).as(end.toString()).contains(expected.strip());
        assertThat(Product.processesBelow(folder)).isEmpty();
    }

    /**
     * @param first what the line has to be, as a regular expression
     */
    private void killSoonAfterTheFirstLine(ProcessBuilder command, Path errors, String first)
            throws IOException, InterruptedException {
        var process = command.redirectError(errors.toFile()).start();
        try (var lines = process.inputReader(UTF_8)) {
            assertThat(lines.readLine()).as(Files.readString(errors)).matches(first);
            process.waitFor(100 + random.nextInt(500), TimeUnit.MILLISECONDS);
        } finally {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
    }
}
