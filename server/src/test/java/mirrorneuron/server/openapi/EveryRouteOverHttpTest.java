package mirrorneuron.server.openapi;

import static mirrorneuron.server.Served.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import mirrorneuron.server.Served;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every operation, tried at every operation. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryRouteOverHttpTest {

    private static final String TOKEN = "Authorization: Bearer s3cret";

    private Served mn;
    private Served guarded;

    @BeforeAll
    void serve(@TempDir Path home, @TempDir Path other) throws IOException {
        mn = Served.at(home);
        guarded = Served.withToken(other, "s3cret");
    }

    @AfterAll
    void stop() {
        mn.close();
        guarded.close();
    }

    /** {@code METHOD path} with something in place of each parameter. */
    static Set<String> operations() {
        var all = new TreeSet<String>();
        for (var name : Contract.published().names()) {
            all.add(name.replaceAll("\\{index}", "0").replaceAll("\\{[a-z_]+}", "nobody-1"));
        }
        return all;
    }

    static Set<String> changes() {
        var all = new TreeSet<>(operations());
        all.removeIf(operation -> operation.startsWith("GET "));
        return all;
    }

    private static String method(String operation) {
        return operation.split(" ")[0];
    }

    private static String path(String operation) {
        return operation.split(" ")[1];
    }

    @ParameterizedTest
    @MethodSource("operations")
    void a_query_that_cannot_be_read_is_refused(String operation) throws IOException {
        var answer = mn.call(method(operation), path(operation) + "?a=%zz", "");
        assertThat(refusal(answer)).isEqualTo("400 invalid_query");
    }

    @ParameterizedTest
    @MethodSource("operations")
    void nobody_comes_in_without_the_token_and_health_is_open(String operation) throws IOException {
        var without = guarded.call(method(operation), path(operation), "");
        var with = guarded.call(method(operation), path(operation), "", TOKEN);
        if (operation.equals("GET /health")) {
            assertThat(without.status()).isEqualTo(200);
        } else {
            assertThat(refusal(without)).isEqualTo("401 authentication_required");
            assertThat(without.headers()).containsEntry("www-authenticate", "Bearer");
        }
        assertThat(with.status()).isNotEqualTo(401);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void a_page_of_another_site_changes_nothing(String operation) throws IOException {
        var answer =
                mn.call(
                        method(operation),
                        path(operation),
                        "",
                        "Origin: https://elsewhere.example",
                        "Sec-Fetch-Site: cross-site");
        assertThat(refusal(answer)).isEqualTo("403 permission_denied");
    }

    @ParameterizedTest
    @MethodSource("operations")
    void a_name_that_somebody_let_lead_here_is_answered_nothing(String operation)
            throws IOException {
        var request = operation.replace(" ", " /api/v1") + " HTTP/1.1\r\nHost: rebound.example\r\n";
        var answer =
                mn.send(
                        (request + "Content-Length: 0\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        if (operation.equals("GET /health")) {
            assertThat(answer.status()).isEqualTo(200);
        } else {
            assertThat(refusal(answer)).isEqualTo("403 permission_denied");
        }
    }

    @ParameterizedTest
    @MethodSource("changes")
    void a_body_that_is_too_large_is_refused_before_it_is_read(String operation)
            throws IOException {
        var answer = mn.call(method(operation), path(operation), "", "Content-Length: 99999999");
        assertThat(refusal(answer)).isEqualTo("413 request_too_large");
        assertThat(answer.json().integer("limit_bytes")).hasValue(5 << 20);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void another_method_is_refused_with_those_that_there_are(String operation) throws IOException {
        var answer = mn.call("PATCH", path(operation), "");
        assertThat(refusal(answer)).isEqualTo("405 method_not_allowed");
        assertThat(answer.headers().get("allow")).contains(method(operation));
    }

    @Test
    void a_path_that_is_not_documented_does_not_exist() throws IOException {
        for (var path : new String[] {"/", "/secrets", "/jobs/a/b/c", "/openapi.yaml"}) {
            assertThat(refusal(mn.get(path))).isEqualTo("404 route_not_found");
        }
    }
}
