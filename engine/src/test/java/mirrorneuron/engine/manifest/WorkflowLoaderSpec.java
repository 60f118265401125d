package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.engine.workflow.StepEdge;
import mirrorneuron.engine.workflow.StepSpec;
import mirrorneuron.engine.workflow.WorkflowSpec;

/** Given a workflow of steps, when it is loaded, then its steps can run or it says why not. */
abstract class WorkflowLoaderSpec extends LoaderSpec {

    private static final String WORKFLOW =
            """
            {'apiVersion': 'mn.workflow/v1', 'kind': 'Workflow', 'id': 'w', 'name': 'W',
             'manifest_version': '1.0', 'job_name': 'w',
             'contract': {'inputs': {}, 'outputs': {'primary': {}}},
             'workflow': {'steps': [{'id': 'a'}, {'id': 'b'}, {'id': 'c'}],
               'edges': [{'id': 'ab', 'from': 'a', 'to': 'b'}, {'id': 'bc', 'from': 'b', 'to': 'c'}],
               %s},
             'agents': {'schema': 'mn.agents.communication_graph/v1', 'entrypoints': ['a'],
               'edges': [],
               'nodes': [{'node_id': 'a', 'agent_type': 'executor', 'config': {'command': 'true'}},
                 {'node_id': 'b', 'agent_type': 'executor', 'config': {'command': 'true'}},
                 {'node_id': 'c', 'agent_type': 'executor', 'config': {'command': 'true'}}], %s},
             'runtime': {'bindings': {}}, %s}""";

    /** A document of three steps in a row, with these members in its three parts. */
    static String workflow(String inWorkflow, String inAgents, String atTop) {
        return WORKFLOW.formatted(
                or(inWorkflow, "'mode': 'static_dag'"),
                or(inAgents, "'x': 1"),
                or(atTop, "'version': 1"));
    }

    private static String or(String members, String harmless) {
        return members.isEmpty() ? harmless : members;
    }

    /** Three steps {@code a}, {@code b} and {@code c} in a row, with these members in workflow. */
    final void givenWorkflow(String members) {
        given(workflow(members, "", ""));
    }

    /** The same three steps, with these members in agents. */
    final void givenAgents(String members) {
        given(workflow("", members, ""));
    }

    /** The same three steps, with these members at the top. */
    final void givenWorkflowTop(String members) {
        given(workflow("", "", members));
    }

    /** The first of the three steps has these members. */
    final void givenStep(String members) {
        givenWorkflow("'steps': [{'id': 'a', %s}, {'id': 'b'}, {'id': 'c'}]".formatted(members));
    }

    /** The first of the three steps has this in its control. */
    final void givenControl(String members) {
        givenStep("'control': {%s}".formatted(members));
    }

    /** The agent of the first step has this in its config. */
    final void givenStepConfig(String members, String control) {
        given(
                workflow(
                        "'steps': [{'id': 'a', 'control': {%s}}, {'id': 'b'}, {'id': 'c'}]"
                                .formatted(control),
                        """
                        'nodes': [{'node_id': 'a', 'agent_type': 'executor',
                            'config': {'command': 'true', %s}},
                          {'node_id': 'b', 'agent_type': 'router'},
                          {'node_id': 'c', 'agent_type': 'router'}]"""
                                .formatted(members),
                        ""));
    }

    /** A fan from a to b and c, which meet in d; d has these members. */
    final void givenJoin(String members) {
        given(
                workflow(
                        """
                        'steps': [{'id': 'a'}, {'id': 'b'}, {'id': 'c'}, {'id': 'd', %s}],
                        'edges': [{'id': 'ab', 'from': 'a', 'to': 'b'},
                          {'id': 'ac', 'from': 'a', 'to': 'c'},
                          {'id': 'bd', 'from': 'b', 'to': 'd'},
                          {'id': 'cd', 'from': 'c', 'to': 'd'}]"""
                                .formatted(members),
                        """
                        'nodes': [{'node_id': 'a', 'agent_type': 'router'},
                          {'node_id': 'b', 'agent_type': 'router'},
                          {'node_id': 'c', 'agent_type': 'router'},
                          {'node_id': 'd', 'agent_type': 'router'}]""",
                        ""));
    }

    /** The edge from the first step to the second has these members. */
    final void givenStepEdge(String members) {
        givenWorkflow(
                """
                'edges': [{'id': 'ab', 'from': 'a', 'to': 'b', %s},
                  {'id': 'bc', 'from': 'b', 'to': 'c'}]"""
                        .formatted(members));
    }

    final WorkflowSpec thenWorkflow() {
        return thenLoaded().workflow();
    }

    final StepSpec thenStep() {
        return thenWorkflow().steps().getFirst();
    }

    /** The edges as pairs of ids. */
    final List<String> thenOrder() {
        var workflow = thenWorkflow();
        return workflow.edges().stream().map(edge -> pair(workflow, edge)).toList();
    }

    private static String pair(WorkflowSpec workflow, StepEdge edge) {
        return workflow.steps().get(edge.from()).id() + ">" + workflow.steps().get(edge.to()).id();
    }

    final void thenProblems(String... problems) {
        assertThat(issues()).extracting(LoaderSpec::where).containsExactlyInAnyOrder(problems);
    }

    static List<AgentId> agents(String... ids) {
        return List.of(ids).stream().map(AgentId::of).toList();
    }
}
