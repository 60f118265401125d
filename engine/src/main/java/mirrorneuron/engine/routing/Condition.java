package mirrorneuron.engine.routing;

import java.util.List;
import mirrorneuron.api.json.JsonValue;

/** A test over a message and its sender's state. */
public sealed interface Condition {

    /** Holds for everything. */
    record Always() implements Condition {}

    record All(List<Condition> parts) implements Condition {
        public All {
            parts = List.copyOf(parts);
        }
    }

    record Any(List<Condition> parts) implements Condition {
        public Any {
            parts = List.copyOf(parts);
        }
    }

    record Not(Condition part) implements Condition {}

    /** Compares the value at a path with a literal. */
    record Compare(Path path, Operator operator, JsonValue value) implements Condition {}

    /** Holds when there is a value at the path that is not null. */
    record Exists(Path path) implements Condition {}

    enum Operator {
        EQUAL,
        NOT_EQUAL,
        GREATER,
        GREATER_OR_EQUAL,
        LESS,
        LESS_OR_EQUAL,
        CONTAINS,
        IN
    }

    /** The parts of a path; the first is a root. */
    record Path(List<String> parts) {
        public Path {
            parts = List.copyOf(parts);
        }
    }
}
