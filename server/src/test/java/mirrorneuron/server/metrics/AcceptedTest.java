package mirrorneuron.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedTest {

    private static final List<String> OFFERED =
            List.of("application/json", "text/plain", "application/openmetrics-text");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | application/json",
                "*/* | application/json",
                "application/json | application/json",
                "text/plain | text/plain",
                "TEXT/Plain; version=0.0.4 | text/plain",
                "text/* | text/plain",
                "application/* | application/json",
                "text/html,application/xml;q=0.9,*/*;q=0.8 | application/json",
                "text/plain;q=0.5, application/json | application/json",
                "text/plain, application/json;q=0.5 | text/plain",
                "application/openmetrics-text;version=1.0.0,text/plain;q=0.5 | application/openmetrics-text",
                "application/json;q=0, */* | text/plain",
                "image/png | application/json",
                "text/plain;q=x | application/json",
                "text/plain;q=7 | application/json",
                "',,;;,' | application/json",
                "application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2 | application/openmetrics-text",
            })
    void the_most_wanted_type_is_served_and_json_when_nothing_speaks_against_it(
            String header, String type) {
        assertThat(Accepted.best(header, OFFERED)).isEqualTo(type);
    }
}
