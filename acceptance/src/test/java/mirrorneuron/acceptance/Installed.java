package mirrorneuron.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The product as its users get it: packed, unpacked somewhere, used by somebody with an empty home.
 *
 * @param folder where it was unpacked
 * @param user its home; nothing of this machine's environment reaches a command but the path
 */
record Installed(Path folder, Path user) {

    /** Packs what this build has made. Skips the test when the build did not make all of it. */
    static Path pack(Path into, String... options) throws Exception {
        assumeTrue(
                Files.exists(Product.PROJECT.resolve("cli/target/sbom.json")),
                "the profile \"archive\" was not part of this build, as it is of ./verify");
        var command = new ArrayList<String>();
        command.add(Product.PROJECT.resolve("bin/package").toString());
        command.addAll(List.of("--built", "--output", into.toString()));
        command.addAll(List.of(options));
        var builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var run = Product.run(builder);
        assertThat(run.exit()).as(run.toString()).isZero();
        try (Stream<Path> files = Files.list(into)) {
            return files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    static Installed unpack(Path archive, Path where) throws Exception {
        Files.createDirectories(where);
        var run =
                Product.run(
                        new ProcessBuilder(
                                "tar", "-xzf", archive.toString(), "-C", where.toString()));
        assertThat(run.exit()).as(run.toString()).isZero();
        try (Stream<Path> folders = Files.list(where)) {
            var all = folders.toList();
            assertThat(all).hasSize(1);
            return new Installed(all.getFirst(), Files.createDirectories(where.resolve("user")));
        }
    }

    Path home() {
        return user.resolve(".mn");
    }

    /** The command of that installation, ready to start. */
    ProcessBuilder command(Map<String, String> variables, List<String> words) {
        var builder = new ProcessBuilder(words).directory(user.toFile());
        var environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", user.toString());
        // Nothing is recorded behind a test's back, and servers of tests stand side by side.
        environment.put("MN_NO_AOT", "1");
        environment.put("MN_GRPC_PORT", "0");
        environment.putAll(variables);
        return builder;
    }

    Product.Run run(Map<String, String> variables, List<String> words) throws Exception {
        return Product.run(command(variables, words));
    }

    Product.Run mn(Map<String, String> variables, String... arguments) throws Exception {
        var words = new ArrayList<String>();
        words.add(folder.resolve("bin/mn").toString());
        words.addAll(List.of(arguments));
        return run(variables, words);
    }

    Product.Run ok(Map<String, String> variables, String... arguments) throws Exception {
        var run = mn(variables, arguments);
        assertThat(run.exit()).as(run.toString()).isZero();
        return run;
    }

    /** The tour that every installation has to stand: a job, a server, a job on it. */
    void isGood(Map<String, String> variables) throws Exception {
        assertThat(ok(variables, "--version").out()).startsWith("MirrorNeuron CLI\nversion ");
        assertThat(ok(variables, "--help").out()).contains("mn NOUN VERB --help");
        var examples = folder.resolve("examples");
        var first = ok(variables, "blueprint", "run", "--folder", examples + "/quorum");
        assertThat(first.out()).contains("Status: completed");
        var port = Integer.toString(Product.freePort());
        try {
            ok(variables, "runtime", "start", "--port", port);
            ok(variables, "blueprint", "run", "--folder", examples + "/research_flow");
            assertThat(ok(variables, "job", "list").out()).contains("quorum-", "research_flow-");
            assertThat(ok(variables, "runtime", "health").out()).contains("REST API\tpassing");
        } finally {
            ok(variables, "runtime", "stop");
        }
        assertThat(home().resolve("runtime-endpoints.json")).doesNotExist();
        assertThat(ok(variables, "job", "list").out()).contains("research_flow-");
    }

    /** Names of files, sorted. */
    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
