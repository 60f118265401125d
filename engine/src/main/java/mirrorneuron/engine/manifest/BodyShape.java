package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Optional;

/**
 * How a body is made and what it must have: {@code fields} and {@code schema}.
 *
 * @param fields its members; absent = it is passed on as it is
 * @param object whether it must be an object
 * @param required members that it must have
 */
public record BodyShape(
        Optional<FieldValue.Members> fields, boolean object, List<String> required) {

    public BodyShape {
        required = List.copyOf(required);
    }
}
