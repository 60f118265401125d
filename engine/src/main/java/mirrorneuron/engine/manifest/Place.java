package mirrorneuron.engine.manifest;

import mirrorneuron.api.IssueLocation;
import mirrorneuron.api.Redaction;
import org.jspecify.annotations.Nullable;

/**
 * Where in a document something stands. A place is a link to the place around it, so walking twenty
 * thousand edges costs no text; the text is made when an issue needs it.
 */
final class Place {

    private final @Nullable Place around;
    private final String name;
    private final int index;

    private Place(@Nullable Place around, String name, int index) {
        this.around = around;
        this.name = name;
        this.index = index;
    }

    static Place root(String source) {
        return new Place(null, source, -1);
    }

    Place member(String member) {
        return new Place(this, member, -1);
    }

    Place element(int position) {
        return new Place(this, "", position);
    }

    /** A part of this by a JSON pointer that begins here; digits are positions. */
    Place inside(String pointer) {
        var at = this;
        for (var part : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/")) {
            boolean position = !part.isEmpty() && Character.isDigit(part.charAt(0));
            at = position ? at.element(Integer.parseInt(part)) : at.member(part);
        }
        return at;
    }

    /** The last part, for messages: {@code max_attempts}, {@code uploads[2]}. */
    String label() {
        if (index < 0) {
            return name;
        }
        return (around == null ? "" : around.label()) + "[" + index + "]";
    }

    /** True when this or a place around it has a name that secrets have. */
    boolean isSecret() {
        for (var place = this; place != null; place = place.around) {
            if (place.index < 0 && Redaction.isSecretKey(place.name)) {
                return true;
            }
        }
        return false;
    }

    IssueLocation location() {
        var path = new StringBuilder();
        var pointer = new StringBuilder();
        var source = write(path, pointer);
        return new IssueLocation(
                source, path.isEmpty() ? source : path.toString(), pointer.toString());
    }

    private String write(StringBuilder path, StringBuilder pointer) {
        if (around == null) {
            pointer.append('/').append(name);
            return name;
        }
        var source = around.write(path, pointer);
        pointer.append('/');
        if (index >= 0) {
            path.append('[').append(index).append(']');
            pointer.append(index);
        } else {
            if (!path.isEmpty()) {
                path.append('.');
            }
            path.append(name);
            pointer.append(name.replace("~", "~0").replace("/", "~1"));
        }
        return source;
    }
}
