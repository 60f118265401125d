package mirrorneuron.cli.blueprint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Manifest;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.CommandFailure;

/** Reads what {@code --input} and {@code --config} say. */
public final class RunInputs {

    private RunInputs() {}

    /**
     * The messages for the entrypoints. An object whose members are all entrypoints gives each its
     * own; any other value is the body of one message to every entrypoint.
     */
    static JsonObject inputs(JsonValue given, Manifest manifest) {
        boolean steps = manifest.raw().has("workflow") || manifest.raw().has("flow");
        // The inputs of a workflow are its own; the runtime tells them from messages.
        return steps && given instanceof JsonObject object
                ? object
                : inputs(given, manifest.entrypoints());
    }

    private static JsonObject inputs(JsonValue given, List<AgentId> entrypoints) {
        var names = entrypoints.stream().map(AgentId::value).toList();
        if (given instanceof JsonObject object && !object.isEmpty()) {
            long known = object.names().stream().filter(names::contains).count();
            if (known == object.size()) {
                return object;
            }
            if (known > 0) {
                throw CommandFailure.usage(
                        "--input names entrypoints and other words: "
                                + object.names()
                                + " (entrypoints: "
                                + names
                                + ")",
                        "name entrypoints only, or give one body for all of them");
            }
        }
        var message = JsonObject.of("body", given);
        var inputs = JsonObject.builder();
        names.forEach(name -> inputs.put(name, message));
        return inputs.build();
    }

    /**
     * Reads JSON from stdin for {@code -}, from the text when it looks like JSON, else from a file.
     */
    public static JsonValue read(
            String given, String option, Path workingDirectory, InputStream in) {
        try {
            if (given.equals("-")) {
                return Json.parse(in.readAllBytes());
            }
            var text = given.strip();
            if (text.startsWith("{") || text.startsWith("[") || text.startsWith("\"")) {
                return Json.parse(text);
            }
            var file = workingDirectory.resolve(given);
            if (!Files.isRegularFile(file)) {
                throw CommandFailure.usage(
                        option + ": there is no file " + file,
                        "give a file, JSON text such as '{\"limit\": 10}', or - for stdin");
            }
            return Json.parse(Files.readAllBytes(file));
        } catch (JsonParseException bad) {
            throw CommandFailure.invalid(
                    option + " is not JSON: " + bad.getMessage(),
                    "quote the whole text for the shell: '{\"limit\": 10}'");
        } catch (IOException unreadable) {
            throw CommandFailure.usage(
                    option + " cannot be read: " + unreadable.getMessage(), "check the file");
        }
    }

    /** What a configuration holds; only an object can override one. */
    static JsonObject config(String given, Path workingDirectory, InputStream in) {
        if (read(given, "--config", workingDirectory, in) instanceof JsonObject object) {
            return object;
        }
        throw CommandFailure.invalid(
                "--config: another JSON value (expected: an object)",
                "write it as {\"sweep\": {\"limit\": 1000}}");
    }
}
