package mirrorneuron.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.message.Reference;
import org.junit.jupiter.api.Test;

/** Exactly the old ids become new ones, in names and in texts, at any depth. */
class IdReplacementTest {

    private static final Reference LARGE = new Reference("a".repeat(64), 70_000);
    private static final Reference OTHER = new Reference("b".repeat(64), 70_001);

    private final IdReplacement named =
            new IdReplacement(
                    JobId.of("old-job"),
                    JobId.of("new-job"),
                    "old-run",
                    "new-run",
                    UnaryOperator.identity());

    /** A run that is named after its job. */
    private final IdReplacement same =
            new IdReplacement(
                    JobId.of("old-1"),
                    JobId.of("new-1"),
                    "old-1",
                    "mine",
                    reference -> reference.equals(LARGE) ? OTHER : reference);

    private static JsonObject object(String text) {
        return (JsonObject) Json.parse(text.replace('\'', '"'));
    }

    private void thenBecomes(IdReplacement replacement, String before, String after) {
        assertThat(replacement.in(object(before)).toString()).isEqualTo(object(after).toString());
    }

    @Test
    void names_and_texts_at_any_depth_are_replaced() {
        thenBecomes(
                named,
                "{'old-job': {'a': ['old-run', {'b': 'old-job'}]}, 'old-run': 1}",
                "{'new-job': {'a': ['new-run', {'b': 'new-job'}]}, 'new-run': 1}");
    }

    @Test
    void a_text_that_only_contains_an_id_stays() {
        thenBecomes(
                named,
                "{'path': 'runs/old-run/x', 'long': 'old-job-2', 'old-jobs': 'Old-job'}",
                "{'path': 'runs/old-run/x', 'long': 'old-job-2', 'old-jobs': 'Old-job'}");
    }

    @Test
    void an_id_of_both_means_the_run_where_a_member_says_so() {
        thenBecomes(
                same,
                "{'job_id': 'old-1', 'run_id': 'old-1', 'blueprint_run_id': 'old-1', 'x': ['old-1']}",
                "{'job_id': 'new-1', 'run_id': 'mine', 'blueprint_run_id': 'mine', 'x': ['new-1']}");
    }

    @Test
    void a_reference_becomes_what_its_value_became() {
        var body = JsonObject.of("body", LARGE.toJson());
        assertThat(same.in(body)).isEqualTo(JsonObject.of("body", OTHER.toJson()));
        assertThat(named.in(body)).isSameAs(body);
    }

    @Test
    void what_holds_no_old_id_is_the_same_object() {
        var document = object("{'a': [1, 2.50, null, true, {'b': 'c'}]}");
        assertThat(named.in(document)).isSameAs(document);
    }
}
