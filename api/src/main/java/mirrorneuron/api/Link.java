package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

/** A stored artifact that says more of a {@link Failure}. */
public record Link(String rel, String artifactId) {

    public Link {
        requireNonNull(rel, "rel");
        requireNonNull(artifactId, "artifactId");
    }
}
