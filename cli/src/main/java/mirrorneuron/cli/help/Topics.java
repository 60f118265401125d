package mirrorneuron.cli.help;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What {@code mn help TOPIC} says: things that belong to no single command. Stateless. */
public final class Topics {

    private static final Map<String, List<String>> TEXTS = texts();

    private Topics() {}

    public static List<String> names() {
        return List.copyOf(TEXTS.keySet());
    }

    /** The lines of a topic; empty when there is none of that name. */
    public static Optional<List<String>> find(String name) {
        return Optional.ofNullable(TEXTS.get(name));
    }

    /** What each exit code means, in their order. */
    static Map<String, String> exitCodes() {
        var codes = new LinkedHashMap<String, String>();
        codes.put("0", "success; also an answer of no, and a view that was left");
        codes.put("1", "the operation failed, or the runtime cannot be reached");
        codes.put("2", "bad arguments, invalid input, unknown id, or nobody could be asked");
        codes.put("13", "a token is missing or wrong");
        codes.put("124", "a wait ran out of time");
        codes.put("130", "interrupted");
        return codes;
    }

    private static Map<String, List<String>> texts() {
        var texts = new LinkedHashMap<String, List<String>>();
        var codes = new ArrayList<String>();
        exitCodes()
                .forEach(
                        (code, meaning) ->
                                codes.add(String.format(Locale.ROOT, "%-4s %s", code, meaning)));
        texts.put("exit-codes", codes);
        texts.put(
                "environment",
                List.of(
                        "MN_HOME                 where jobs are kept; default ~/.mn",
                        "MN_GRPC_TARGET          a server to ask, as HOST:PORT; --target goes before it",
                        "MN_GRPC_AUTH_TOKEN      its token; MN_GRPC_AUTH_TOKEN_FILE names a file with it",
                        "MN_GRPC_TIMEOUT_SECONDS time for one call; 0 or none = no limit",
                        "MN_GRPC_TLS             true, or a file with certificates to trust",
                        "MN_CLI_JSON=bare        JSON without the envelope",
                        "MN_CLI_OUTPUT=plain     no tables, also on a terminal",
                        "MN_BLUEPRINT_CONFIG_PATH, MN_BLUEPRINT_CONFIG_JSON",
                        "                        a file, and an object, over a blueprint's configuration",
                        "MN_RUN_DISABLE_LIVE_SCREEN=1  no view that is redrawn",
                        "MN_RUN_DETACH_LOG_SECONDS     how long blueprint run follows; default 30 with a server",
                        "MN_JOB_MONITOR_RETRY_ATTEMPTS, MN_JOB_MONITOR_RETRY_BACKOFF_SECONDS",
                        "                        how a runtime that went away is looked for; default 3, 0.25",
                        "NO_COLOR                no colours; COLUMNS sets the width",
                        "JAVA_HOME, MN_JAVA      the Java to run with",
                        "What is not set may stand in .env.<MN_ENV> and .env of the folder, and then in",
                        "config.toml of the home: mn config list.",
                        "The variables of a server are in docs/configuration.md."));
        texts.put(
                "output",
                List.of(
                        "Results go to stdout, everything else to stderr.",
                        "On a terminal results are tables; in a pipe they are tab-separated lines with one",
                        "header row, or Label: value lines. Colours never leave a terminal.",
                        "A narrow terminal leaves out the columns of least use; plain and json have all.",
                        "--json prints one document: {schema, ok, data | error, warnings, meta}.",
                        "Followed commands with --json print one record a line, the last says complete.",
                        "-o table|plain|json|ndjson|yaml chooses; -q prints ids only, one a line.",
                        "What looks like a secret is printed as [redacted]."));
        texts.put(
                "manifests",
                List.of(
                        "A blueprint is a folder with manifest.json and payloads/, or a zip file of one.",
                        "The manifest names agents (router, executor, aggregator, sensor, module) and the",
                        "ways between them, or the steps of a workflow with their branches and gates.",
                        "mn blueprint validate FOLDER lists every problem at once.",
                        "docs/manifest.md explains the members, examples/ has a dozen to run."));
        return texts;
    }
}
