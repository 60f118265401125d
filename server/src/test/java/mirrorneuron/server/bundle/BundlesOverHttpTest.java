package mirrorneuron.server.bundle;

import static mirrorneuron.server.Served.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.server.Served;
import mirrorneuron.server.http.Raw;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Uploads and reloads, as a client with a socket sees them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BundlesOverHttpTest {

    private Served mn;
    private Path home;

    @BeforeAll
    void serve(@TempDir Path folder) throws IOException {
        home = folder;
        mn = Served.at(folder);
    }

    @AfterAll
    void stop() {
        mn.close();
    }

    private static byte[] zip(Map<String, String> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] bundle(String top) throws IOException {
        return zip(
                Map.of(
                        top + "manifest.json",
                        Served.smallest().toString(),
                        top + "payloads/work.sh",
                        "echo hello\n"));
    }

    private Raw.Answer upload(String path, String part, String name, byte[] content)
            throws IOException {
        var body = new ByteArrayOutputStream();
        body.writeBytes(
                ("--b0\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhi\r\n--b0\r\n"
                                + "Content-Disposition: form-data; name=\""
                                + part
                                + "\"; filename=\""
                                + name
                                + "\"\r\nContent-Type: application/zip\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(content);
        body.writeBytes("\r\n--b0--\r\n".getBytes(StandardCharsets.UTF_8));
        var request = new ByteArrayOutputStream();
        request.writeBytes(
                ("POST /api/v1"
                                + path
                                + " HTTP/1.1\r\nHost: l\r\n"
                                + "Content-Type: multipart/form-data; boundary=b0\r\n"
                                + "Content-Length: "
                                + body.size()
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        request.writeBytes(body.toByteArray());
        return mn.send(request.toByteArray());
    }

    private Raw.Answer upload(byte[] content) throws IOException {
        return upload("/bundles/upload", "bundle", "smallest.zip", content);
    }

    @Test
    void an_uploaded_bundle_is_submitted_by_its_path() throws IOException {
        for (var top : List.of("", "smallest/")) {
            var answer = upload(bundle(top));
            assertThat(answer.status()).as(answer.text()).isEqualTo(201);
            var body = answer.json();
            assertThat(body.string("bundle_id")).contains("smallest");
            assertThat(body.object("manifest").string("graph_id")).contains("smallest");
            assertThat(body.string("fingerprint").orElse("")).matches("[0-9a-f]{64}");
            assertThat(body.has("job_id")).isFalse();
            var path = body.string("bundle_path").orElseThrow();
            assertThat(path).doesNotContain(home.toString());
            for (var name : List.of("bundle_path", "_bundle_path")) {
                var submitted =
                        mn.post("/jobs", JsonObject.of(name, new JsonString(path)).toString());
                assertThat(submitted.status()).as(submitted.text()).isEqualTo(201);
                mn.awaitStatus(submitted.json().string("id").orElseThrow(), "completed");
            }
        }
    }

    @Test
    void an_upload_may_be_submitted_at_once() throws IOException {
        var answer = upload("/bundles/upload?submit=true", "bundle", "smallest.zip", bundle(""));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().string("status")).contains("pending");
        mn.awaitStatus(answer.json().string("job_id").orElseThrow(), "completed");
    }

    private Raw.Answer submitted(JsonObject manifest) throws IOException {
        return upload(
                "/bundles/upload?submit=true",
                "bundle",
                "own.zip",
                zip(
                        Map.of(
                                "manifest.json",
                                manifest.toString(),
                                "payloads/work.sh",
                                "echo hello\n")));
    }

    @Test
    void an_upload_that_cannot_be_submitted_says_why() throws IOException {
        var named = Served.smallest().with("run_id", new JsonString("uploaded-run"));
        assertThat(submitted(named).status()).isEqualTo(201);
        assertThat(refusal(submitted(named))).isEqualTo("409 run_exists");
        assertThat(refusal(submitted(Served.greedy()))).isEqualTo("412 requirements_not_met");
        assertThat(refusal(submitted(Served.choosy()))).isEqualTo("422 input_validation_failed");
    }

    @Test
    void what_is_no_bundle_is_refused_and_leaves_nothing_behind() throws IOException {
        var manifest = Served.smallest().toString();
        var before = entries();
        assertThat(refusal(upload("/bundles/upload", "file", "smallest.zip", bundle(""))))
                .isEqualTo("400 bad_request");
        assertThat(refusal(upload("/bundles/upload", "bundle", "smallest.tar", bundle(""))))
                .isEqualTo("400 invalid_bundle");
        assertThat(refusal(upload("no zip".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("400 invalid_bundle");
        assertThat(refusal(upload(zip(Map.of("readme.txt", "x"))))).isEqualTo("400 invalid_bundle");
        assertThat(refusal(upload(zip(Map.of("manifest.json", manifest)))))
                .isEqualTo("400 invalid_bundle");
        assertThat(refusal(upload(zip(Map.of("manifest.json", "{", "payloads/a", "x")))))
                .isEqualTo("400 invalid_bundle");
        assertThat(refusal(upload(zip(Map.of("manifest.json", "[]", "payloads/a", "x")))))
                .isEqualTo("400 invalid_bundle");
        for (var path : List.of("../evil", "/evil", "payloads/../../evil", "C:\\evil", "a\\b")) {
            var answer =
                    upload(zip(Map.of("manifest.json", manifest, "payloads/a", "x", path, "x")));
            assertThat(refusal(answer)).as(path).isEqualTo("400 unsafe_path");
        }
        assertThat(entries()).isEqualTo(before);
        assertThat(home.resolve("../evil")).doesNotExist();
    }

    private List<String> entries() throws IOException {
        var uploads = home.resolve("uploads");
        if (!Files.isDirectory(uploads)) {
            return List.of();
        }
        try (var files = Files.list(uploads)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void a_body_that_is_no_form_is_refused() throws IOException {
        for (var type :
                List.of(
                        "Content-Type: application/json",
                        "Content-Type: multipart/form-data",
                        "Content-Type: multipart/form-data; boundary=x",
                        "X-A: b")) {
            var answer = mn.post("/bundles/upload", "{}", type);
            assertThat(refusal(answer)).as(type).isEqualTo("400 bad_request");
            assertThat(answer.json().string("error").orElse("")).contains("bundle");
        }
    }

    @Test
    void a_repeated_change_with_its_key_gets_the_first_answer() throws IOException {
        var job = mn.submit(Served.idle(), Map.of());
        mn.awaitStatus(job, "running");
        var cancel = "/jobs/" + job + "/cancel";
        var first = mn.post(cancel, "", "Idempotency-Key: c1");
        var again = mn.post(cancel, "", "Idempotency-Key: c1");
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(first.headers()).doesNotContainKey("idempotency-replayed");
        assertThat(again.headers()).containsEntry("idempotency-replayed", "true");
        assertThat(refusal(mn.post(cancel, "{}", "Idempotency-Key: c1"))).isEqualTo("409 conflict");
        assertThat(mn.post(cancel, "", "Idempotency-Key: " + "k".repeat(300)).status())
                .isEqualTo(400);
    }

    @Test
    void a_reload_sees_whether_the_files_changed() throws IOException {
        var manifest = Served.smallest().with("graph_id", new JsonString("reloaded"));
        var uploaded =
                upload(
                        zip(
                                Map.of(
                                        "manifest.json",
                                        manifest.toString(),
                                        "payloads/work.sh",
                                        "echo 1\n")));
        var path = uploaded.json().string("bundle_path").orElseThrow();
        var folder = home.resolve(path);
        var same = mn.post("/bundles/reloaded/reload", "").json();
        assertThat(same.bool("changed")).contains(false);
        assertThat(same.bool("reloaded")).contains(false);
        assertThat(same.string("message")).contains("No bundle changes detected");
        assertThat(same.string("previous_fingerprint"))
                .isEqualTo(same.string("current_fingerprint"))
                .isEqualTo(uploaded.json().string("fingerprint"));
        Files.writeString(folder.resolve("payloads/work.sh"), "echo 2\n");
        var changed = mn.post("/bundles/reloaded/reload", "{}").json();
        assertThat(changed.bool("changed")).contains(true);
        assertThat(changed.bool("reloaded")).contains(true);
        assertThat(changed.string("bundle_id")).contains("reloaded");
        assertThat(changed.string("reason")).contains("api_request");
        assertThat(changed.string("message")).contains("Bundle reloaded successfully");
        assertThat(changed.string("timestamp")).isPresent();
        assertThat(changed.string("current_fingerprint"))
                .isNotEqualTo(changed.string("previous_fingerprint"));
        Files.writeString(
                folder.resolve("manifest.json"), "{\"graph_id\":\"reloaded\",\"nodes\":7}");
        var invalid = mn.post("/bundles/reloaded/reload", "");
        assertThat(invalid.status()).isEqualTo(422);
        assertThat(invalid.json().array("errors").size()).isPositive();
        assertThat(refusal(mn.post("/bundles/nobody/reload", "")))
                .isEqualTo("404 bundle_not_found");
    }

    @Test
    void bundles_of_the_operators_folder_are_known(@TempDir Path own, @TempDir Path bundles)
            throws IOException {
        var folder = Files.createDirectories(bundles.resolve("b1"));
        Files.createDirectories(folder.resolve("payloads"));
        Files.writeString(folder.resolve("payloads/work.sh"), "echo 1\n");
        Files.writeString(
                folder.resolve("manifest.json"),
                Served.smallest().with("graph_id", new JsonString("lying-there")).toString());
        try (var other = Served.at(own, Map.of("MN_BUNDLES_DIR", bundles.toString()))) {
            var answer = other.post("/bundles/lying-there/reload", "").json();
            assertThat(answer.bool("changed")).contains(false);
            Files.writeString(folder.resolve("payloads/work.sh"), "echo 2\n");
            assertThat(other.post("/bundles/lying-there/reload", "").json().bool("changed"))
                    .contains(true);
        }
    }
}
