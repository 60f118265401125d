package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

/**
 * Where the thing is that an {@link Issue} tells of.
 *
 * @param source {@code manifest}, {@code config}, {@code requirements}, {@code services}, {@code
 *     bundle} or {@code validator}
 * @param path dotted, for people: {@code nodes[0].node_id}
 * @param pointer a JSON pointer that begins with the source: {@code /manifest/nodes/0/node_id}
 */
public record IssueLocation(String source, String path, String pointer) {

    public IssueLocation {
        requireNonNull(source, "source");
        requireNonNull(path, "path");
        requireNonNull(pointer, "pointer");
    }
}
