package mirrorneuron.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs are paused and put into archives while others work and processes are killed, their home is
 * destroyed, and they go on in an empty one, where restores are killed too.
 */
@Tag("slow")
class BackupSuite {

    /** Fewer than a home sees, nearly always. */
    private static final int KILLS_OF_BUILD = 8;

    /** Jobs of one home. */
    private static final int JOBS = Integer.getInteger("mn.crash.backup.jobs", 8);

    private static final List<String> KINDS =
            List.of("mill", "gated", "flaky", "stream", "waiting", "chain", "sweep", "mill");

    /** These end soon, or would keep other commands from ending; the server pauses them. */
    private static final Set<String> PAUSED_AT_ONCE = Set.of("stream", "chain", "sweep", "waiting");

    /** These do not end before the files of MENDED and GATE are there, or a person decides. */
    private static final Set<String> OPEN = Set.of("gated", "flaky", "waiting");

    /** These ask for more than a command that follows them. */
    private static final Set<String> NEEDS_HELP = Set.of("gated", "flaky");

    @TempDir Path slices;

    private int slice;
    private Path folder;
    private Random random;
    private ServerLives server;
    private @Nullable Process current;
    private int kills;

    @BeforeEach
    void a_slice() throws Exception {
        begin(new Random());
    }

    private void begin(Random seeded) throws Exception {
        random = seeded;
        kills = 0;
        folder = Files.createDirectory(slices.resolve("slice-" + slice++));
        server = new ServerLives(home(), output(), variables(before()));
        Files.createFile(before());
        Files.createFile(after());
    }

    @AfterEach
    void nothing_stays() throws Exception {
        server.close();
        if (current != null) {
            current.destroyForcibly().waitFor();
        }
        for (var pid : Product.processesBelow(slices)) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private Path home() {
        return folder.resolve("home");
    }

    private Path run(JobId job) {
        return home().resolve("runs").resolve(job.value());
    }

    private Path output() {
        return folder.resolve("output");
    }

    private Path archives() {
        return folder.resolve("archives");
    }

    /** What commands note while the first home is there, and what they note in the second. */
    private Path before() {
        return folder.resolve("before");
    }

    private Path after() {
        return folder.resolve("after");
    }

    private Path mended() {
        return folder.resolve("mended");
    }

    private Path gate() {
        return folder.resolve("gate");
    }

    private BackupAudit audit() {
        return new BackupAudit(home().resolve("runs"), before(), after());
    }

    private Map<String, String> variables(Path effects) {
        return Map.of(
                "EFFECTS", effects.toString(),
                "MENDED", mended().toString(),
                "GATE", gate().toString());
    }

    @Test
    void archived_jobs_go_on_in_an_empty_home_as_if_they_had_not_been_away() throws Exception {
        // How many kills a home sees is chance, so homes are used up until it is enough.
        CrashCount.of("crash-backup", KILLS_OF_BUILD, KILLS_OF_BUILD)
                .prove(
                        (_, seeded) -> {
                            begin(seeded);
                            return slice();
                        });
    }

    private CrashCount.Slice slice() throws Exception {
        var jobs = submittedToAServerThatIsKilled();
        var archives = new LinkedHashMap<JobId, Path>();
        for (var job : shuffled(jobs)) {
            if (random.nextBoolean()) {
                // All that are not paused work meanwhile.
                killed(2_000, before(), "job", "monitor", job.value());
            }
            if (paused(job)) {
                archives.put(job, backedUp(job));
            }
        }
        assertArchivesAreWhole();
        var events = new HashMap<JobId, List<JsonObject>>();
        var wrong = new ArrayList<String>();
        for (var job : jobs) {
            if (archives.containsKey(job)) {
                events.put(job, audit().events(job));
            } else {
                assertThat(OPEN).as(job + " has ended").doesNotContain(Shapes.kind(job));
                wrong.addAll(audit().problems(job));
            }
        }
        assertThat(Product.processesBelow(folder)).as("commands of paused jobs").isEmpty();
        int killsBefore = kills;
        delete(home());

        Files.createFile(mended());
        Files.createFile(gate());
        for (var job : shuffled(List.copyOf(archives.entrySet()))) {
            restored(job.getKey(), job.getValue());
            // The first ones work while the next ones are restored.
            did("job", "resume", job.getKey().value());
        }
        int acknowledged = 0;
        int commandsAfter = 0;
        for (var job : archives.keySet()) {
            helped(job);
            did("job", "monitor", job.value(), "--exit-status");
            wrong.addAll(audit().problemsOfMoved(job, events.getOrDefault(job, List.of())));
            acknowledged += audit().acknowledged(job).size();
            commandsAfter += audit().effectsAfter(job).size();
        }
        wrong.addAll(clonedBesideItsOriginal(archives));
        assertThat(List.of(acknowledged, commandsAfter, kills))
                .as("what was tried")
                .allMatch(it -> it > 0);
        assertThat(Product.processesBelow(folder)).as("orphans").isEmpty();
        assertNothingOfBackupsIsIn(home());
        return new CrashCount.Slice(
                kills,
                jobs.size(),
                0,
                wrong.size(),
                0,
                0,
                Map.of(
                        "moved",
                        (long) archives.size(),
                        "kills_after",
                        (long) kills - killsBefore,
                        "acknowledged_before",
                        (long) acknowledged,
                        "commands_after",
                        (long) commandsAfter),
                wrong);
    }

    private static void assertNothingOfBackupsIsIn(Path home) throws IOException {
        try (var files = Files.walk(home)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("backup-"));
        }
    }

