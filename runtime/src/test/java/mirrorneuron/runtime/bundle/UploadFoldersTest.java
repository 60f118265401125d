package mirrorneuron.runtime.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import mirrorneuron.runtime.Race;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An upload that is wanted while it is about to go. */
@Timeout(60)
class UploadFoldersTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir Path home;

    @Test
    void it_is_used_or_removed_and_never_both() throws Exception {
        var now = new AtomicReference<>(NOON);
        var uploads = new UploadFolders(home.resolve("uploads"), now::get);
        for (int round = 0; round < 300 * Race.SCALE; round++) {
            var name = "upload-" + round;
            now.set(NOON);
            uploads.keep(uploads.incoming(), name);
            now.set(NOON.plusSeconds(60));
            var used = new AtomicBoolean();
            var removed = new AtomicBoolean();
            Race.of(
                    2,
                    (lane, _) -> {
                        if (lane == 0) {
                            used.set(uploads.use(name));
                        } else {
                            removed.set(uploads.remove(name, NOON.plusSeconds(1)));
                        }
                    });
            assertThat(used.get()).isNotEqualTo(removed.get());
            assertThat(uploads.at(name).toFile().exists()).isEqualTo(used.get());
        }
    }
}
