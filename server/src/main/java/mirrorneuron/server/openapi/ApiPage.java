package mirrorneuron.server.openapi;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * The document as a page: one file of HTML, without scripts and without anything from elsewhere.
 * Links lead into what folds up, not to it, because that is what makes a browser unfold it.
 */
final class ApiPage {

    private final JsonObject document;
    private final SchemaTable schemas;
    private final StringBuilder html = new StringBuilder(1 << 18);

    private ApiPage(JsonObject document) {
        this.document = document;
        this.schemas = new SchemaTable(html);
    }

    static String of(JsonObject document) {
        return new ApiPage(document).page();
    }

    /** What a content security policy says to let the page's own style in. */
    static String stylePolicy() {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(style().getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }

    private static String style() {
        try (var in = ApiPage.class.getResourceAsStream("/mirrorneuron/server/openapi/page.css")) {
            return new String(
                    requireNonNull(in, "page.css").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Text as a page shows it; words between back-ticks are code. */
    static String text(String plain) {
        return plain.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replaceAll("`([^`]+)`", "<code>$1</code>");
    }

    private static String string(JsonObject from, String name) {
        return from.string(name).orElse("");
    }

    private String page() {
        var info = document.object("info");
        html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
                .append(text(string(info, "title")))
                .append(" over HTTP</title>\n<style>")
                .append(style())
                .append("</style>\n</head>\n<body>\n");
        navigation();
        html.append("<main>\n<h1>")
                .append(text(string(info, "title")))
                .append("<small>")
                .append(text(string(info, "version")))
                .append("</small></h1>\n<p class=\"lead\">")
                .append(text(string(info, "summary")))
                .append("</p>\n");
        for (var paragraph : string(info, "description").split("\n\n")) {
            html.append("<p>").append(text(paragraph)).append("</p>\n");
        }
        for (var tag : document.array("tags")) {
            area((JsonObject) tag);
        }
        html.append("<h2 id=\"schemas\">Schemas</h2>\n<p>What bodies look like.</p>\n");
        document.object("components").object("schemas").forEach(this::schema);
        return html.append("</main>\n</body>\n</html>\n").toString();
    }

    private void navigation() {
        html.append("<nav>\n<span class=\"name\">MirrorNeuron</span>\n");
        for (var tag : document.array("tags")) {
            var name = string((JsonObject) tag, "name");
            html.append("<strong>").append(text(name)).append("</strong>\n");
            operations(
                    name,
                    (_, _, operation) ->
                            link("#" + string(operation, "operationId"), operation, "summary"));
        }
        html.append("<strong>Schemas</strong>\n");
        for (var name : document.object("components").object("schemas").names()) {
            html.append("<a href=\"#schema-").append(name).append("\">").append(name);
            html.append("</a>\n");
        }
        html.append("</nav>\n");
    }

    private void link(String to, JsonObject of, String name) {
        html.append("<a href=\"").append(to).append("\">");
        html.append(text(string(of, name))).append("</a>\n");
    }

    @FunctionalInterface
    private interface OperationVisitor {
        void visit(String method, String path, JsonObject operation);
    }

    private void operations(String tag, OperationVisitor visitor) {
        document.object("paths")
                .forEach(
                        (path, item) ->
                                ((JsonObject) item)
                                        .forEach(
                                                (method, value) -> {
                                                    var operation = (JsonObject) value;
                                                    var tags = operation.array("tags");
                                                    if (tags.get(0).equals(new JsonString(tag))) {
                                                        visitor.visit(method, path, operation);
                                                    }
                                                }));
    }

    private void area(JsonObject tag) {
        var name = string(tag, "name");
        html.append("<h2>").append(text(name)).append("</h2>\n<p>");
        html.append(text(string(tag, "description"))).append("</p>\n");
        operations(name, this::operation);
    }

    private void operation(String method, String path, JsonObject operation) {
        html.append("<details><summary><span class=\"method ")
                .append(method)
                .append("\">")
                .append(method.toUpperCase(Locale.ROOT))
                .append("</span><span class=\"path\">")
                .append(text(path))
                .append("</span><span class=\"says\">")
                .append(text(string(operation, "summary")))
                .append("</span></summary><div id=\"")
                .append(string(operation, "operationId"))
                .append("\">\n");
        if (operation.has("description")) {
            html.append("<p>").append(text(string(operation, "description"))).append("</p>\n");
        }
        parameters(operation);
        var body = operation.object("requestBody");
        if (!body.isEmpty()) {
            html.append("<h4>Body")
                    .append(body.bool("required").orElse(false) ? "" : ", if any")
                    .append("</h4>\n");
            content(body.object("content"));
        }
        html.append("<h4>Answers</h4>\n<div class=\"wide\"><table>\n");
        operation
                .object("responses")
                .forEach((status, response) -> response(status, (JsonObject) response));
        html.append("</table></div>\n");
        operation.object("responses").forEach((_, response) -> examples((JsonObject) response));
        html.append("</div></details>\n");
    }

    private void parameters(JsonObject operation) {
        html.append("<h4>Parameters</h4>\n<div class=\"wide\"><table>\n");
        for (var value : operation.array("parameters")) {
            var parameter = resolved((JsonObject) value);
            html.append("<tr><td><code>")
                    .append(text(string(parameter, "name")))
                    .append("</code></td><td class=\"type\">")
                    .append(text(string(parameter, "in")))
                    .append(parameter.bool("required").orElse(false) ? "" : ", optional")
                    .append("</td><td class=\"type\">")
                    .append(SchemaTable.type(parameter.object("schema")))
                    .append("</td><td>")
                    .append(text(string(parameter, "description")))
                    .append("</td></tr>\n");
        }
        html.append("</table></div>\n");
    }

    private void response(String status, JsonObject value) {
        var response = resolved(value);
        html.append("<tr><td><code>")
                .append(status)
                .append("</code></td><td>")
                .append(text(string(response, "description")))
                .append("</td><td>");
        response.object("content")
                .forEach(
                        (type, media) -> {
                            html.append("<span class=\"type\">").append(text(type));
                            html.append("</span> ");
                            var frames = ((JsonObject) media).object("x-frames");
                            if (frames.isEmpty()) {
                                html.append(
                                        SchemaTable.type(((JsonObject) media).object("schema")));
                            }
                            frames.forEach(
                                    (event, schema) ->
                                            html.append("<br><code>")
                                                    .append(text(event))
                                                    .append("</code> ")
                                                    .append(SchemaTable.type((JsonObject) schema)));
                            html.append("<br>");
                        });
        html.append("</td></tr>\n");
    }

    private void content(JsonObject content) {
        content.forEach(
                (type, value) -> {
                    var media = (JsonObject) value;
                    html.append("<p><span class=\"type\">").append(text(type)).append("</span> ");
                    html.append(SchemaTable.type(media.object("schema"))).append("</p>\n");
                    media.object("examples")
                            .forEach((name, one) -> example(name, (JsonObject) one));
                });
    }

    private void example(String name, JsonObject example) {
        pre("<p class=\"type\">" + text(name) + "</p>\n", example.at("value"));
    }

    /** Shared refusals look the same everywhere, so only an operation's own answers are shown. */
    private void examples(JsonObject response) {
        response.object("content")
                .forEach(
                        (_, media) ->
                                ((JsonObject) media)
                                        .get("example")
                                        .ifPresent(example -> pre("<h4>Example</h4>\n", example)));
    }

    private void pre(String title, JsonValue value) {
        html.append(title).append("<pre>").append(text(Json.pretty(value))).append("</pre>\n");
    }

    private void schema(String name, JsonValue value) {
        var schema = (JsonObject) value;
        html.append("<details><summary><span class=\"path\">")
                .append(name)
                .append("</span><span class=\"says\">")
                .append(text(string(schema, "title")))
                .append("</span></summary><div id=\"schema-")
                .append(name)
                .append("\">\n");
        if (schema.has("description")) {
            html.append("<p>").append(text(string(schema, "description"))).append("</p>\n");
        }
        schemas.append(schema);
        for (var example : schema.array("examples")) {
            pre("", example);
        }
        html.append("</div></details>\n");
    }

    private JsonObject resolved(JsonObject value) {
        var reference = value.string("$ref");
        if (reference.isEmpty()) {
            return value;
        }
        var found = document;
        for (var part : reference.get().substring("#/".length()).split("/")) {
            found = found.object(part);
        }
        return found;
    }
}
