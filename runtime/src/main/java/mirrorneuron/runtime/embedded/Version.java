package mirrorneuron.runtime.embedded;

import java.util.Optional;

/** The release that this is. */
public final class Version {

    private Version() {}

    /** {@code development} when it is run from its classes. */
    public static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
