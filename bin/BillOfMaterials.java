import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Says what is in an archive, from what the build knows of its libraries: those whose jar is there,
 * each with the file's own SHA-256, the sources that were compiled in, and the Java beside it.
 *
 * <p>Runs from its source, with the program's own classes for JSON: {@code java -cp lib/...
 * bin/BillOfMaterials.java sbom.json PRODUCT PICOCLI_VERSION > PRODUCT/sbom.json}
 */
final class BillOfMaterials {

    private static final String STRIPPED =
            "Packed again without the native libraries of other machines; the classes are those of"
                    + " the published jar.";

    private static final String OURS = "io.mirrorneuron";

    private final Path product;
    private final String picocli;
    private final Set<String> dropped = new HashSet<>();

    private BillOfMaterials(Path product, String picocli) {
        this.product = product;
        this.picocli = picocli;
    }

    public static void main(String[] arguments) throws IOException {
        var bill = (JsonObject) Json.parse(Files.readAllBytes(Path.of(arguments[0])));
        var made = new BillOfMaterials(Path.of(arguments[1]), arguments[2]).of(bill);
        System.out.write((Json.pretty(made) + "\n").getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }

    private JsonObject of(JsonObject bill) throws IOException {
        var components = new ArrayList<JsonValue>();
        for (var component : bill.array("components").objects()) {
            var jar = jar(component);
            if (Files.exists(product.resolve(jar))) {
                components.add(asPacked(component, jar));
            } else {
                // Needed to compile, and left out of what is run.
                dropped.add(reference(component));
            }
        }
        components.add(picocli(text(bill.object("metadata").object("component"), "version")));
        if (Files.exists(product.resolve("runtime/release"))) {
            components.add(java());
        }
        var metadata = bill.object("metadata");
        var program = metadata.object("component");
        return bill.with("metadata", metadata.with("component", asPacked(program, jar(program))))
                .with("components", JsonArray.of(components))
                .with("dependencies", dependencies(bill.array("dependencies")));
    }

    private static String jar(JsonObject component) {
        return "lib/" + text(component, "name") + "-" + text(component, "version") + ".jar";
    }

    private JsonObject asPacked(JsonObject component, String jar) throws IOException {
        var published = component.array("hashes");
        var packed = component.with("hashes", hashes(jar)).with("properties", file(jar));
        if (text(component, "name").equals("rocksdbjni")) {
            packed = packed.with("components", natives());
        }
        // Ours are published with the archive and nowhere else, so they are what they are.
        boolean asPublished =
                text(component, "group").equals(OURS)
                        || published.objects().stream().anyMatch(hashes(jar).objects()::contains);
        if (asPublished) {
            return packed;
        }
        var origin =
                JsonObject.builder()
                        .put("type", "library")
                        .put("group", text(component, "group"))
                        .put("name", text(component, "name"))
                        .put("version", text(component, "version"))
                        .put("purl", text(component, "purl"))
                        .put("hashes", published)
                        .build();
        return packed.with(
                "pedigree",
                JsonObject.builder()
                        .put("ancestors", JsonArray.of(origin))
                        .put("notes", STRIPPED)
                        .build());
    }

    /** What was taken out of the store's jar, so that no start has to. */
    private JsonArray natives() throws IOException {
        var files = new ArrayList<JsonValue>();
        var folder = product.resolve("lib/native");
        if (Files.isDirectory(folder)) {
            try (var found = Files.list(folder).sorted()) {
                for (var file : found.toList()) {
                    var path = product.relativize(file).toString();
                    files.add(
                            JsonObject.builder()
                                    .put("type", "file")
                                    .put("name", path)
                                    .put("hashes", hashes(path))
                                    .build());
                }
            }
        }
        return JsonArray.of(files);
    }

    /** Its sources are compiled here, under a name that no list of weaknesses knows. */
    private JsonObject picocli(String version) {
        var purl = "pkg:maven/info.picocli/picocli@" + picocli + "?type=jar";
        return JsonObject.builder()
                .put("type", "library")
                .put("bom-ref", purl)
                .put("group", "info.picocli")
                .put("name", "picocli")
                .put("version", picocli)
                .put("scope", "required")
                .put("licenses", licence("id", "Apache-2.0"))
                .put("purl", purl)
                .put("properties", file("lib/mirrorneuron-picocli-" + version + ".jar"))
                .build();
    }

    private JsonObject java() throws IOException {
        var release = new Properties();
        try (var in = new FileInputStream(product.resolve("runtime/release").toFile())) {
            release.load(in);
        }
        var version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
        return JsonObject.builder()
                .put("type", "platform")
                .put("bom-ref", "pkg:generic/openjdk@" + version)
                .put("name", "openjdk")
                .put("version", version)
                .put("scope", "required")
                .put("licenses", licence("name", "GPL-2.0-only WITH Classpath-exception-2.0"))
                .put("cpe", "cpe:2.3:a:oracle:openjdk:" + version + ":*:*:*:*:*:*:*")
                .put("purl", "pkg:generic/openjdk@" + version)
                .put("properties", file("runtime"))
                .build();
    }

    private static JsonArray licence(String by, String name) {
        return JsonArray.of(JsonObject.of("license", JsonObject.of(by, new JsonString(name))));
    }

    private static JsonArray file(String path) {
        return JsonArray.of(
                JsonObject.builder().put("name", "mirrorneuron:file").put("value", path).build());
    }

    private JsonArray dependencies(JsonArray all) {
        var kept = new ArrayList<JsonValue>();
        for (var entry : all.objects()) {
            if (!dropped.contains(text(entry, "ref"))) {
                List<JsonValue> on =
                        entry.array("dependsOn").stream()
                                .filter(
                                        ref ->
                                                !(ref instanceof JsonString(var name)
                                                        && dropped.contains(name)))
                                .toList();
                kept.add(entry.with("dependsOn", JsonArray.of(on)));
            }
        }
        return JsonArray.of(kept);
    }

    private JsonArray hashes(String path) throws IOException {
        try {
            var sha256 =
                    MessageDigest.getInstance("SHA-256")
                            .digest(Files.readAllBytes(product.resolve(path)));
            return JsonArray.of(
                    JsonObject.builder()
                            .put("alg", "SHA-256")
                            .put("content", HexFormat.of().formatHex(sha256))
                            .build());
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }

    private static String reference(JsonObject component) {
        return text(component, "bom-ref");
    }

    private static String text(JsonObject object, String name) {
        return object.string(name).orElse("");
    }
}
