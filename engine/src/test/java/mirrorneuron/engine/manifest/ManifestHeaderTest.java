package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.AgentId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The top of a flat manifest: what it says of itself before it says what to do. */
class ManifestHeaderTest extends LoaderSpec {

    @Test
    void the_smallest_manifest_gets_every_default() {
        given(
                """
                {'manifest_version': '1.0', 'graph_id': 'simple', 'entrypoints': ['router'],
                 'nodes': [{'node_id': 'router', 'agent_type': 'router'}]}""");

        var manifest = thenLoaded();
        assertThat(manifest.dialect()).isEqualTo("flat");
        assertThat(manifest.graphId()).isEqualTo("simple");
        assertThat(manifest.jobName()).isEqualTo("simple");
        assertThat(manifest.manifestVersion()).isEqualTo("1.0");
        assertThat(manifest.type()).isEqualTo("batch");
        assertThat(manifest.jobType()).isEqualTo("batch");
        assertThat(manifest.edges()).isEmpty();
        assertThat(manifest.entrypoints()).containsExactly(AgentId.of("router"));
        assertThat(manifest.initialInputs()).isEmpty();
        assertThat(manifest.metadata().isEmpty()).isTrue();
    }

    @Test
    void a_numeric_version_is_text_and_the_graph_id_is_trimmed() {
        givenTop("'manifest_version': 1, 'graph_id': ' spaced '");

        assertThat(thenLoaded().manifestVersion()).isEqualTo("1");
        assertThat(thenLoaded().graphId()).isEqualTo("spaced");
    }

    @Test
    void the_type_is_read_in_any_case() {
        givenTop("'type': 'Service'");

        assertThat(thenLoadedClean().type()).isEqualTo("service");
    }

    @Test
    void a_daemon_is_a_service_that_restarts_without_end() {
        givenTop("'daemon': true");

        var manifest = thenLoadedClean();
        assertThat(manifest.type()).isEqualTo("service");
        assertThat(manifest.jobType()).isEqualTo("service");
        assertThat(manifest.nodes().getFirst().restart().attempts()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void unknown_members_are_extensions_that_survive() {
        givenTop("'type': 'service', 'long_lived': true, 'x-team': {'a': [1]}");

        assertThat(thenLoadedClean().raw().object("x-team").toString()).isEqualTo("{\"a\":[1]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'manifest_version': null        | manifest.version_required    | /manifest/manifest_version
                    'manifest_version': []          | manifest.version_required    | /manifest/manifest_version
                    'graph_id': null                | manifest.graph_id_required   | /manifest/graph_id
                    'graph_id': '  '                | manifest.graph_id_required   | /manifest/graph_id
                    'graph_id': 7                   | manifest.graph_id_invalid    | /manifest/graph_id
                    'graph_id': 'a/b'               | manifest.graph_id_invalid    | /manifest/graph_id
                    'graph_id': '-a'                | manifest.graph_id_invalid    | /manifest/graph_id
                    'type': 'system'                | manifest.type_unsupported    | /manifest/type
                    'type': 3                       | manifest.type_unsupported    | /manifest/type
                    'daemon': 'yes'                 | manifest.daemon_not_boolean  | /manifest/daemon
                    'nodes': []                     | manifest.nodes_empty         | /manifest/nodes
                    'nodes': {}                     | manifest.field_type          | /manifest/nodes
                    'edges': {}                     | manifest.field_type          | /manifest/edges
                    'job_name': 5                   | manifest.field_type          | /manifest/job_name
                    'metadata': []                  | manifest.field_type          | /manifest/metadata
                    'contract': 'x'                 | manifest.field_type          | /manifest/contract
                    'runtime': 'x'                  | manifest.field_type          | /manifest/runtime
                    'parameterized': 'x'            | manifest.field_type          | /manifest/parameterized
                    'required_context_engine': 'x'  | manifest.field_type          | /manifest/required_context_engine
                    'policies': []                  | policies.type                | /manifest/policies
                    'reload': {'mode': 'sometimes'} | reload.mode_unsupported      | /manifest/reload/mode
                    'reload': {'interval_seconds': 0} | reload.interval_invalid    | /manifest/reload/interval_seconds
                    """)
    void a_wrong_member_is_refused(String members, String code, String pointer) {
        if (members.contains("'nodes'")) {
            given(
                    "{'manifest_version': '1.0', 'graph_id': 'g', 'entrypoints': [], %s}"
                            .formatted(members));
        } else {
            givenTop(members);
        }

        thenRefused(code, pointer);
    }

    @Test
    void a_missing_version_and_a_missing_id_are_both_named() {
        given("{'nodes': [{'node_id': 'a', 'agent_type': 'router', 'role': 'root'}]}");

        assertThat(issues())
                .extracting(LoaderSpec::where)
                .contains(
                        "manifest.graph_id_required /manifest/graph_id",
                        "manifest.version_required /manifest/manifest_version");
    }

    @Test
    void the_alias_of_the_context_engine_wins() {
        givenTop("'required_context_engine': false, 'requiredContextEngine': 'x'");

        thenRefused("manifest.field_type", "/manifest/requiredContextEngine");
    }

    @Test
    void a_reload_that_is_no_object_keeps_its_default() {
        givenTop("'type': 'service', 'reload': 'now'");

        thenLoadedClean();
    }

    @Test
    void identifiers_may_be_128_characters_long() {
        givenTop("'type': 'service', 'graph_id': '" + "a".repeat(128) + "'");
        thenLoadedClean();

        givenTop("'graph_id': '" + "a".repeat(129) + "'");
        thenRefused("manifest.graph_id_invalid", "/manifest/graph_id");
    }
}
