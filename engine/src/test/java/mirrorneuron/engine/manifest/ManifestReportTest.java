package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import mirrorneuron.api.Issue;
import mirrorneuron.api.Severity;
import mirrorneuron.api.Validation;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How problems are told: all at once, each with its place, none with a secret. */
class ManifestReportTest extends LoaderSpec {

    @Test
    void ten_mistakes_are_ten_issues() {
        given(
                """
                {'graph_id': 'a b', 'type': 'cron', 'entrypoints': ['nobody'],
                 'policies': {'recovery_mode': 'never', 'restart': {'attempts': -1}},
                 'nodes': [
                  {'node_id': 'x', 'agent_type': 'wizard'},
                  {'node_id': 'y', 'agent_type': 'executor', 'config': {'max_attempts': 0}},
                  {'node_id': 'y', 'agent_type': 'sensor'}],
                 'edges': [{'from_node': 'x', 'to_node': 'gone'}]}""");

        assertThat(issues())
                .extracting(LoaderSpec::where)
                .containsExactlyInAnyOrder(
                        "manifest.version_required /manifest/manifest_version",
                        "manifest.graph_id_invalid /manifest/graph_id",
                        "manifest.type_unsupported /manifest/type",
                        "policies.recovery_mode_unsupported /manifest/policies/recovery_mode",
                        "policies.restart.attempts /manifest/policies/restart/attempts",
                        "node.agent_type_unsupported /manifest/nodes/0/agent_type",
                        "node.command_required /manifest/nodes/1/config/command",
                        "node.config_invalid /manifest/nodes/1/config/max_attempts",
                        "node.id_duplicate /manifest/nodes/2/node_id",
                        "edge.to_unknown /manifest/edges/0/to_node",
                        "edge.message_type_required /manifest/edges/0/message_type",
                        "manifest.entrypoint_unknown /manifest/entrypoints/0",
                        "job.no_completion_path /manifest/nodes");
    }

    @Test
    void an_issue_says_what_where_and_what_to_do() {
        givenExecutor("'max_attempts': 0");

        var issue = thenRefused("node.config_invalid", "/manifest/nodes/0/config/max_attempts");
        assertThat(issue.message()).isEqualTo("max_attempts: 0 (expected: a whole number >= 1)");
        assertThat(issue.location().source()).isEqualTo("manifest");
        assertThat(issue.location().path()).isEqualTo("nodes[0].config.max_attempts");
        assertThat(issue.severity()).isEqualTo(Severity.ERROR);
        assertThat(issue.expected()).contains(JsonString.of("a whole number >= 1"));
        assertThat(issue.actual()).contains(JsonNumber.of(0));
    }

    @Test
    void the_report_lists_errors_and_keeps_warnings_apart() {
        givenNode("'retries': 1, 'type': 'tree'");

        var report = Validation.report(issues());
        assertThat(report.integer("error_count")).hasValue(1);
        assertThat(report.array("warnings").size()).isEqualTo(1);
        assertThat(report.array("errors").get(0).toString()).startsWith("\"nodes[0].type: type:");
    }

    @Test
    void pointers_escape_what_json_pointers_escape() {
        givenExecutor("'a/b~c': 1");

        thenWarned("node.config_key_unknown", "/manifest/nodes/0/config/a~1b~0c");
    }

    @Test
    void a_secret_inside_a_value_is_redacted() {
        givenTop("'type': 'service', 'services': {'name': 'a', 'tags': {'password': 'hunter2'}}");

        var issue = thenRefused("services.tags_type", "/manifest/services/tags");
        assertThat(issue.toJson().toString()).contains("[REDACTED]").doesNotContain("hunter2");
    }

    @Test
    void a_value_below_a_secret_name_is_redacted() {
        givenTop(
                "'type': 'service', 'runtime': {'models': {'my_token': {'provider': ['hunter2']}}}");

        var issue =
                thenRefused(
                        "models.provider_invalid", "/manifest/runtime/models/my_token/provider");
        assertThat(issue.actual()).contains(JsonString.of("[REDACTED]"));
        assertThat(issue.message()).doesNotContain("hunter2");
    }

