package mirrorneuron.cli.blueprint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Surroundings;

/**
 * What the environment lays over a blueprint's configuration: the file that one variable names, and
 * over it the object that the other one holds. Options go before both.
 */
final class ConfigVariables {

    private static final String FILE = "MN_BLUEPRINT_CONFIG_PATH";
    private static final String OBJECT = "MN_BLUEPRINT_CONFIG_JSON";

    private ConfigVariables() {}

    /**
     * @throws CommandFailure when a variable is set and is no object; a configuration that somebody
     *     meant to be there is not left out silently
     */
    static JsonObject of(Surroundings surroundings) {
        return ConfigSettings.merged(
                surroundings
                        .variable(FILE)
                        .map(path -> object(FILE, file(surroundings, path)))
                        .orElse(JsonObject.empty()),
                surroundings
                        .variable(OBJECT)
                        .map(text -> object(OBJECT, text.getBytes(StandardCharsets.UTF_8)))
                        .orElse(JsonObject.empty()));
    }

    private static byte[] file(Surroundings surroundings, String path) {
        var file = surroundings.workingDirectory().resolve(path);
        if (!Files.isRegularFile(file)) {
            throw refused(FILE + ": there is no file " + file);
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw refused(FILE + ": " + file + " cannot be read");
        }
    }

    private static JsonObject object(String variable, byte[] json) {
        try {
            if (Json.parse(json) instanceof JsonObject object) {
                return object;
            }
            throw refused(variable + ": another JSON value (expected: an object)");
        } catch (JsonParseException notJson) {
            throw refused(variable + " is not JSON: " + notJson.getMessage());
        }
    }

    private static CommandFailure refused(String message) {
        return CommandFailure.invalid(message, "correct the variable, or unset it");
    }
}
