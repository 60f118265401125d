package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Issue;
import mirrorneuron.api.Severity;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonValue;

/**
 * Given a manifest, when it is loaded, then it runs or says why not. Manifests are written with
 * single quotes, and a member that is given replaces the one of the sound manifest around it.
 */
abstract class LoaderSpec {

    private ManifestLoader.Loaded loaded = new ManifestLoader.Loaded(Optional.empty(), List.of());

    static JsonValue json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }

    /** A whole document. */
    final void given(String document) {
        loaded =
                ManifestLoader.load(
                        document.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
                        ManifestLimits.DEFAULT);
    }

    final void given(JsonValue document, ManifestLimits limits) {
        loaded = ManifestLoader.load(document, limits);
    }

    /** A whole document, of which nothing may be left out. */
    final void givenStrict(String document) {
        loaded = ManifestLoader.load(json(document), ManifestLimits.DEFAULT, Strictness.STRICT);
    }

    /** A sound manifest of one router {@code a}, with these members at its top. */
    final void givenTop(String members) {
        given(
                """
                {'manifest_version': '1.0', 'graph_id': 'g', 'entrypoints': ['a'],
                 'nodes': [{'node_id': 'a', 'agent_type': 'router'}], %s}"""
                        .formatted(members));
    }

    /** A sound service of one router {@code a}, with these members in its node. */
    final void givenNode(String members) {
        givenTop(
                """
                'type': 'service', 'nodes': [{'node_id': 'a', 'agent_type': 'router', %s}]"""
                        .formatted(members));
    }

    /** A sound service of one node {@code a} of this type, with these members in its config. */
    final void givenConfig(String agentType, String members) {
        givenNode("'agent_type': '%s', 'config': {%s}".formatted(agentType, members));
    }

    /** A sound service of one executor on the host, with these members in its config. */
    final void givenExecutor(String members) {
        givenConfig("executor", "'runner': 'host_local', 'command': ['true'], " + members);
    }

    /** A sound service of routers {@code a} and {@code b} with this edge between them. */
    final void givenEdge(String members) {
        givenTop(
                """
                'type': 'service', 'nodes': [{'node_id': 'a', 'agent_type': 'router'},
                  {'node_id': 'b', 'agent_type': 'router'}],
                'edges': [{'from_node': 'a', 'to_node': 'b', 'message_type': 'x', %s}]"""
                        .formatted(members));
    }

    final List<Issue> issues() {
        return loaded.issues();
    }

    final RuntimeManifest thenLoaded() {
        assertThat(loaded.issues().stream().filter(i -> i.severity() == Severity.ERROR)).isEmpty();
        return loaded.manifest().orElseThrow();
    }

    final RuntimeManifest thenLoadedClean() {
        assertThat(loaded.issues()).isEmpty();
        return loaded.manifest().orElseThrow();
    }

    /** Nothing is wrong with it, and what it warns of has these codes. */
    final RuntimeManifest thenLoadedBut(String... codes) {
        assertThat(loaded.issues()).extracting(Issue::code).isSubsetOf(codes);
        return thenLoaded();
    }

    final NodeSpec thenNode() {
        return thenLoaded().nodes().getFirst();
    }

    final Behaviour.Executor thenExecutor() {
        return (Behaviour.Executor) thenNode().behaviour();
    }

    /** Refused for exactly one reason. */
    final Issue thenRefused(String code, String pointer) {
        assertThat(loaded.manifest()).isEmpty();
        var errors =
                loaded.issues().stream()
                        .filter(issue -> issue.severity() == Severity.ERROR)
                        .toList();
        assertThat(errors).extracting(LoaderSpec::where).containsExactly(code + " " + pointer);
        return errors.getFirst();
    }

    final Issue thenWarned(String code, String pointer) {
        thenLoaded();
        var warnings = loaded.issues();
        assertThat(warnings).extracting(LoaderSpec::where).contains(code + " " + pointer);
        return warnings.stream()
                .filter(issue -> issue.code().equals(code))
                .findFirst()
                .orElseThrow();
    }

    static String where(Issue issue) {
        return issue.code() + " " + issue.location().pointer();
    }
}
