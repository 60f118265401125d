package mirrorneuron.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A short run over the usual commands, at the end of a build, during which the JVM records the
 * classes they load. Nothing it prints is shown and nothing outside its folder is touched.
 */
final class StartupTraining {

    private static final String MANIFEST =
            """
            {"manifest_version":"1.0","graph_id":"warm_up","entrypoints":["intake"],
             "nodes":[{"node_id":"intake","agent_type":"router","role":"root","config":{"emit_type":"go"}},
                      {"node_id":"sink","agent_type":"aggregator","type":"reduce",
                       "config":{"complete_after":1,"terminal_sink":true,"complete_run":true}}],
             "edges":[{"edge_id":"e1","from_node":"intake","to_node":"sink","message_type":"go"}]}
            """;

    private StartupTraining() {}

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]).toAbsolutePath();
        var bundle = folder.resolve("warm_up");
        Files.createDirectories(bundle.resolve("payloads"));
        Files.writeString(bundle.resolve("manifest.json"), MANIFEST);
        var home = folder.resolve("home").toString();
        run(home, "--help");
        run(home, "job", "--help");
        run(home, "job", "list", "--help");
        run(home, "job", "lits");
        run(home, "blueprint", "validate", bundle.toString());
        run(home, "blueprint", "run", "--folder", bundle.toString(), "--follow-seconds", "5");
        run(home, "job", "list");
        run(home, "job", "list", "-o", "table");
        run(home, "node", "list", "--json");
    }

    private static void run(String home, String... arguments) {
        var real = Surroundings.ofProcess();
        var nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Mn.run(
                new Surroundings(
                        Map.of("MN_HOME", home, "HOME", home),
                        real.workingDirectory(),
                        Surroundings.Terminals.NONE,
                        InputStream.nullInputStream(),
                        nowhere,
                        nowhere,
                        real.clock(),
                        real.runtime(),
                        real.screens(),
                        real.interrupts()),
                List.of(arguments));
    }
}
