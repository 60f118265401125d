package mirrorneuron.engine.manifest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.json.JsonValue;

/**
 * What a member of a body is made of: a value as it is written, a reference, or an object or list
 * with references in it.
 *
 * @see "manifest contract, section 5.5"
 */
public sealed interface FieldValue {

    /** The value itself. */
    record Literal(JsonValue value) implements FieldValue {}

    /**
     * The value at the end of the path; there is none when the path leads nowhere.
     *
     * @param step the step or agent whose body it is, for {@link Root#UPSTREAM}; else empty
     * @param path names of members, and positions in lists
     */
    record Reference(Root root, String step, List<String> path) implements FieldValue {
        public Reference {
            path = List.copyOf(path);
        }
    }

    record Members(Map<String, FieldValue> members) implements FieldValue {
        public Members {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }
    }

    record Elements(List<FieldValue> elements) implements FieldValue {
        public Elements {
            elements = List.copyOf(elements);
        }
    }

    /** Where a reference begins. */
    enum Root {
        /** The inputs of the run. */
        RUN_INPUT,
        /** What a step before has given. */
        UPSTREAM,
        /** The body of the message that ends the flow inside a step. */
        FLOW_OUTPUT
    }
}
