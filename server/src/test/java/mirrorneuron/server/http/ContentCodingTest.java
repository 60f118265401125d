package mirrorneuron.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which coding a client gets for what it says that it accepts (RFC 9110, section 12.5.3). */
class ContentCodingTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "gzip                          | gzip",
                "zstd                          | zstd",
                "ZSTD                          | zstd",
                "gzip, deflate, br, zstd       | zstd",
                "zstd;q=0.5, gzip;q=0.5        | zstd",
                "zstd;q=0.5, gzip;q=0.501      | gzip",
                "gzip ; q=1.000 , zstd ; q=0.9 | gzip",
                "zstd;q=0, gzip                | gzip",
                "zstd;q=0.000, gzip;q=0.       | none",
                "*                             | zstd",
                "*, zstd;q=0                   | gzip",
                "gzip, *;q=0                   | gzip",
                "*;q=0                         | none",
                "identity                      | none",
                "identity, gzip;q=0.9          | none",
                "identity;q=0.5, gzip;q=0.9    | gzip",
                "identity, gzip                | gzip",
                "br, deflate                   | none",
                "zstd;q=2, gzip;q=high         | none",
                "zstd;level=3, gzip            | gzip",
                ";,;;                          | none",
                "''                            | none",
            })
    void the_highest_weight_wins_and_zstd_among_equals(String accepted, String coding) {
        assertThat(ContentCoding.best(accepted).map(ContentCoding::coding))
                .isEqualTo(Optional.ofNullable(coding));
    }
}
