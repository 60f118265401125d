package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.regex.Pattern;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Checks the services that a job or a node offers and needs, and their health checks.
 *
 * @see "manifest contract, section 6.3"
 */
final class ServiceCheck {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DURATION = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,6})?(ms|s|m|h)");
    private static final Pattern STATUS_RANGE = Pattern.compile("[1-5][0-9]{2}\\.\\.[1-5][0-9]{2}");
    private static final Pattern STATUS = Pattern.compile("[1-5][0-9]{2}");
    private static final String SHELL_SIGNS = ";&|`<>\n\r";

    private ServiceCheck() {}

    static void checkTop(Fields top) {
        services(top, false, "services");
        services(top, true, "required_services", "requiredServices");
    }

    static void checkNode(Fields node) {
        services(node, false, "services");
        services(node, true, "requires_services", "requiresServices");
    }

    /** A list; or one object or name, which stands for a list of itself. */
    private static void services(Fields holder, boolean required, String... names) {
        var place = holder.at(names);
        switch (holder.value(names)) {
            case JsonNull _ -> {}
            case JsonArray array -> {
                for (int i = 0; i < array.size(); i++) {
                    service(array.get(i), place.element(i), holder.findings(), required);
                }
            }
            case JsonObject object when object.isEmpty() -> {}
            default -> service(holder.value(names), place, holder.findings(), required);
        }
    }

    private static void service(JsonValue value, Place place, Findings findings, boolean required) {
        switch (value) {
            case JsonString(var name) -> {
                if (!NAME.matcher(name.strip()).matches()) {
                    findings.wrong("services.name_invalid", place, value, nameExpected(), "");
                }
            }
            case JsonObject object -> service(new Fields(object, place, findings), required);
            default ->
                    findings.wrong(
                            "services.type", place, value, "a service object, or its name", "");
        }
    }

    private static String nameExpected() {
        return "a letter or digit, then letters, digits, _ . -, at most 128";
    }

    private static void service(Fields service, boolean required) {
        checkName(service);
        service.text("services.id_invalid", "id");
        service.text("services.address_invalid", "address");
        checkPort(service);
        service.array("services.tags_type", "tags");
        service.object("services.meta_type", "meta");
        service.word("services.provider_unsupported", List.of("mirror_neuron"), "provider");
        service.word("services.origin_unsupported", List.of("internal", "external"), "origin");
        if (required) {
            service.flag("services.required_type", true, "required");
        }
        for (var check : service.objects("services.checks_type", "checks")) {
            check(check);
        }
    }

    private static void checkName(Fields service) {
        var name = service.value("name");
        if (name.isNull()) {
            service.findings()
                    .error(
                            "services.name_required",
                            service.at("name"),
                            "Expected the name of the service, but found none",
                            "");
        } else if (!(name instanceof JsonString(var text))
                || !NAME.matcher(text.strip()).matches()) {
            service.wrong("services.name_invalid", nameExpected(), "name");
        }
    }

    private static void checkPort(Fields holder) {
        var port = holder.value("port");
        boolean template = port instanceof JsonString(var text) && text.contains("${");
        if (!port.isNull() && !template && !Placement.isPort(port)) {
            holder.wrong("services.port_invalid", "a port 1..65535, or a ${…} template", "port");
        }
    }

    private static void check(Fields check) {
        var type =
                check.word(
                                "services.check_type_unsupported",
                                List.of("http", "tcp", "script", "grpc"),
                                "type")
                        .orElse("tcp");
        check.text("services.check_name_invalid", "name");
        checkDuration(check, "timeout_ms", "timeout");
        checkDuration(check, "interval_ms", "interval");
        check.flag("services.check_required_type", true, "required");
        check.whole(
                "services.check_failures_invalid",
                1,
                Integer.MAX_VALUE,
                "failures_before_critical");
        switch (type) {
            case "http" -> checkHttp(check);
            case "script" -> checkScript(check);
            case "grpc" -> {
                check.text("services.check_service_invalid", "service");
                checkPort(check);
            }
            default -> checkPort(check);
        }
    }

    /** Milliseconds under the first name, or a text such as {@code 2s} under the second. */
    private static void checkDuration(Fields check, String millis, String text) {
        check.whole("services.check_duration_invalid", 1, Long.MAX_VALUE, millis);
        boolean right =
                switch (check.value(text)) {
                    case JsonNull _ -> true;
                    case JsonString(var duration) -> DURATION.matcher(duration.strip()).matches();
                    case JsonNumber number -> number.asDouble() > 0;
                    default -> false;
                };
        if (!right) {
            check.wrong("services.check_duration_invalid", "a duration such as 2s or 500ms", text);
        }
    }

    private static void checkHttp(Fields check) {
        check.text("services.check_url_invalid", "url");
        check.word("services.check_scheme_unsupported", List.of("http", "https"), "scheme");
        check.text("services.check_path_invalid", "path");
        checkPort(check);
        check.word(
                "services.check_method_unsupported",
                List.of("get", "head", "post", "put", "patch"),
                "method");
        check.object("services.check_headers_type", "headers");
        check.text("services.check_contains_invalid", "contains");
        check.text("services.check_content_type_invalid", "content_type");
        var expected = check.value("expected_status");
        boolean right =
                expected.isNull()
                        || isStatus(expected)
                        || (expected instanceof JsonArray array
                                && array.stream().allMatch(ServiceCheck::isStatus));
        if (!right) {
            check.wrong(
                    "services.check_status_invalid",
                    "a status, a range such as 200..299, or a list of them",
                    "expected_status");
        }
    }

    private static boolean isStatus(JsonValue value) {
        return switch (value) {
            case JsonNumber number ->
                    number.asInt().orElse(0) >= 100 && number.asInt().orElse(0) <= 599;
            case JsonString(var text) ->
                    STATUS.matcher(text).matches() || STATUS_RANGE.matcher(text).matches();
            default -> false;
        };
    }

    private static void checkScript(Fields check) {
        boolean right =
                switch (check.value("command")) {
                    case JsonString(var line) -> !line.isBlank() && isPlain(line);
                    case JsonArray words ->
                            !words.isEmpty()
                                    && words.stream()
                                            .allMatch(
                                                    word ->
                                                            word instanceof JsonString(var text)
                                                                    && !text.isBlank());
                    default -> false;
                };
        if (!right) {
            check.wrong(
                    "services.check_command_invalid",
                    "a list of texts, or a line without shell signs",
                    "command");
        }
    }

    private static boolean isPlain(String line) {
        return !line.contains("$(") && line.chars().noneMatch(c -> SHELL_SIGNS.indexOf(c) >= 0);
    }
}
