package mirrorneuron.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.Capabilities;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.InternalRuntimeException;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.Issue;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.Manifest;
import mirrorneuron.api.Message;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.PoolStats;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.RunId;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.Validation;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What one side writes the other reads as the same value, whatever of it is absent. */
class RoundTripTest {

    private static <T> void survives(
            T value, Function<T, JsonObject> write, Function<JsonObject, T> read) {
        // Over text, as on a wire, and with what a newer release would add.
        var sent = write.apply(value).with("from_the_future", new JsonString("unknown"));
        assertThat(read.apply((JsonObject) Json.parse(sent.toString()))).isEqualTo(value);
    }

    @Property(tries = 300)
    void what_is_asked_for(@ForAll long seed) {
        var any = new Samples(seed);
        var metadata = new HashMap<String, String>();
        any.some(() -> metadata.put(any.text(), any.text()));
        survives(
                new SubmitOptions(
                        any.maybe(any::duration),
                        any.maybe(any::job),
                        any.maybe(() -> RunId.of(any.name())),
                        any.maybe(any::text),
                        any.maybe(any::text),
                        any.object(),
                        any.object(),
                        metadata,
                        any.flag(),
                        any.flag()),
                Requests::toJson,
                Requests::submitOptions);
        survives(
                new JobQuery(
                        any.maybeNumber(),
                        any.number(),
                        any.flag(),
                        any.flag(),
                        new HashSet<>(any.some(any::status))),
                Requests::toJson,
                Requests::jobQuery);
        survives(
                new EventQuery(
                        any.maybeLarge(),
                        any.maybeNumber(),
                        new HashSet<>(any.some(any::text)),
                        any.flag()),
                Requests::toJson,
                Requests::eventQuery);
        survives(
                new PauseOptions(
                        any.one(PauseOptions.Mode.values()),
                        any.duration(),
                        any.duration(),
                        any.text()),
                Requests::toJson,
                Requests::pauseOptions);
        survives(
                new RunFiles.Filter(
                        new HashSet<>(any.some(any::name)),
                        any.maybe(any::name),
                        any.maybe(any::time)),
                Requests::toJson,
                Requests::runFilter);
        survives(decision(any), HumanDecision::toJson, HumanDecision::fromJson);
        survives(message(any), Message::toJson, Messages::message);
    }

    private static HumanDecision decision(Samples any) {
        return new HumanDecision(any.name(), any.text(), any.text(), any.text());
    }

    private static Message message(Samples any) {
        return new Message(
                any.text(),
                any.text(),
                any.text(),
                any.text(),
                any.text(),
                any.time(),
                any.text(),
                any.maybe(any::text),
                any.number(),
                any.number(),
                any.maybeLarge(),
                any.text(),
                any.text(),
                any.object(),
                any.json(),
                JsonArray.of(any.some(any::json)),
                any.maybe(() -> new StreamFrame(any.text(), any.large(), any.flag(), any.flag())));
    }

    @Property(tries = 300)
    void what_became_of_it(@ForAll long seed) {
        var any = new Samples(seed);
        var job = any.job();
        var record = JobRecord.fromJson(record(any));
        for (var submission :
                List.of(
                        new Submission.Accepted(
                                job,
                                any.status(),
                                any.maybe(() -> RunId.of(any.name())),
                                any.some(any::issue),
                                any.flag()),
                        new Submission.Rejected(
                                any.one(Submission.Rejected.Reason.values()),
                                any.some(any::issue)))) {
            survives(submission, Outcomes::toJson, Outcomes::submission);
        }
        for (var validation :
                List.of(
                        new Validation.Valid(bundle(any), any.some(any::issue)),
                        new Validation.Invalid(any.some(any::issue)))) {
            survives(validation, Outcomes::toJson, Outcomes::validation);
        }
        for (var result :
                List.of(
                        new ControlResult.Applied(job, any.status()),
                        new ControlResult.Pending(job, any.some(() -> NodeName.of(any.name()))),
                        new ControlResult.Unchanged(job, any.status()),
                        new ControlResult.Refused(job, any.status(), any.text()),
                        new ControlResult.NotFound(job))) {
            survives(result, Outcomes::toJson, Outcomes::controlResult);
        }
        for (var delivery :
                List.of(
                        new Delivery.Delivered(any.text()),
                        new Delivery.Backpressure(any.duration()),
                        new Delivery.NoSuchAgent(job, AgentId.of(any.name())),
                        new Delivery.NotRunning(job),
                        new Delivery.NotReplayable(any.text()))) {
            survives(delivery, Outcomes::toJson, Outcomes::delivery);
        }
        for (var outcome :
                List.of(
                        new WaitOutcome.Completed(record, any.json()),
                        new WaitOutcome.Failed(record, any.failure()),
                        new WaitOutcome.Cancelled(record),
                        new WaitOutcome.StillRunning(job, any.status(), any.duration()),
                        new WaitOutcome.Unknown(job))) {
            survives(outcome, Outcomes::toJson, Outcomes::waitOutcome);
        }
        survives(new Jobs.Cleanup(any.some(any::job)), Outcomes::toJson, Outcomes::cleanup);
        survives(
                new RunFiles.Rebuilt(any.name(), any.maybe(any::job), any.large()),
                Outcomes::toJson,
                Outcomes::rebuilt);
        survives(
                new RunFiles.Page(any.some(any::object), any.text(), any.flag(), any.text()),
                Outcomes::toJson,
                Outcomes::page);
        var features = EnumSet.allOf(Capabilities.Feature.class);
        features.removeIf(_ -> any.flag());
        survives(
                new Capabilities(Capabilities.Mode.REMOTE, any.text(), features),
                Outcomes::toJson,
                json -> Outcomes.capabilities(json, Capabilities.Mode.REMOTE));
    }

