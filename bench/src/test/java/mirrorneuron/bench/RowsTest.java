package mirrorneuron.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import mirrorneuron.bench.row.Rows;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row works. How fast it is says nobody here: a build measures nothing. */
class RowsTest {

    @TempDir Path home;

    static Stream<String> rows() {
        return Rows.all().stream().map(Row::name);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void runs_for_a_moment(String name) throws Exception {
        var row = Rows.all().stream().filter(each -> each.name().equals(name)).findFirst();

        var figures =
                row.orElseThrow()
                        .run(new Trial(home, Duration.ofMillis(1), Duration.ofMillis(1), 1));

        assertThat(figures).allSatisfy(figure -> assertThat(figure.value()).isFinite());
        if (!figures.isEmpty()) { // the command's own row needs a finished build
            assertThat(figures.stream().map(Figure::name).toList())
                    .containsAll(row.orElseThrow().budgets().stream().map(Budget::figure).toList());
        }
    }
}
