package mirrorneuron.cli.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectionTest {

    @Test
    void only_one_without_tls_needs_no_certificates() {
        assertThat(new Connection(Map.of()).isPlain()).isTrue();
        assertThat(new Connection(Map.of(Connection.TLS, "")).isPlain()).isTrue();
        assertThat(new Connection(Map.of(Connection.TLS, " false ")).isPlain()).isTrue();
        assertThat(new Connection(Map.of(Connection.TLS, "true")).isPlain()).isFalse();
        assertThat(new Connection(Map.of(Connection.TLS, "ca.pem")).isPlain()).isFalse();
    }
}