    private static JsonObject record(Samples any) {
        var json = JsonObject.builder().putAll(any.object()).put("job_id", any.name());
        any.maybe(any::time).ifPresent(at -> json.put("updated_at", Timestamps.format(at)));
        any.maybe(any::failure).ifPresent(failure -> json.put("failure", failure.toJson()));
        return json.put("status", any.status().wire()).put("result", any.json()).build();
    }

    private static Bundle bundle(Samples any) {
        return new Bundle(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Manifest(
                        any.text(),
                        any.text(),
                        any.text(),
                        any.text(),
                        any.some(() -> AgentId.of(any.name())),
                        any.some(() -> AgentId.of(any.name())),
                        any.object()),
                any.text());
    }

    @Property(tries = 300)
    void records_with_documents_of_their_own(@ForAll long seed) {
        var any = new Samples(seed);
        survives(any.issue(), Issue::toJson, Issue::fromJson);
        survives(
                new Explanation(
                        any.text(),
                        any.text(),
                        any.text(),
                        any.text(),
                        any.some(any::text),
                        any.maybe(any::time),
                        any.text()),
                Explanation::toJson,
                Explanation::fromJson);
        survives(
                new HumanRequest(
                        any.text(),
                        any.text(),
                        any.text(),
                        any.object(),
                        any.json(),
                        any.some(any::text),
                        any.time(),
                        any.maybe(any::time),
                        any.maybe(() -> decision(any))),
                HumanRequest::toJson,
                HumanRequest::fromJson);
        survives(
                new DeadLetter(
                        any.number(),
                        any.large(),
                        AgentId.of(any.name()),
                        any.text(),
                        any.text(),
                        any.number(),
                        any.time(),
                        any.object(),
                        any.number(),
                        any.maybe(any::time),
                        any.maybe(any::text)),
                DeadLetter::toJson,
                DeadLetter::fromJson);
        survives(
                new PoolStats(any.number(), any.number(), any.number(), any.number(), any.number()),
                PoolStats::toJson,
                PoolStats::fromJson);
    }

    @Property(tries = 300)
    void what_a_source_was(@ForAll long seed) {
        var any = new Samples(seed);
        survives(
                new SourceForm(
                        any.one(SourceForm.Kind.values()),
                        any.name(),
                        any.one(SourceForm.Entry.values()),
                        any.some(any::text),
                        any.some(any::text),
                        any.some(any::text),
                        any.maybe(() -> bundle(any))),
                SourceForm::toJson,
                SourceForm::fromJson);
    }

    @Test
    void a_wait_for_ever_stays_one() {
        var options = SubmitOptions.defaults().withTimeout(Jobs.WAIT_FOREVER);
        assertThat(Requests.submitOptions(Requests.toJson(options))).isEqualTo(options);
    }

    @Test
    void what_is_missing_has_its_default() {
        assertThat(Requests.submitOptions(JsonObject.empty())).isEqualTo(SubmitOptions.defaults());
        assertThat(Requests.jobQuery(JsonObject.empty())).isEqualTo(JobQuery.all());
        assertThat(Requests.eventQuery(JsonObject.empty())).isEqualTo(EventQuery.all());
        assertThat(Requests.pauseOptions(JsonObject.empty())).isEqualTo(PauseOptions.defaults());
        assertThat(Messages.message(JsonObject.empty())).isEqualTo(Message.of("", JsonNull.NULL));
        assertThat(SourceForm.fromJson(JsonObject.empty())).isEqualTo(SourceForm.text());
    }

    @Test
    void what_cannot_be_is_refused_with_what_could() {
        assertThatThrownBy(
                        () -> Requests.pauseOptions(JsonObject.of("mode", new JsonString("later"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("mode: \"later\" (expected: auto, drain, now)");
        assertThatThrownBy(
                        () ->
                                Requests.jobQuery(
                                        Requests.toJson(JobQuery.all())
                                                .with("limit", JsonNumber.of(0))))
                .hasMessage("limit: 0 (expected: >= 1)");
        for (var name : List.of("../x", "..", ".", "a/b", "a\\b")) {
            assertThatThrownBy(
                            () -> SourceForm.fromJson(JsonObject.of("name", new JsonString(name))))
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void an_outcome_of_a_newer_release_is_named() {
        var later = JsonObject.builder().put("outcome", "postponed").put("job_id", "j").build();
        for (var read :
                List.<Function<JsonObject, Object>>of(
                        Outcomes::submission,
                        Outcomes::validation,
                        Outcomes::controlResult,
                        Outcomes::delivery,
                        Outcomes::waitOutcome)) {
            assertThatThrownBy(() -> read.apply(later))
                    .isInstanceOf(InternalRuntimeException.class)
                    .hasMessageContaining("\"postponed\"");
        }
    }

    @Test
    void a_status_of_a_newer_release_is_unknown_and_no_failure() {
        var query = JsonObject.of("statuses", JsonArray.ofStrings(List.of("running", "dreaming")));
        assertThat(Requests.jobQuery(query))
                .isEqualTo(
                        new JobQuery(
                                OptionalInt.empty(),
                                0,
                                true,
                                false,
                                Set.of(JobStatus.RUNNING, JobStatus.UNKNOWN)));
    }

    @Test
    void a_bundle_is_put_back_into_its_folder() {
        var bundle = bundle(new Samples(1));
        assertThat(Bundles.at(Path.of("/b"), bundle).payloadsPath())
                .contains(Path.of("/b/payloads"));
        assertThat(Bundles.toJson(Bundles.at(Path.of("/b"), bundle)))
                .isEqualTo(Bundles.toJson(bundle));
    }
}
