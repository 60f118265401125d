package mirrorneuron.client;

import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InternalRuntimeException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.client.Link.Again;
import mirrorneuron.protocol.ext.ConsoleAnswer;
import mirrorneuron.protocol.ext.ConsoleRequest;
import org.jspecify.annotations.Nullable;

/** Calls of the service {@code Console}, as documents. */
record Console(Link link) {

    static final int VERSION = 1;

    /** About no job. */
    static ConsoleRequest about(JsonObject options) {
        return request("", "", options);
    }

    static ConsoleRequest about(JobId job) {
        return request(job.value(), "", JsonObject.empty());
    }

    static ConsoleRequest about(JobId job, JsonObject options) {
        return request(job.value(), "", options);
    }

    static ConsoleRequest about(JobId job, String subject) {
        return request(job.value(), subject, JsonObject.empty());
    }

    static ConsoleRequest request(String job, String subject, JsonObject options) {
        var request =
                ConsoleRequest.newBuilder().setJobId(job).setSubject(subject).setVersion(VERSION);
        if (!options.isEmpty()) {
            request.setOptionsJson(options.toString());
        }
        return request.build();
    }

    /** A read. */
    JsonObject read(
            MethodDescriptor<ConsoleRequest, ConsoleAnswer> method, ConsoleRequest request) {
        return ask(method, request, Again.HARMLESS);
    }

    <Q> JsonObject ask(MethodDescriptor<Q, ConsoleAnswer> method, Q request, Again again) {
        return ask(method, request, again, Duration.ZERO);
    }

    <Q> JsonObject ask(
            MethodDescriptor<Q, ConsoleAnswer> method, Q request, Again again, Duration waits) {
        return document(link.call(method, request, again, waits));
    }

    /** A call that waits in the server, for as long as it is. */
    JsonObject await(
            MethodDescriptor<ConsoleRequest, ConsoleAnswer> method,
            ConsoleRequest request,
            Duration waits)
            throws InterruptedException {
        return document(link.await(method, request, Again.HARMLESS, waits));
    }

    /** A read of what may not be there. */
    Optional<JsonObject> find(
            MethodDescriptor<ConsoleRequest, ConsoleAnswer> method, ConsoleRequest request) {
        var answer = link.call(method, request, Again.HARMLESS);
        return answer.getResultJson().isEmpty() ? Optional.empty() : Optional.of(document(answer));
    }

    /** A read of a list that comes in parts. */
    List<JsonObject> list(
            MethodDescriptor<ConsoleRequest, ConsoleAnswer> method, ConsoleRequest request) {
        var data = new ArrayList<JsonObject>();
        for (var part : link.all(method, request)) {
            data.addAll(document(part).array("data").objects());
        }
        return List.copyOf(data);
    }

    static JsonObject document(ConsoleAnswer answer) {
        return document(answer.getResultJson());
    }

    static JsonObject document(String text) {
        try {
            if (Json.parse(text) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonParseException malformed) {
            throw notOurs(malformed);
        }
        throw notOurs(null);
    }

    private static InternalRuntimeException notOurs(@Nullable Exception cause) {
        return new InternalRuntimeException(
                ErrorCode.INTERNAL,
                "Expected the server to answer with a JSON object, but it did not",
                cause);
    }
}
