package mirrorneuron.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.Stream;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.manifest.ManifestLoader;

/** Cron expressions and moments in a manifest's schedule, as its loader checks them. */
final class CronTarget implements Target {

    private static final JsonObject DOCUMENT =
            (JsonObject)
                    Json.parse(
                            """
                            {"manifest_version":"1.0","graph_id":"g","entrypoints":["a"],
                             "nodes":[{"node_id":"a","agent_type":"router"}]}""");

    @Override
    public List<byte[]> seeds() {
        return Stream.of(
                        "* * * * *",
                        "@daily",
                        "*/5 0-23/2 1,15 JAN-DEC MON-FRI",
                        "0 0 31 2 7",
                        "59 23 * DEC SUN,sat",
                        "2030-01-01T00:00:00Z",
                        "Europe/Berlin",
                        "*/0 * * * *",
                        "9999-9999 , - / *")
                .map(text -> text.getBytes(UTF_8))
                .toList();
    }

    @Override
    public List<String> words() {
        return List.of(
                "@", "hourly", "monthly", "annually", "*/", "-", ",", "FEB", "mon", "\u2003");
    }

    @Override
    public String read(byte[] input) {
        var text = new JsonString(new String(input, UTF_8));
        return said("cron", text)
                + said("run_at", text)
                + said(
                        "schedule",
                        JsonObject.builder()
                                .put("cron", "* * * * *")
                                .put("timezone", text)
                                .build());
    }

    private static String said(String name, JsonValue value) {
        var schedule = value instanceof JsonObject object ? object : JsonObject.of(name, value);
        var loaded =
                ManifestLoader.load(DOCUMENT.with("schedule", schedule), ManifestLimits.DEFAULT);

        return loaded.manifest().isPresent() ? name + " taken " : "";
    }
}