    // The first home

    /** Some are being paused when the server dies, some have been, most work. */
    private List<JobId> submittedToAServerThatIsKilled() throws Exception {
        var jobs = new ArrayList<JobId>();
        var pauses = new ArrayList<Thread>();
        server.start();
        var wire = server.wire();
        for (int n = 0; n < JOBS; n++) {
            var kind = KINDS.get(n % KINDS.size());
            var answer = wire.post("/jobs", RestJob.body(kind));
            assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
            var job = JobId.of(answer.json().string("job_id").orElseThrow());
            jobs.add(job);
            if (PAUSED_AT_ONCE.contains(kind)) {
                server.rest(random.nextInt(150));
                pauses.add(Thread.startVirtualThread(() -> pause(wire, job)));
            }
        }
        server.rest(200 + random.nextInt(800));
        server.kill();
        kills++;
        for (var pause : pauses) {
            pause.join();
        }
        return jobs;
    }

    private static void pause(Wire wire, JobId job) {
        try {
            wire.post("/jobs/" + job + "/pause", "{}");
        } catch (IOException killed) {
            // What has become of the job is seen in the end, whatever the answer would have been.
        }
    }

    /** Pauses a job; false when it has ended. */
    private boolean paused(JobId job) throws Exception {
        if (random.nextInt(3) == 0) {
            killed(1_500, before(), "job", "pause", job.value());
        }
        var pause =
                random.nextBoolean()
                        ? mn(before(), "job", "pause", job.value())
                        : mn(before(), "job", "pause", job.value(), "--now");
        if (pause.exit() == 0) {
            assertThat(data(pause).string("status")).as(pause.toString()).contains("paused");
            return true;
        }
        assertThat(pause.toString()).contains("but it is completed");
        return false;
    }

    private Path backedUp(JobId job) throws Exception {
        var to = List.of("job", "backup", job.value(), "--output", archives().toString());
        if (random.nextInt(3) == 0) {
            killed(1_200, before(), to.toArray(String[]::new));
        }
        var more = new ArrayList<>(to);
        more.addAll(List.of("--output-format", "json"));
        var backup =
                Product.run(Product.mn(home(), variables(before()), more.toArray(String[]::new)));
        assertThat(backup.exit()).as(backup.toString()).isZero();
        return Path.of(data(backup).string("archive").orElseThrow());
    }

    /** Those of commands that were killed included. */
    private void assertArchivesAreWhole() throws IOException {
        try (var files = Files.newDirectoryStream(archives(), "*.zip")) {
            for (var file : files) {
                try (var zip = new ZipFile(file.toFile())) {
                    assertThat(zip.getEntry("checksums.json")).as(file.toString()).isNotNull();
                }
            }
        }
    }

