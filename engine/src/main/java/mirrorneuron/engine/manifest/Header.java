package mirrorneuron.engine.manifest;

import java.util.Locale;
import java.util.Optional;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonString;

/**
 * What a manifest says of itself before it says what to do.
 *
 * @param graphId empty text when there is none that can be used, which is reported
 * @param type {@code batch} or {@code service}
 * @param unlimitedRestarts {@code daemon: true}
 */
record Header(
        String graphId,
        String jobName,
        String manifestVersion,
        String type,
        boolean unlimitedRestarts) {

    /** Reads the header of a flat manifest. */
    static Header readFlat(Fields top) {
        return read(top, identifier(top, "graph_id"), Optional.empty(), Optional.empty());
    }

    /**
     * Reads a header whose graph id was found elsewhere.
     *
     * @param name stands in for {@code job_name}
     * @param versionDefault stands in for {@code manifest_version}; empty = it is required
     */
    static Header read(
            Fields top,
            Optional<String> graphId,
            Optional<String> name,
            Optional<String> versionDefault) {
        boolean daemon = top.flag("manifest.daemon_not_boolean", false, "daemon");
        var type = type(top);
        var id = graphId.orElse("");
        return new Header(
                id,
                top.text("manifest.field_type", "job_name").or(() -> name).orElse(id),
                version(top, versionDefault),
                daemon ? "service" : type,
                daemon);
    }

    /** The graph's id; a missing or malformed one is reported. */
    static Optional<String> identifier(Fields fields, String member) {
        var value = fields.value(member);
        if (value.isNull() || (value instanceof JsonString(var text) && text.isBlank())) {
            fields.findings()
                    .error(
                            "manifest.graph_id_required",
                            fields.at(member),
                            "Expected a " + member + ", but found none",
                            "Name the graph: it begins the id of every job.");
            return Optional.empty();
        }
        if (value instanceof JsonString(var text) && Identifiers.isValid(text.strip())) {
            return Optional.of(text.strip());
        }
        fields.wrong("manifest.graph_id_invalid", Identifiers.EXPECTED, member);
        return Optional.empty();
    }

    private static String version(Fields top, Optional<String> versionDefault) {
        return switch (top.value("manifest_version")) {
            case JsonString(var text) when !text.isBlank() -> text.strip();
            case JsonNumber number -> number.toString();
            case JsonNull _ when versionDefault.isPresent() -> versionDefault.get();
            case JsonNull _ -> {
                top.findings()
                        .error(
                                "manifest.version_required",
                                top.at("manifest_version"),
                                "Expected a manifest_version, but found none",
                                "Add \"manifest_version\": \"1.0\".");
                yield "";
            }
            default -> {
                top.wrong("manifest.version_required", "text or a number", "manifest_version");
                yield "";
            }
        };
    }

    private static String type(Fields top) {
        return switch (top.value("type")) {
            case JsonNull _ -> "batch";
            case JsonString(var text)
                    when text.strip().equalsIgnoreCase("batch")
                            || text.strip().equalsIgnoreCase("service") ->
                    text.strip().toLowerCase(Locale.ROOT);
            default -> {
                top.wrong("manifest.type_unsupported", "batch or service", "type");
                yield "batch";
            }
        };
    }
}
