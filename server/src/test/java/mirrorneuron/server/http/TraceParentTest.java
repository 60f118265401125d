package mirrorneuron.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    @Test
    void trace_span_and_whether_it_is_recorded_are_read() {
        assertThat(TraceParent.of("00-" + TRACE + "-" + SPAN + "-01"))
                .hasValue(new TraceParent(TRACE, SPAN, true));
        assertThat(TraceParent.of(" 00-" + TRACE + "-" + SPAN + "-02 "))
                .hasValue(new TraceParent(TRACE, SPAN, false));
        assertThat(new TraceParent(TRACE, SPAN, true).text())
                .isEqualTo("00-" + TRACE + "-" + SPAN + "-01");
    }

    @Test
    void a_later_version_may_have_more() {
        assertThat(TraceParent.of("01-" + TRACE + "-" + SPAN + "-01-more")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-01-more",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
                "00-" + TRACE + "0-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-0g",
            })
    void anything_else_is_ignored(String text) {
        assertThat(TraceParent.of(text)).isEmpty();
    }
}
