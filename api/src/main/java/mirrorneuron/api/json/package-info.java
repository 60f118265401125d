/**
 * JSON as values: immutable, tiny, and free of third-party types, so that every public record can
 * carry a complete document.
 *
 * <p>Words owned here: <em>value</em> (one JSON value), <em>document</em> (a value as text or UTF-8
 * bytes), <em>pointer</em> (RFC 6901 path into a document). Start with {@link
 * mirrorneuron.api.json.JsonValue} and {@link mirrorneuron.api.json.Json}.
 */
@NullMarked
package mirrorneuron.api.json;

import org.jspecify.annotations.NullMarked;
