package mirrorneuron.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archive: what is in it, and that it runs wherever it is unpacked. */
@Tag("slow")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PackageTest {

    private static final Map<String, String> THIS_JAVA =
            Map.of("JAVA_HOME", System.getProperty("java.home"));

    @TempDir static Path work;

    private static Path archive = Path.of("");

    @TempDir Path folder;

    @BeforeAll
    static void pack() throws Exception {
        archive = Installed.pack(work.resolve("first"));
    }

    private Installed unpacked(String where) throws Exception {
        return Installed.unpack(archive, folder.resolve(where));
    }

    private static List<String> lines(String... command) throws Exception {
        var run =
                Product.run(new ProcessBuilder(command).directory(work.resolve("first").toFile()));
        assertThat(run.exit()).as(run.toString()).isZero();
        return run.out().lines().toList();
    }

    @Test
    void the_checksum_is_right_and_the_same_build_gives_the_same_bytes() throws Exception {
        assertThat(lines("sha256sum", "-c", archive.getFileName() + ".sha256"))
                .containsExactly(archive.getFileName() + ": OK");
        var again = Installed.pack(work.resolve("second"));
        assertThat(Files.mismatch(archive, again)).isEqualTo(-1);
    }

    @Test
    void every_file_lies_in_one_folder_and_only_its_owner_may_change_it() throws Exception {
        var entry = Pattern.compile("([-dl]\\S{9}) 0/0 +\\d+ \\S+ \\S+ (.*)");
        for (var line : lines("tar", "-tvzf", archive.toString(), "--numeric-owner")) {
            var parts = entry.matcher(line);
            assertThat(parts.matches()).as(line).isTrue();
            assertThat(parts.group(1)).as(line).matches("[-d]rw[x-]r-[x-]r-[x-]");
            assertThat(parts.group(2))
                    .startsWith("mirrorneuron-")
                    .doesNotContain("/../", "//", "__pycache__", "/src/", ".aot");
        }
    }

    @Test
    void each_library_has_a_line_a_licence_and_a_place_in_the_bill_of_materials() throws Exception {
        var product = unpacked("parts").folder();
        var parties = Files.readString(product.resolve("THIRD-PARTY.txt"));
        var bill = (JsonObject) Json.parse(Files.readString(product.resolve("sbom.json")));
        assertThat(bill.string("bomFormat")).contains("CycloneDX");
        var components = new ArrayList<String>();
        for (var component : bill.array("components")) {
            var object = (JsonObject) component;
            components.add(
                    object.string("name").orElseThrow()
                            + "-"
                            + object.string("version").orElseThrow());
            assertThat(object.array("licenses").size()).as(object.toString()).isPositive();
        }
        for (var name : Installed.names(product.resolve("lib"))) {
            if (name.endsWith(".jar") && !name.startsWith("mirrorneuron-cli-")) {
                var jar = name.substring(0, name.length() - ".jar".length());
                assertThat(components).contains(jar);
                var id = jar.replaceFirst("-(\\d)", ":$1");
                assertThat(parties.contains(id)).as(id).isEqualTo(!isOurs(name));
            }
        }
        assertThat(parties.lines()).allMatch(line -> line.matches("\\((Apache-2.0|BSD|MIT).*"));
        assertThat(Files.readString(product.resolve("licenses/Apache-2.0.txt")))
                .contains("Apache License");
        // What is not under that licence, and brings no text along, has its own here.
        for (var party : parties.lines().filter(line -> !line.startsWith("(Apache")).toList()) {
            var artifact = party.replaceFirst(".*\\(([^:]+):([^:]+):.*", "$2");
            assertThat(Installed.names(product.resolve("licenses")))
                    .as(party)
                    .anyMatch(file -> file.startsWith(artifact.replaceFirst("jline-.*", "jline")));
        }
    }

    @Test
    void the_bill_of_materials_names_what_is_there_as_it_is_there() throws Exception {
        var product = unpacked("bill").folder();
        var bill = (JsonObject) Json.parse(Files.readString(product.resolve("sbom.json")));
        var jars = new TreeSet<String>();
        for (var component : bill.array("components").objects()) {
            var file = product.resolve(file(component));
            if (component.string("group").equals(Optional.of("info.picocli"))) {
                // Compiled into a jar of ours, whose name no list of weaknesses knows.
                assertThat(component.string("purl").orElseThrow())
                        .startsWith("pkg:maven/info.picocli/picocli@");
                assertThat(file).exists();
            } else {
                assertThat(sha256(component)).as(component.toString()).isEqualTo(sha256(file));
                jars.add(file.getFileName().toString());
            }
            for (var part : component.array("components").objects()) {
                assertThat(sha256(part))
                        .isEqualTo(sha256(product.resolve(part.string("name").orElseThrow())));
            }
        }
        var program = bill.object("metadata").object("component");
        assertThat(sha256(program)).isEqualTo(sha256(product.resolve(file(program))));
        jars.add(product.resolve(file(program)).getFileName().toString());
        assertThat(jars)
                .isEqualTo(
                        Installed.names(product.resolve("lib")).stream()
                                .filter(name -> name.endsWith(".jar"))
                                .collect(Collectors.toCollection(TreeSet::new)));
        // Two are packed again; what they were is told beside what they are.
        var packedAgain =
                bill.array("components").objects().stream()
                        .filter(component -> component.has("pedigree"))
                        .toList();
        assertThat(packedAgain.stream().map(component -> component.string("name").orElseThrow()))
                .containsExactlyInAnyOrder("rocksdbjni", "zstd-jni");
        for (var component : packedAgain) {
            var origin = component.object("pedigree").array("ancestors").objects().getFirst();
            assertThat(origin.string("purl")).isEqualTo(component.string("purl"));
            assertThat(sha256(origin)).isNotEqualTo(sha256(component));
        }
        var known = new TreeSet<String>();
        bill.array("components")
                .objects()
                .forEach(component -> known.add(component.string("bom-ref").orElseThrow()));
        known.add(program.string("bom-ref").orElseThrow());
        for (var entry : bill.array("dependencies").objects()) {
            assertThat(known).contains(entry.string("ref").orElseThrow());
            assertThat(known).containsAll(entry.array("dependsOn").strings());
        }
    }

    private static String file(JsonObject component) {
        return component.array("properties").objects().getFirst().string("value").orElseThrow();
    }

    private static String sha256(JsonObject component) {
        return component.array("hashes").objects().stream()
                .filter(hash -> hash.string("alg").equals(Optional.of("SHA-256")))
                .map(hash -> hash.string("content").orElseThrow())
                .findFirst()
                .orElseThrow();
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private static boolean isOurs(String jar) {
        return jar.startsWith("mirrorneuron-") && !jar.startsWith("mirrorneuron-picocli");
    }

    @Test
    void it_runs_from_a_folder_with_blanks_out_of_an_empty_home() throws Exception {
        var installed = unpacked("my programs");
        installed.isGood(THIS_JAVA);
        // Not even the caches: the tests of those are elsewhere.
        assertThat(installed.folder().resolve("lib/start")).doesNotExist();
    }

    @Test
    void it_runs_through_a_link_from_a_folder_that_nobody_may_change() throws Exception {
        var installed = unpacked("fixed");
        var link = folder.resolve("mn");
        Files.createSymbolicLink(link, installed.folder().resolve("bin/mn"));
        lines("chmod", "-R", "a-w", installed.folder().toString());
        lines("chmod", "a+rx", folder.toString());
        lines("chmod", "a+rwx", installed.user().toString());
        var words = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            words.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        words.addAll(List.of(link.toString(), "blueprint", "run", "--folder"));
        words.add(installed.folder().resolve("examples/research_flow").toString());
        var run = installed.run(THIS_JAVA, words);
        assertThat(run.exit()).as(run.toString()).isZero();
        assertThat(run.out()).contains("Status: completed");
        lines("chmod", "-R", "u+w", installed.folder().toString());
    }

    @Test
    void recorded_caches_are_taken() throws Exception {
        var installed = unpacked("cached");
        var product = installed.folder();
        var recorded =
                installed.run(THIS_JAVA, List.of(product.resolve("bin/record-start").toString()));
        assertThat(recorded.exit()).as(recorded.toString()).isZero();
        // With this mode a cache that does not fit ends the command.
        var strict = Map.of("MN_NO_AOT", "", "MN_JAVA_OPTS", "-XX:AOTMode=on");
        var variables = new java.util.HashMap<>(THIS_JAVA);
        variables.putAll(strict);
        installed.ok(variables, "--help");
        installed.ok(variables, "job", "list");
        var moved = folder.resolve("moved");
        Files.move(product, moved);
        new Installed(moved, installed.user()).ok(variables, "--help");
    }

    @Test
    void completions_and_pages_are_for_the_shells_and_commands_that_it_has() throws Exception {
        var installed = unpacked("texts");
        var product = installed.folder();
        var shells = installed.ok(THIS_JAVA, "completion", "--help").out();
        assertThat(Installed.names(product.resolve("completions")))
                .contains("_mn", "mn.bash", "mn.fish")
                .hasSize(
                        (int) Pattern.compile("(?m)^  [a-z]+  ").matcher(shells).results().count());
        lines("bash", "-n", product.resolve("completions/mn.bash").toString());
        assertThat(Installed.names(product.resolve("man/man1")))
                .contains("mn.1", "mn-job-list.1", "mn-runtime-start.1");
        if (Files.isExecutable(Path.of("/usr/bin/man"))) {
            var page = product.resolve("man/man1/mn-job-list.1").toString();
            assertThat(String.join("\n", lines("man", "-l", page))).contains("mn job list");
        }
        assertThat(product.resolve("systemd/mirrorneuron.service")).exists();
        assertThat(product.resolve("INSTALL.md")).content().contains("](docs/server.md)");
    }

    @Test
    void with_a_java_of_its_own_it_runs_where_there_is_none() throws Exception {
        var own = Installed.pack(work.resolve("own"), "--with-runtime");
        assertThat(own.getFileName().toString()).contains("-linux-");
        var installed = Installed.unpack(own, folder.resolve("own"));
        var none = Map.of("MN_JVM_DIRS", "/nonexistent", "PATH", tools());
        installed.isGood(none);
        // Commands in a sandbox, and agents that were compiled against the whole of Java.
        for (var example : List.of("word_count", "ping_pong")) {
            installed.ok(
                    none,
                    "blueprint",
                    "run",
                    "--folder",
                    installed.folder().resolve("examples").resolve(example).toString());
        }
    }

    /** All that this machine has, but Java. */
    private String tools() throws Exception {
        var tools = Files.createDirectories(folder.resolve("tools"));
        for (var place : List.of("/usr/bin", "/bin")) {
            for (var name : Installed.names(Path.of(place))) {
                if (!name.startsWith("java") && !Files.exists(tools.resolve(name))) {
                    Files.createSymbolicLink(tools.resolve(name), Path.of(place, name));
                }
            }
        }
        return tools.toString();
    }
}