    @Test
    void long_values_are_cut() {
        givenTop("'type': '" + "x".repeat(5_000) + "'");

        var issue = thenRefused("manifest.type_unsupported", "/manifest/type");
        assertThat(issue.message().length()).isLessThan(200);
        assertThat(issue.actual().orElseThrow().toString().length()).isLessThan(1_100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'a': 1,}    | 8
                    {'a' 1}      | 5
                    nonsense     | 1
                    {} {}        | 3
                    """)
    void text_that_is_not_json_is_refused_at_its_byte(String text, int offset) {
        given(text);

        var issue = thenRefused("manifest.json_invalid", "/manifest");
        assertThat(issue.message()).endsWith("at byte " + offset);
        assertThat(issue.help()).contains("Correct the JSON at byte " + offset + ".");
    }

    @ParameterizedTest
    @CsvSource({"[]", "5", "null", "'text'"})
    void json_that_is_no_object_is_refused(String text) {
        given(text.equals("text") ? "'text'" : text);

        thenRefused("manifest.json_invalid", "/manifest");
    }

    @Test
    void a_manifest_may_be_64_levels_deep() {
        givenTop("'type': 'service', 'x': " + "[".repeat(63) + "]".repeat(63));
        thenLoadedClean();

        givenTop("'type': 'service', 'x': " + "[".repeat(64) + "]".repeat(64));
        thenRefused("manifest.too_deep", "/manifest");
    }

    @Test
    void a_document_that_would_end_the_stack_is_refused() {
        JsonValue deep = JsonArray.empty();
        for (int i = 0; i < 100_000; i++) {
            deep = JsonArray.of(deep);
        }
        given(JsonObject.of("x", deep), ManifestLimits.DEFAULT);

        thenRefused("manifest.too_deep", "/manifest");
    }

    @Test
    void limits_bound_everything_and_can_be_raised() {
        var limits = new ManifestLimits(600, 2, 1, 64, 40, 3);
        given(
                json(
                        """
                        {'manifest_version': '1', 'graph_id': 'g', 'entrypoints': ['a'], 'nodes': [
                         {'node_id': 'a', 'agent_type': 'router'},
                         {'node_id': 'b', 'agent_type': 'router'},
                         {'node_id': 'c', 'agent_type': 'router'}]}"""),
                limits);
        assertThat(issues()).extracting(Issue::code).contains("manifest.too_many_nodes");

        var edge = "{'from': 'a', 'to': 'a', 'event': 'x'}";
        var document =
                """
                {'manifest_version': '1', 'graph_id': 'g', 'type': 'service', 'entrypoints': ['a'],
                 'nodes': [{'node_id': 'a', 'agent_type': 'router',
                   'config': {'emit_type': '%s'}}], 'edges': [%s, %s]}"""
                        .formatted("x".repeat(40), edge, edge);
        given(json(document), limits);
        assertThat(issues())
                .extracting(LoaderSpec::where)
                .containsExactlyInAnyOrder(
                        "manifest.too_many_edges /manifest/edges",
                        "node.config_too_large /manifest/nodes/0/config");

        given(json(document), ManifestLimits.DEFAULT);
        thenLoadedClean();
    }

    @Test
    void a_manifest_that_is_too_large_is_not_even_read() {
        var limits = new ManifestLimits(50, 10, 10, 64, 100, 10);
        var text = "{\"x\": \"" + "y".repeat(50) + "\"";

        var loaded = ManifestLoader.load(text.getBytes(StandardCharsets.UTF_8), limits);

        assertThat(loaded.issues()).extracting(Issue::code).containsExactly("manifest.too_large");
        given(json(text + "}"), limits);
        thenRefused("manifest.too_large", "/manifest");
    }

    @Test
    void issues_beyond_the_limit_are_counted() {
        var nodes = "5,".repeat(20);
        given(
                json("{'nodes': [" + nodes + "5]}"),
                new ManifestLimits(1_000, 100, 100, 64, 1_000, 5));

        assertThat(issues()).hasSize(6);
        assertThat(issues().getLast().code()).isEqualTo("manifest.issues_unlisted");
        assertThat(issues().getLast().message()).startsWith("Expected at most 5 issues, but found");
    }

    @Test
    void sizes_are_counted_as_they_are_written() {
        for (var text :
                new String[] {
                    "{}", "[]", "{\"a\":1}", "{\"ä\":\"€😀\",\"b\":[1,2,3]}", "[[],[{}],null,true]"
                }) {
            var value = json(text);
            int written = value.toString().getBytes(StandardCharsets.UTF_8).length;
            assertThat(DocumentSize.of(value, 64).bytes()).isBetween((long) written, written + 10L);
        }
    }

    @Test
    void twenty_thousand_edges_load() {
        var edges = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            edges.append(i == 0 ? "" : ",").append("{'from':'a','to':'a','event':'x'}");
        }
        givenTop("'type': 'service', 'edges': [" + edges + "]");

        assertThat(thenLoadedClean().edges()).hasSize(20_000);
    }

    @Test
    void limits_say_what_they_expect() {
        assertThat(Optional.ofNullable(catchMessage(() -> new ManifestLimits(1, 1, 1, 513, 1, 1))))
                .contains("depthMax: 513 (expected: 1..512)");
    }

    private static String catchMessage(Runnable action) {
        try {
            action.run();
            return "";
        } catch (IllegalArgumentException refused) {
            return String.valueOf(refused.getMessage());
        }
    }
}
