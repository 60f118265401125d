package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import mirrorneuron.api.AgentId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a job begins, and with what. */
class EntrypointsAndInputsTest extends LoaderSpec {

    private static final AgentId A = AgentId.of("a");
    private static final AgentId B = AgentId.of("b");

    /** Two routers, both entrypoints unless the members say otherwise. */
    private void givenTwo(String members) {
        givenTop(
                """
                'type': 'service', 'entrypoints': ['a', 'b'],
                'nodes': [{'node_id': 'a', 'agent_type': 'router', 'role': 'root'},
                  {'node_id': 'b', 'agent_type': 'router', 'role': 'root_coordinator'},
                  {'node_id': 'c', 'agent_type': 'router', 'role': 'worker'}], %s"""
                        .formatted(members));
    }

    @Test
    void a_text_names_one_entrypoint() {
        givenTwo("'entrypoints': 'b'");

        assertThat(thenLoadedClean().entrypoints()).containsExactly(B);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]"})
    void without_entrypoints_the_root_roles_begin(String value) {
        givenTwo("'entrypoints': " + value);

        assertThat(thenLoadedClean().entrypoints()).containsExactly(A, B);
    }

    @Test
    void entrypoints_of_another_kind_count_as_none() {
        givenTwo("'entrypoints': {'a': true}");

        thenWarned("manifest.entrypoints_type", "/manifest/entrypoints");
        assertThat(thenLoaded().entrypoints()).containsExactly(A, B);
    }

    @Test
    void repeated_entrypoints_begin_once() {
        givenTwo("'entrypoints': ['b', 'b', 'a']");

        assertThat(thenLoadedClean().entrypoints()).containsExactly(B, A);
    }

    @Test
    void an_unknown_entrypoint_is_refused() {
        givenTwo("'entrypoints': ['a', 'x', 5]");

        assertThat(issues())
                .extracting(LoaderSpec::where)
                .containsExactly(
                        "manifest.entrypoint_unknown /manifest/entrypoints/1",
                        "manifest.entrypoint_unknown /manifest/entrypoints/2");
    }

    @Test
    void an_unknown_entrypoint_as_text_is_refused() {
        givenTwo("'entrypoints': 'x'");

        thenRefused("manifest.entrypoint_unknown", "/manifest/entrypoints");
    }

    @Test
    void a_graph_without_a_beginning_is_refused() {
        givenTop("'entrypoints': []");

        thenRefused("manifest.entrypoint_missing", "/manifest/entrypoints");
    }

    @Test
    void an_absent_key_and_an_empty_list_are_kept_apart() {
        givenTwo("'initial_inputs': {'a': []}");

        assertThat(thenLoadedClean().initialInputs()).isEqualTo(Map.of(A, List.of()));
    }

    @Test
    void one_input_is_a_list_of_one() {
        givenTwo("'initial_inputs': {'a': {'n': 1}, 'b': [{'n': 2}, {'n': 3}]}");

        assertThat(thenLoadedClean().initialInputs())
                .isEqualTo(
                        Map.of(
                                A, List.of(json("{'n': 1}")),
                                B, List.of(json("{'n': 2}"), json("{'n': 3}"))));
    }

    @Test
    void a_list_goes_to_every_entrypoint() {
        givenTwo("'initial_inputs': [{'n': 1}, {'n': 2}]");

        var both = List.of(json("{'n': 1}"), json("{'n': 2}"));
        assertThat(thenLoadedClean().initialInputs()).isEqualTo(Map.of(A, both, B, both));
    }

    @Test
    void an_own_key_beats_the_shared_one() {
        givenTwo("'initial_inputs': {'a': {'n': 1}, '__entrypoints__': [{'n': 2}]}");

        assertThat(thenLoadedClean().initialInputs())
                .isEqualTo(Map.of(A, List.of(json("{'n': 1}")), B, List.of(json("{'n': 2}"))));
    }

    @Test
    void inputs_of_another_kind_are_none() {
        givenTwo("'initial_inputs': 'hello'");

        thenWarned("initial_inputs.type", "/manifest/initial_inputs");
        assertThat(thenLoaded().initialInputs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "nobody", ""})
    void inputs_of_agents_that_do_not_begin_are_warned_about(String name) {
        givenTwo("'initial_inputs': {'%s': {}}".formatted(name));

        thenWarned("initial_inputs.unused", "/manifest/initial_inputs/" + name);
        assertThat(thenLoaded().initialInputs()).isEmpty();
    }

    @Test
    void a_body_that_reads_as_a_message_is_warned_about() {
        givenTwo("'initial_inputs': {'a': [{'n': 1}, {'type': 'invoice', 'total': 3}]}");

        var issue = thenWarned("initial_inputs.reserved_key", "/manifest/initial_inputs/a/1");
        assertThat(issue.message()).contains("type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type': 'start', 'body': {}}",
                "{'type': 'start', 'payload': null}",
                "{'envelope': {'type': 'start'}, 'headers': {}}"
            })
    void a_message_with_a_body_is_meant_as_one(String message) {
        givenTwo("'initial_inputs': {'a': %s}".formatted(message));

        thenLoadedClean();
    }

    @Test
    void an_input_that_is_no_object_is_refused() {
        givenTwo("'initial_inputs': {'a': [{}, 5]}");

        thenRefused("message.not_an_object", "/manifest/initial_inputs/a/1");
    }
}
