package mirrorneuron.server.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;
import mirrorneuron.server.Served;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The document and its page, as programs and browsers get them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DescriptionOverHttpTest {

    private Served mn;

    @BeforeAll
    void serve(@TempDir Path home) throws IOException {
        mn = Served.at(home);
    }

    @AfterAll
    void stop() {
        mn.close();
    }

    @Test
    void the_document_is_served_with_the_version_of_the_program() throws IOException {
        var answer = mn.get("/openapi.json");
        var document = answer.json();
        assertThat(document.string("openapi")).contains("3.1.1");
        assertThat(document.object("info").string("version"))
                .isEqualTo(mn.get("/health").json().string("version"));
        assertThat(document.has("x-every-operation")).isFalse();
        assertThat(document.object("paths").names()).contains("/jobs", "/docs");
    }

    @Test
    void the_page_names_every_operation_and_every_schema() throws IOException {
        var page = mn.get("/docs").text();
        var document = mn.get("/openapi.json").json();
        document.object("components")
                .object("schemas")
                .names()
                .forEach(name -> assertThat(page).contains("id=\"schema-" + name + "\""));
        document.object("paths")
                .names()
                .forEach(path -> assertThat(page).contains(">" + path + "<"));
        var targets = Pattern.compile("href=\"#([^\"]+)\"").matcher(page).results();
        assertThat(targets.map(one -> one.group(1)).distinct())
                .isNotEmpty()
                .allSatisfy(id -> assertThat(page).contains("id=\"" + id + "\""));
    }

    @Test
    void the_page_needs_nothing_from_elsewhere_and_runs_nothing() throws IOException {
        var page = mn.get("/docs").text();
        assertThat(page)
                .doesNotContain("<script", "<link", "<img", "src=", "@import", "url(", "onclick")
                .doesNotContainPattern("href=\"(?!#)");
    }

    @Test
    void the_pages_policy_lets_in_its_own_style_and_no_other()
            throws IOException, NoSuchAlgorithmException {
        var answer = mn.get("/docs");
        var page = answer.text();
        var style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
        var digest =
                MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.headers().get("content-security-policy"))
                .isEqualTo(
                        "default-src 'none'; style-src 'sha256-"
                                + Base64.getEncoder().encodeToString(digest)
                                + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        assertThat(page).doesNotContain("style=");
        assertThat(answer.headers()).containsEntry("x-content-type-options", "nosniff");
    }
}
