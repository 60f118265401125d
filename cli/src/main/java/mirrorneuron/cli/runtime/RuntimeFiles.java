package mirrorneuron.cli.runtime;

import java.nio.file.Path;
import mirrorneuron.cli.Desk;

/** Where a server of a home writes. */
final class RuntimeFiles {

    private RuntimeFiles() {}

    /** Its log: {@code MN_API_LOG_PATH}, else {@code logs/api.log} below the home. */
    static Path log(Desk desk) {
        var surroundings = desk.surroundings();
        return surroundings
                .variable("MN_API_LOG_PATH")
                .map(value -> surroundings.workingDirectory().resolve(value.strip()))
                .orElseGet(() -> desk.home().resolve("logs").resolve("api.log"));
    }

    /** What a server in the background prints beside its log: its start, and how it broke. */
    static Path console(Desk desk) {
        return desk.home().resolve("logs").resolve("server.out");
    }
}
