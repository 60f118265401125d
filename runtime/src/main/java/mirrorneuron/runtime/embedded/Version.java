package mirrorneuron.runtime.embedded;

import java.util.Optional;

/** The release that this is. */
final class Version {

    private Version() {}

    static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
