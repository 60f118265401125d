package mirrorneuron.server.grpc.console;

import java.time.Duration;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.protocol.ext.ConsoleRequest;

/** A request, read. What cannot be read is an {@link InvalidRequestException}. */
record Question(ConsoleRequest request, JsonObject options) {

    /** A caller that waits longer asks again, so that no call is open for ever. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    static Question of(ConsoleRequest request) {
        return new Question(request, object("options_json", request.getOptionsJson()));
    }

    /** Empty text is an empty object. */
    static JsonObject object(String field, String text) {
        if (text.isEmpty()) {
            return JsonObject.empty();
        }
        try {
            if (Json.parse(text) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonParseException malformed) {
            throw new InvalidRequestException(
                    ErrorCode.REQUEST_NOT_JSON,
                    field + ": it is not JSON: " + malformed.getMessage(),
                    malformed);
        }
        throw new InvalidRequestException(field + ": another JSON value (expected: an object)");
    }

    JobId job() {
        return job(request.getJobId());
    }

    static JobId job(String id) {
        return JobId.of(required("job_id", id));
    }

    String subject() {
        return required("subject", request.getSubject());
    }

    private static String required(String field, String text) {
        if (text.isBlank()) {
            throw new InvalidRequestException(
                    ErrorCode.INVALID_ID, field + ": \"\" (expected: not blank)", null);
        }
        return text;
    }

    int number(String option, int absent) {
        return Math.clamp(
                options.integer(option).orElse(absent), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** How long to wait in this call. */
    Duration patience() {
        return Duration.ofMillis(
                Math.clamp(options.integer("timeout_ms").orElse(0), 0, WAIT_MAX.toMillis()));
    }
}
