package mirrorneuron.runtime.worker;

import java.nio.file.Path;
import java.util.Map;

/** A runtime that starts workers and waits to be killed: the main class of a child process. */
final class LeftBehind {

    private LeftBehind() {}

    public static void main(String[] arguments) throws Exception {
        var workers = new Workers(Path.of(arguments[0]), Map.of("PATH", "/usr/bin:/bin"));
        for (int i = 1; i < arguments.length; i++) {
            var script = arguments[i];
            boolean sandboxed = script.startsWith("sandbox:");
            int number = i;
            var spec =
                    Workers.sh(sandboxed ? script.substring("sandbox:".length()) : script)
                            .with(s -> s.attemptId = "left-" + number);
            workers.start(sandboxed ? spec.sandboxed() : spec);
        }
        Thread.currentThread().join();
    }
}
