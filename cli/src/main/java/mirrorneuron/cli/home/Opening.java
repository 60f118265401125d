package mirrorneuron.cli.home;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/** With which intent a home is opened. */
public record Opening(Path home, Intent intent) {

    public Opening {
        requireNonNull(home, "home");
        requireNonNull(intent, "intent");
    }

    /** What is to be done with the home. */
    public enum Intent {
        /** Look only: unfinished jobs stay as they are. */
        READ,
        /** Act: unfinished jobs are taken up. */
        WORK,
        /** Neither: nothing of the home is opened, so it may be in use elsewhere. */
        CHECK
    }
}