    // The second home

    /** Restores a job; when that is killed, all of it is there or nothing. */
    private void restored(JobId job, Path archive) throws Exception {
        var command = List.of("job", "restore", "--input", archive.toString(), "--continue");
        if (random.nextBoolean()) {
            killed(1_200, after(), command.toArray(String[]::new));
            var status = mn(after(), "job", "status", job.value());
            if (status.exit() == 0) {
                assertThat(status.out()).contains("\"restored_from_backup\"");
                var second = mn(after(), command.toArray(String[]::new));
                assertThat(second.exit()).as(second.toString()).isNotZero();
                assertThat(second.toString()).contains("but a job with this id exists");
                return;
            }
            assertThat(status.exit()).as(status.toString()).isEqualTo(2);
            assertThat(run(job).resolve("run.json")).as("a run without a job").doesNotExist();
        }
        var restored = data(did(command.toArray(String[]::new)));
        assertThat(restored.string("job_id")).contains(job.value());
        assertThat(restored.string("status")).contains("paused");
    }

    /** Does what the job waits for and no command of its own can do. */
    private void helped(JobId job) throws Exception {
        switch (Shapes.kind(job)) {
            case "gated" -> {
                did("job", "monitor", job.value());
                did(
                        "job",
                        "human",
                        job.value(),
                        "--respond",
                        "draft:gate:1",
                        "--decision",
                        "approve");
            }
            case "flaky" -> {
                var letters = did("job", "dead-letters", job.value());
                for (var letter : ((JsonObject) Json.parse(letters.out())).array("data")) {
                    var index = ((JsonObject) letter).integer("index").orElseThrow();
                    did("job", "dead-letters", job.value(), "--replay", Long.toString(index));
                }
            }
            default -> {}
        }
    }

    /** A clone has ids of its own, ends too, and leaves the job that it was made of alone. */
    private List<String> clonedBesideItsOriginal(Map<JobId, Path> archives) throws Exception {
        var source =
                shuffled(List.copyOf(archives.entrySet())).stream()
                        .filter(job -> !NEEDS_HELP.contains(Shapes.kind(job.getKey())))
                        .findFirst()
                        .orElseThrow();
        var original = source.getKey();
        var untouched = RunFiles.contents(run(original));
        var restored = data(did("job", "restore", "--input", source.getValue().toString()));
        var clone = JobId.of(restored.string("job_id").orElseThrow());
        assertThat(clone).isNotEqualTo(original);
        assertThat(restored.string("run_id")).contains(clone.value());
        did("job", "resume", clone.value());
        did("job", "monitor", clone.value(), "--exit-status");
        var wrong = new ArrayList<>(audit().problemsOfClone(clone, original));
        wrong.addAll(RunFiles.differences(untouched, run(original)));
        return wrong;
    }

    // Commands

    private Product.Run mn(Path effects, String... arguments) throws Exception {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        return Product.run(Product.mn(home(), variables(effects), all.toArray(String[]::new)));
    }

    /** In the second home; fails when it does. */
    private Product.Run did(String... arguments) throws Exception {
        var run = mn(after(), arguments);
        assertThat(run.exit()).as(String.join(" ", arguments) + "\n" + run).isZero();
        return run;
    }

    private static JsonObject data(Product.Run run) {
        return ((JsonObject) Json.parse(run.out())).object("data");
    }

    /** Starts a command and sends SIGKILL after a while, unless it has ended. */
    private void killed(int msMax, Path effects, String... arguments) throws Exception {
        var process =
                Product.mn(home(), variables(effects), arguments)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
                        .start();
        current = process;
        if (!process.waitFor(200 + random.nextInt(msMax - 200), TimeUnit.MILLISECONDS)) {
            process.toHandle().destroyForcibly();
            kills++;
        }
        process.waitFor();
    }

    private <T> List<T> shuffled(List<T> list) {
        var copy = new ArrayList<>(list);
        Collections.shuffle(copy, random);
        return copy;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
