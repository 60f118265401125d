package mirrorneuron.server.openapi;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.json.Json;
import mirrorneuron.server.http.Request;
import mirrorneuron.server.http.Response;
import mirrorneuron.server.http.Route;
import org.jspecify.annotations.Nullable;

/** Serves the description of the interface: to programs, and to people. */
public final class ApiRoutes {

    private final String version;

    // Made when somebody first asks: a server that nobody asks starts without it.
    private volatile @Nullable Described described;

    private record Described(byte[] document, byte[] page, String stylePolicy) {}

    /**
     * @param version of the program
     */
    public ApiRoutes(String version) {
        this.version = version;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/openapi.json", this::document),
                new Route("GET", "/docs", this::page));
    }

    private Response document(Request request) {
        return new Response.Bytes(200, "application/json", described().document(), Map.of());
    }

    /** A page without scripts; its policy lets nothing in but its own style. */
    private Response page(Request request) {
        var described = described();
        return new Response.Bytes(
                200,
                "text/html; charset=utf-8",
                described.page(),
                Map.of(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src "
                                + described.stylePolicy()
                                + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"));
    }

    private Described described() {
        var known = described;
        if (known == null) {
            // Two at once make the same twice.
            var document = ApiDocument.of(version);
            known =
                    new Described(
                            Json.bytes(document),
                            ApiPage.of(document).getBytes(StandardCharsets.UTF_8),
                            ApiPage.stylePolicy());
            described = known;
        }
        return known;
    }
}
