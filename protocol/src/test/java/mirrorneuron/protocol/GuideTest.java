package mirrorneuron.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import mirrorneuron.protocol.Tables.KnownCall;
import org.junit.jupiter.api.Test;

/** The guide for people names what there is. */
class GuideTest {

    @Test
    void the_guide_names_every_service_and_call() throws IOException {
        var guide = Files.readString(Path.of("../docs/grpc.md"));

        assertThat(Tables.calls())
                .extracting(KnownCall::call)
                .allSatisfy(
                        call -> {
                            var service = call.service();
                            assertThat(guide).contains("`" + call.name() + "`");
                            assertThat(guide)
                                    .contains(service.substring(service.lastIndexOf('.') + 1));
                        });
    }

    @Test
    void the_guide_counts_right() throws IOException {
        var calls = Tables.calls().size();
        var messages = Tables.fields().stream().map(Tables.Field::message).distinct().count();

        assertThat(Files.readString(Path.of("../docs/grpc.md")))
                .contains("seven services, %d calls, %d messages".formatted(calls, messages));
    }
}
