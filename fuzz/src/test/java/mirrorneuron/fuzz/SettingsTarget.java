package mirrorneuron.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.spi.EnvironmentFiles;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.config.Config;
import mirrorneuron.cli.home.HomeServer;

/**
 * Files that people and servers leave for a command: {@code config.toml}, {@code .env}, where a
 * server answers. The first byte of an input says which file the rest is.
 */
final class SettingsTarget implements Target {

    private static final String CONFIG =
            """
            current = "lab"
            [contexts.lab]
            target = "localhost:55051"
            token_file = "/run/token"
            [contexts."a b"]
            target = "[::1]:1"
            [output]
            format = "json"
            color = "never"
            """;
    private static final String ENDPOINT =
            """
            {"pid":1,"process_started_at":"2026-11-22T10:00:00Z","host":"localhost","port":54001,
             "url":"http://localhost:54001/api/v1","grpc":"localhost:55051","node":"local",
             "home":"/home/mn","version":"0.1.0","started_at":"2026-11-22T10:00:00Z"}""";

    private final Path folder;
    private final JsonEdits endpoints = new JsonEdits(List.of(Json.parse(ENDPOINT)), List.of());

    SettingsTarget(Path folder) {
        this.folder = folder;
        // The library asserts what only sound text keeps. Programs run without assertions, Jazzer
        // with.
        ClassLoader.getSystemClassLoader().setPackageAssertionStatus("org.tomlj", false);
    }

    @Override
    public List<byte[]> seeds() {
        var seeds = new ArrayList<byte[]>();
        for (var text :
                List.of(
                        "c" + CONFIG,
                        "c" + "[contexts]\n" + "a = 1979-05-27T07:32:00Z\nb = [1, {x = 0x1f}]",
                        "cx = \"\"\"\n\\u00e9\\\n \"\"\"\ny = +inf\n[[t]]\n",
                        "ca" + ".a".repeat(300) + " = 1",
                        "cx = " + "[".repeat(900) + "]".repeat(900),
                        "e" + "# a\nexport A=1\nB='x y' # c\nMN_ENV=\"prod\"\n",
                        "p" + ENDPOINT)) {
            seeds.add(text.getBytes(UTF_8));
        }
        for (var script : endpoints.seeds()) {
            seeds.add(("p" + new String(script, UTF_8)).getBytes(UTF_8));
        }
        return seeds;
    }

    @Override
    public List<String> words() {
        return List.of(
                "[[",
                "]]",
                "\"\"\"",
                "'''",
                "= {",
                "inf",
                "nan",
                "0x",
                "0b1",
                "1_0",
                "07:32:00",
                "contexts",
                "output",
                "format",
                "plain",
                "table",
                "insecure",
                "ca_file",
                "\\U0010ffff");
    }

    @Override
    public byte[] prepared(byte[] input) {
        return input.length > 0 && input[0] == 'p' ? endpoints.preparedFrom(input, 1) : input;
    }

    @Override
    public String read(byte[] input) throws IOException {
        if (input.length == 0) {
            return "nothing";
        }
        var rest = Arrays.copyOfRange(input, 1, input.length);
        return switch (input[0]) {
            case 'c' -> "config " + config(rest);
            case 'e' -> "environment " + environment(rest);
            case 'p' -> "endpoint " + endpoint(rest);
            default -> "of no kind";
        };
    }

    private String config(byte[] content) throws IOException {
        Files.write(folder.resolve(Config.FILE), content);
        try {
            Config.read(folder).context(Optional.empty());
            return "read";
        } catch (CommandFailure refused) {
            return "refused";
        }
    }

    private String environment(byte[] content) throws IOException {
        Files.write(folder.resolve(".env"), content);
        try {
            EnvironmentFiles.merged(Map.of(), folder);
            return "read";
        } catch (InvalidRequestException refused) {
            return "refused";
        }
    }

    private String endpoint(byte[] content) throws IOException {
        Files.write(folder.resolve(ServerEndpoint.FILE), content);
        return HomeServer.of(folder).getClass().getSimpleName();
    }
}
