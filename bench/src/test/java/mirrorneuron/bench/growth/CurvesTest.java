package mirrorneuron.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import mirrorneuron.bench.Trial;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every curve can be measured. What it looks like says nobody here: a build measures nothing. */
class CurvesTest {

    @TempDir Path home;

    static Stream<Curve> curves() {
        return Curves.all().stream();
    }

    @ParameterizedTest
    @MethodSource("curves")
    void is_measured_at_a_small_size(Curve curve) throws Exception {
        var moment = new Trial(home, Duration.ofMillis(1), Duration.ofMillis(1), 100);

        var figures = curve.load().at(moment, 20);

        assertThat(figures)
                .isNotEmpty()
                .allSatisfy(figure -> assertThat(figure.value()).isFinite().isNotNegative());
    }
}
