package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import mirrorneuron.api.json.Json;
import org.junit.jupiter.api.Test;

/** The examples of the guide to the manifest are what it says they are. */
class GuideTest {

    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

    @Test
    void every_example_is_valid() throws IOException {
        var guide = Files.readString(Path.of("..", "docs", "manifest.md"));
        var examples =
                EXAMPLE.matcher(guide).results().map(match -> Json.parse(match.group(1))).toList();

        assertThat(examples).hasSizeGreaterThanOrEqualTo(3);
        assertThat(examples)
                .allSatisfy(
                        example ->
                                assertThat(
                                                ManifestLoader.load(
                                                                example,
                                                                ManifestLimits.DEFAULT,
                                                                Strictness.STRICT)
                                                        .issues())
                                        .isEqualTo(List.of()));
    }
}
