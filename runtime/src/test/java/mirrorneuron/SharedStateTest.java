package mirrorneuron;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What threads share is listed in ARCHITECTURE, all of it and nothing else, and what is not trivial
 * has a test. Whoever writes a lock, an atomic or a volatile field is sent there.
 */
class SharedStateTest {

    private static final List<String> MODULES =
            List.of("api", "engine", "store", "runtime", "server", "client", "cli");

    /** What nobody writes who does not think of a second thread. */
    private static final Pattern SHARING =
            Pattern.compile(
                    "\\b(volatile|synchronized|Atomic[A-Z]\\w*|(Long|Double)(Adder|Accumulator)"
                            + "|Concurrent(Hash|Linked|Skip|Map|Navigable)\\w*|CopyOnWrite\\w+"
                            + "|\\w*Blocking(Queue|Deque)|LinkedTransferQueue|DelayQueue"
                            + "|Reentrant\\w*Lock|StampedLock|Semaphore|CountDownLatch"
                            + "|CyclicBarrier|Phaser|Exchanger|ThreadLocal)\\b");

    private static final Pattern TALK =
            Pattern.compile(
                    "/\\*.*?\\*/|//[^\\n]*|import [^;]*;|\"(\\\\.|[^\"\\\\\\n])*\"",
                    Pattern.DOTALL);

    private static final Pattern LISTED =
            Pattern.compile("`((?:" + String.join("|", MODULES) + ")\\.[a-z.]*[A-Z]\\w*)`");

    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Contract|Properties))`");

    @Test
    void what_shares_is_listed_and_what_is_listed_shares() throws IOException {
        var sharing = new TreeSet<String>();
        for (var module : MODULES) {
            for (var source :
                    (Iterable<Path>)
                            sources(root().resolve(module).resolve("src/main/java"))::iterator) {
                if (shares(Files.readString(source))) {
                    sharing.add(name(source));
                }
            }
        }
        assertThat(sharing).hasSizeGreaterThan(30);
        assertThat(names(String.join("\n", section())))
                .as("classes below \"What threads share\" in ARCHITECTURE.md")
                .isEqualTo(sharing);
    }

    @Test
    void what_has_weight_has_a_test() throws IOException {
        var tests =
                MODULES.stream()
                        .flatMap(module -> sources(root().resolve(module).resolve("src/test/java")))
                        .map(file -> file.getFileName().toString().replace(".java", ""))
                        .collect(Collectors.toSet());
        var rows = section().stream().filter(line -> line.startsWith("| `")).toList();
        assertThat(rows).hasSizeGreaterThan(15);
        for (var row : rows) {
            var cells = row.split(" \\| ");
            var named =
                    TEST.matcher(cells[cells.length - 1]).results().map(m -> m.group(1)).toList();
            assertThat(named).as(row).isNotEmpty();
            assertThat(tests).as(row).containsAll(named);
        }
    }

    @Test
    void no_class_is_listed_twice() throws IOException {
        assertThat(LISTED.matcher(String.join("\n", section())).results().map(m -> m.group(1)))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "private volatile boolean closed;",
                "synchronized void add() {}",
                "void add() { synchronized (lock) { n++; } }",
                "final AtomicLong n = new AtomicLong();",
                "final LongAdder n = new LongAdder();",
                "final Map<String, Long> seen = new ConcurrentHashMap<>();",
                "final Lock lock = new ReentrantReadWriteLock();",
                "final Queue<Long> queue = new ArrayBlockingQueue<>(7);",
            })
    void a_class_with_one_of_these_shares(String member) {
        assertThat(shares("import java.util.*;\nclass Sharing {\n    " + member + "\n}\n"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "// no synchronized here",
                "/** Not volatile. */",
                "String text = \"synchronized\";",
                "final Map<String, Long> seen = new HashMap<>();",
            })
    void a_class_that_only_talks_of_them_does_not(String member) {
        assertThat(shares("class Alone {\n    " + member + "\n}\n")).isFalse();
    }

    private static boolean shares(String source) {
        return SHARING.matcher(TALK.matcher(source).replaceAll("")).find();
    }

    private static Set<String> names(String text) {
        return LISTED.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> section() throws IOException {
        var lines = new ArrayList<String>();
        boolean inside = false;
        for (var line : Files.readAllLines(root().resolve("ARCHITECTURE.md"))) {
            inside = line.startsWith("## ") ? line.equals("## What threads share") : inside;
            if (inside) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static String name(Path source) {
        var path = source.toString();
        return path.substring(path.indexOf("/mirrorneuron/", path.indexOf("src/main")) + 14)
                .replace(".java", "")
                .replace('/', '.');
    }

    private static Stream<Path> sources(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Path root() {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("ARCHITECTURE.md"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
