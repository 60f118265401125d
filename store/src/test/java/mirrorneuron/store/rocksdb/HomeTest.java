package mirrorneuron.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.store.Commits;
import mirrorneuron.store.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a home looks like, and every way in which opening one is refused. */
@Timeout(60)
class HomeTest {

    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-03-28T12:00:00Z"));

    @TempDir Path folder;

    @Test
    void a_home_is_made_with_its_parents() {
        var home = folder.resolve("a/b/home");
        RocksStore.open(home).close();
        assertThat(home.resolve("state")).isDirectory();
        assertThat(home.resolve("blobs")).isDirectory();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void a_home_is_made_for_its_owner_alone_and_one_that_is_there_stays_as_it_is()
            throws IOException {
        var home = folder.resolve("a/home");
        RocksStore.open(home).close();
        assertThat(Files.getPosixFilePermissions(home))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        var shared = PosixFilePermissions.fromString("rwxr-x---");
        Files.setPosixFilePermissions(home, shared);
        RocksStore.open(home).close();
        assertThat(Files.getPosixFilePermissions(home)).isEqualTo(shared);
    }

    @Test
    void a_second_open_in_one_process_is_refused_and_the_first_goes_on() throws IOException {
        var sameHome = folder.resolve("link");
        Files.createSymbolicLink(sameHome, folder);
        try (var store = RocksStore.open(folder, "mn", CLOCK)) {
            assertThat(refusal(sameHome).code()).isEqualTo(ErrorCode.HOME_IN_USE);
            assertThat(refusal(folder))
                    .hasMessage(
                            "Expected to open the home %s, but this process (since 2026-03-28T12:00:00.000Z)"
                                            .formatted(folder)
                                    + " has it open: stop it, or use another MN_HOME");
            store.create(Commits.first("simple-1").build());
        }
        try (var store = RocksStore.open(folder)) {
            assertThat(store.unfinished()).hasSize(1);
        }
    }

    @Test
    void the_lock_file_names_process_start_and_program() throws IOException {
        try (var store = RocksStore.open(folder, "mn server", CLOCK)) {
            assertThat(folder.resolve("state.lock"))
                    .hasContent(
                            "{\"pid\":%d,\"started_at\":\"2026-03-28T12:00:00.000Z\",\"program\":\"mn server\"}"
                                    .formatted(ProcessHandle.current().pid()));
            assertThat(store.damage()).isEmpty();
        }
    }

    @Test
    void a_lock_file_without_sense_is_no_obstacle() throws IOException {
        Files.writeString(folder.resolve("state.lock"), "nonsense");
        RocksStore.open(folder).close();
    }

    @Test
    void a_file_is_no_home() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "x");
        assertThat(refusal(file).code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(refusal(file))
                .hasMessage(
                        "Expected to open the home %s, but %s is a file: name a directory as MN_HOME"
                                .formatted(file, file));
        assertThat(refusal(file.resolve("home")))
                .hasMessageStartingWith(
                        "Expected to open the home %s, but ".formatted(file.resolve("home")))
                .hasMessageNotContaining("null");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_place_where_no_folder_can_be_made_is_no_home() {
        var home = Path.of("/proc/mn-home");
        assertThat(refusal(home))
                .hasMessage(
                        "Expected to open the home /proc/mn-home, but /proc/mn-home cannot be made"
                                + " there: name a directory on a disk as MN_HOME");
    }

    @Test
    void a_home_that_takes_no_files_is_refused() throws IOException {
        // A directory in the place of a file stands in for missing permissions, which tests that
        // run as root do not have.
        Files.createDirectories(folder.resolve("state.lock"));
        assertThat(refusal(folder).code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(refusal(folder)).hasMessageStartingWith("Expected to open the home " + folder);
        Files.delete(folder.resolve("state.lock"));
        RocksStore.open(folder).close();
    }

    @Test
    void a_newer_format_is_refused_with_both_numbers_and_not_touched() throws IOException {
        RocksStore.open(folder).close();
        var format = folder.resolve("state/FORMAT");
        Files.writeString(format, "{\"format\":7}");
        var before = filesOfState();

        var refusal = refusal(folder);

        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_VERSION);
        assertThat(refusal)
                .hasMessage(
                        "Expected store %s in format 1 or older, but it is in format 7: use the release"
                                        .formatted(folder.resolve("state"))
                                + " that wrote it, or a newer one");
        assertThat(filesOfState()).isEqualTo(before);
    }

    @Test
    void an_older_format_is_migrated_once() throws IOException {
        try (var store = RocksStore.open(folder)) {
            store.create(Commits.first("simple-1").facts(1, 1).build());
        }
        var format = folder.resolve("state/FORMAT");
        Files.writeString(format, "{\"format\":0}");

        try (var store = RocksStore.open(folder)) {
            assertThat(store.unfinished()).containsExactly(JobId.of("simple-1"));
        }
        assertThat(format).hasContent("{\"format\":1}");
    }

    @Test
    void a_format_that_cannot_be_read_is_damage() throws IOException {
        RocksStore.open(folder).close();
        for (var content : new String[] {"", "{", "[]", "{}", "{\"format\":-1}"}) {
            Files.writeString(folder.resolve("state/FORMAT"), content);
            assertThat(refusal(folder).code()).as(content).isEqualTo(ErrorCode.STORE_DAMAGED);
        }
        Files.delete(folder.resolve("state/FORMAT"));
        assertThat(refusal(folder).code()).isEqualTo(ErrorCode.STORE_DAMAGED);
    }

    @Test
    void after_a_refusal_the_home_is_free() throws IOException {
        RocksStore.open(folder).close();
        Files.writeString(folder.resolve("state/FORMAT"), "{\"format\":7}");
        refusal(folder);
        Files.writeString(folder.resolve("state/FORMAT"), "{\"format\":1}");
        RocksStore.open(folder).close();
    }

    private List<Path> filesOfState() throws IOException {
        try (var files = Files.list(folder.resolve("state"))) {
            return files.sorted().toList();
        }
    }

    private static StoreException refusal(Path home) {
        return catchThrowableOfType(StoreException.class, () -> RocksStore.open(home));
    }
}
