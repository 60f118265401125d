package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which form a document is written in, and what the form decides. */
class DialectTest extends LoaderSpec {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'kind': 'WorkflowSource'}                                          | source
                    {'apiVersion': 'mn.workflow.source/v1', 'workflow': {}}             | source
                    {'apiVersion': 'mn.workflow/v1', 'workflow': {}}                    | workflow
                    {'apiVersion': 'mn.workflow/v2', 'workflow': {}, 'flow': {}}        | workflow
                    {'kind': 'Workflow', 'workflow': {}}                                | workflow
                    {'apiVersion': 'mn.workflow/v1', 'flow': {}}                        | executable
                    {'kind': 'Workflow', 'runtime': {'bindings': {'a': {}}}}            | executable
                    {'workflow': {}}                                                    | workflow
                    {'flow': {}}                                                        | executable
                    {'apiVersion': 'mn.workflow/v1', 'nodes': []}                       | flat
                    {'kind': 'Workflow', 'runtime': {'bindings': {}}}                   | flat
                    {'workflow': 'text', 'nodes': []}                                   | flat
                    {'apiVersion': 'other/v1', 'workflow': {}}                          | flat
                    {}                                                                  | flat
                    """)
    void the_first_test_that_holds_decides(String document, String dialect) {
        var object = (JsonObject) json(document);

        assertThat(Dialect.of(object).wire()).isEqualTo(dialect);
    }

    @Test
    void an_unknown_version_of_the_format_is_refused() {
        givenTop("'apiVersion': 'mn.workflow/v9'");

        thenRefused("manifest.api_version_unsupported", "/manifest/apiVersion");
    }

    @Test
    void the_second_version_means_the_same_as_the_first() {
        given("{'apiVersion': 'mn.workflow/v2', 'workflow': {'workflow_id': 'w', 'nodes': []}}");

        thenWarned("workflow.empty", "/manifest/workflow");
        assertThat(thenLoaded().dialect()).isEqualTo("workflow");
    }

    @Test
    void a_workflow_of_another_kind_is_refused() {
        given("{'apiVersion': 'mn.workflow/v1', 'kind': 'Job', 'workflow': {'workflow_id': 'w'}}");

        thenRefused("manifest.kind_unsupported", "/manifest/kind");
    }

    @Test
    void a_workflow_without_anything_in_it_is_an_empty_run() {
        given(
                """
                {'apiVersion': 'mn.workflow/v1', 'kind': 'Workflow',
                 'workflow': {'workflow_id': 'demo', 'nodes': []}}""");

        thenWarned("workflow.empty", "/manifest/workflow");
        var manifest = thenLoaded();
        assertThat(manifest.dialect()).isEqualTo("workflow");
        assertThat(manifest.graphId()).isEqualTo("demo");
        assertThat(manifest.jobName()).isEqualTo("demo");
        assertThat(manifest.manifestVersion()).isEqualTo("1.0");
        assertThat(manifest.nodes()).isEmpty();
        assertThat(manifest.entrypoints()).isEmpty();
    }

    @Test
    void an_empty_workflow_is_named_by_its_id_and_name() {
        given("{'workflow': {}, 'id': 'w', 'name': 'Weekly', 'type': 'service'}");

        assertThat(thenLoaded().graphId()).isEqualTo("w");
        assertThat(thenLoaded().jobName()).isEqualTo("Weekly");
        assertThat(thenLoaded().type()).isEqualTo("service");
    }

    @Test
    void an_empty_workflow_needs_an_id() {
        given("{'workflow': {}}");

        thenRefused("manifest.graph_id_required", "/manifest/id");
    }

    @Test
    void the_graph_of_another_dialect_beside_a_workflow_is_the_only_complaint() {
        given("{'workflow': {'steps': [1]}, 'graph_id': 'g', 'nodes': [], 'edges': [], 'type': 1}");

        assertThat(issues())
                .extracting(LoaderSpec::where)
                .containsExactly(
                        "workflow.field_not_allowed /manifest/graph_id",
                        "workflow.field_not_allowed /manifest/nodes",
                        "workflow.field_not_allowed /manifest/edges");
    }

    @Test
    void a_declared_workflow_with_an_empty_flat_graph_is_empty_too() {
        given("{'kind': 'Workflow', 'graph_id': 'g', 'manifest_version': '1.0', 'nodes': []}");

        thenWarned("workflow.empty", "/manifest/nodes");
        assertThat(thenLoaded().dialect()).isEqualTo("workflow");
    }
}
