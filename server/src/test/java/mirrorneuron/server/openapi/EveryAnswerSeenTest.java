package mirrorneuron.server.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Runs after all others: what is documented and never answered is either a promise that nobody
 * proves, or one that the server does not keep. Nothing to say when only some classes run.
 */
class EveryAnswerSeenTest {

    /** Answers that no test of the interface can bring about, and why. */
    private static final List<String> UNSEEN =
            List.of(
                    // A bug of ours; HttpEdgeTest has a handler that breaks.
                    ".* 500",
                    // A body that trickles in; SlowClientsTest has one.
                    ".* 408",
                    // A server that stops or is overloaded; HttpEdgeTest has one that stops.
                    ".* 503");

    @Test
    void every_documented_answer_was_given_to_some_test() throws Exception {
        assumeTrue(WholeModule.ran().containsAll(contractTests()), "only some classes run");
        var unseen = new TreeSet<>(Contract.published().documented());
        unseen.removeAll(Contract.published().seen());
        unseen.removeIf(answer -> UNSEEN.stream().anyMatch(answer::matches));
        assertThat(unseen).isEmpty();
    }

    @Test
    void reasons_are_given_for_nothing_that_is_not_documented() {
        assertThat(UNSEEN)
                .allSatisfy(
                        pattern ->
                                assertThat(Contract.published().documented())
                                        .anyMatch(answer -> answer.matches(pattern)));
    }

    /** Names of the classes that talk to a server. */
    private static List<String> contractTests() throws IOException, URISyntaxException {
        var root =
                Path.of(
                        EveryAnswerSeenTest.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        try (var files = Files.walk(root)) {
            var found =
                    files.map(file -> root.relativize(file).toString())
                            .filter(name -> name.endsWith("OverHttpTest.class"))
                            .map(name -> name.replace(".class", "").replace('/', '.'))
                            .toList();
            assertThat(found).isNotEmpty();
            return found;
        }
    }
}
