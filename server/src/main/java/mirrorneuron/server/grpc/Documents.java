package mirrorneuron.server.grpc;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonValue;

/** Documents that travel as text in messages. */
public final class Documents {

    /** The version of the interface, in every answer. */
    public static final int VERSION = 1;

    /** Clients take messages of 4 MiB unless they are told otherwise. */
    private static final int LIST_BYTES_MAX = 3 << 20;

    private Documents() {}

    /** The document with the version of the interface, unless it has a member of that name. */
    public static JsonObject versioned(JsonObject document) {
        return document.has("version")
                ? document
                : document.with("version", JsonNumber.of(VERSION));
    }

    /**
     * Reads a field that holds an object.
     *
     * @throws InvalidRequestException when it holds something else
     */
    public static JsonObject object(String field, String text) {
        JsonValue value;
        try {
            value = Json.parse(text);
        } catch (JsonParseException malformed) {
            throw new InvalidRequestException(
                    field + ": it is not JSON: " + malformed.getMessage());
        }
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new InvalidRequestException(field + ": another JSON value (expected: an object)");
    }

    /** As {@link #object}; empty text is an empty object. */
    public static JsonObject objectOrNone(String field, String text) {
        return text.isBlank() ? JsonObject.empty() : object(field, text);
    }

    /**
     * @throws InvalidRequestException when there is none
     */
    public static JobId job(String id) {
        return JobId.of(required("job_id", id));
    }

    /**
     * @throws InvalidRequestException when the text is blank
     */
    public static String required(String field, String text) {
        if (text.isBlank()) {
            throw new InvalidRequestException(
                    ErrorCode.INVALID_ID, field + ": \"\" (expected: not blank)", null);
        }
        return text;
    }

    /**
     * An object with a list, cut where it is too long for one message; then it says how many are
     * left out.
     */
    public static JsonObject list(String name, List<? extends JsonValue> values) {
        var fitting = fitting(values);
        var list = JsonObject.of(name, fitting);
        return fitting.size() == values.size()
                ? list
                : JsonObject.builder()
                        .putAll(list)
                        .put("truncated_items", values.size() - fitting.size())
                        .build();
    }

    /** As many of the values, from the first on, as every client takes in one message. */
    public static JsonArray fitting(List<? extends JsonValue> values) {
        var fitting = new ArrayList<JsonValue>();
        long bytes = 0;
        for (var value : values) {
            bytes += Json.bytes(value).length + 1;
            if (bytes > LIST_BYTES_MAX) {
                break;
            }
            fitting.add(value);
        }
        return JsonArray.of(fitting);
    }
}
