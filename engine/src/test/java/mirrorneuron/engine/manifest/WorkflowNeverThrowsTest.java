package mirrorneuron.engine.manifest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Severity;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever becomes of a sound workflow, loading it gives an answer that holds together. */
class WorkflowNeverThrowsTest {

    /** Words of steps, so that a change is often another sound or half sound part. */
    private static final List<String> WORDS =
            List.of(
                    "id",
                    "run",
                    "agent_id",
                    "needs",
                    "requires",
                    "provides",
                    "on",
                    "to",
                    "from",
                    "control",
                    "retry",
                    "max_attempts",
                    "trigger_rule",
                    "join",
                    "rule",
                    "mode",
                    "quorum",
                    "approval",
                    "accepts",
                    "condition",
                    "event",
                    "steps",
                    "edges",
                    "nodes",
                    "workers",
                    "routes",
                    "with",
                    "config",
                    "uses",
                    "handler",
                    "agent",
                    "definition",
                    "implementation",
                    "templates",
                    "regions",
                    "node_id",
                    "agent_type",
                    "command");

    private static final List<String> TEXTS =
            List.of(
                    "collect",
                    "wages",
                    "draft",
                    "plan",
                    "a",
                    "../a",
                    "",
                    " ",
                    "quorum",
                    "all_done",
                    "min_success",
                    "done",
                    "skipped",
                    "serial",
                    "dynamic_dag",
                    "${output.x} > 1",
                    "${output",
                    "$state.x",
                    "executor",
                    "router",
                    "x.control.terminal_sink@1",
                    "WorkflowSource");

    /** A place, by its number, and what is put there. */
    record Change(int place, JsonValue value) {}

    @Property(tries = 3_000)
    void a_changed_workflow_is_loaded_or_refused(
            @ForAll("fixtures") String name, @ForAll("changes") List<Change> changes) {
        JsonValue document = WorkflowFixtures.read(name);
        for (var change : changes) {
            var spots = WorkflowFixtures.spots(document);
            if (!spots.isEmpty()) {
                var spot = spots.get(change.place() % spots.size());
                document =
                        change.value().isNull()
                                ? spot.remove()
                                : spot.replace().apply(change.value());
            }
        }

        var lenient = ManifestLoader.load(document, ManifestLimits.DEFAULT);
        var strict = ManifestLoader.load(document, ManifestLimits.DEFAULT, Strictness.STRICT);

        assertThat(lenient.manifest().isEmpty()).isEqualTo(failed(lenient));
        lenient.manifest().ifPresent(WorkflowNeverThrowsTest::holdsTogether);
        if (strict.manifest().isPresent()) {
            assertThat(lenient.manifest()).isEqualTo(strict.manifest());
        }
    }

    private static boolean failed(ManifestLoader.Loaded loaded) {
        return loaded.issues().stream().anyMatch(issue -> issue.severity() == Severity.ERROR);
    }

    /** Every reference of an accepted workflow leads somewhere, and no agent tries on its own. */
    private static void holdsTogether(RuntimeManifest manifest) {
        Map<AgentId, NodeSpec> nodes =
                manifest.nodes().stream().collect(Collectors.toMap(NodeSpec::id, node -> node));
        var workflow = manifest.workflow();
        var owned = new HashSet<AgentId>();
        for (int i = 0; i < workflow.steps().size(); i++) {
            var step = workflow.steps().get(i);
            assertThat(step.index()).isEqualTo(i);
            for (var agent : step.agents()) {
                assertThat(owned.add(agent)).as("%s belongs to one step", agent).isTrue();
                assertThat(nodes).containsKey(agent);
                if (requireNonNull(nodes.get(agent)).behaviour()
                        instanceof Behaviour.Executor executor) {
                    assertThat(executor.maxAttempts()).isEqualTo(1);
                }
            }
        }
        for (var edge : workflow.edges()) {
            assertThat(edge.from()).isBetween(0, workflow.steps().size() - 1);
            assertThat(edge.to()).isBetween(0, workflow.steps().size() - 1);
        }
        assertThat(nodes.keySet()).containsAll(manifest.entrypoints());
        assertThat(workflow.sink().isPresent()).isEqualTo(!workflow.isEmpty());
    }

    @Provide
    Arbitrary<String> fixtures() {
        return Arbitraries.of(WorkflowFixtures.NAMES);
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        return Combinators.combine(Arbitraries.integers().between(0, 999), value(2))
                .as(Change::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }

    private static Arbitrary<JsonValue> value(int depth) {
        Arbitrary<JsonValue> scalar =
                Arbitraries.oneOf(
                        Arbitraries.of(
                                JsonNull.NULL,
                                JsonBool.TRUE,
                                JsonBool.FALSE,
                                JsonNumber.of(0),
                                JsonNumber.of(1),
                                JsonNumber.of(-1),
                                JsonNumber.of(0.5),
                                JsonNumber.of(Long.MAX_VALUE)),
                        Arbitraries.of(TEXTS).map(JsonString::new));
        if (depth == 0) {
            return scalar;
        }
        var inner = value(depth - 1);
        Arbitrary<JsonValue> array = inner.list().ofMaxSize(3).map(JsonArray::of);
        Arbitrary<JsonValue> object =
                Arbitraries.maps(Arbitraries.of(WORDS), inner)
                        .ofMaxSize(4)
                        .map((Map<String, JsonValue> members) -> JsonObject.of(members));
        return Arbitraries.frequencyOf(
                Tuple.of(4, scalar), Tuple.of(2, array), Tuple.of(3, object));
    }
}
