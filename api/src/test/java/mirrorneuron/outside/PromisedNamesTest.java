package mirrorneuron.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mirrorneuron.api.Backups;
import mirrorneuron.api.Cluster;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.Monitor;
import mirrorneuron.api.Operations;
import mirrorneuron.api.Resources;
import mirrorneuron.api.RunFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names, types and order of what programs take apart and put together. {@link Program} is one that
 * uses them; it only has to compile.
 */
class PromisedNamesTest {

    private static final String RECORDS =
            """
            JobId(String value)
            AgentId(String value)
            NodeName(String value)
            OperationId(String value)
            RunId(String value)
            Capabilities(Mode mode, String version, Set<Feature> features)
            CallOptions(Optional<Duration> deadline, Optional<String> bearerToken, Optional<String> traceId)
            Store.Memory()
            Store.File()
            BundleSource.Folder(Path root)
            BundleSource.Zip(Path file)
            BundleSource.Inline(String manifestJson, Map<String, byte[]> payloads)
            BundleSource.Loaded(Bundle bundle)
            Bundle(Optional<Path> rootPath, Optional<Path> manifestPath, Optional<Path> payloadsPath, Manifest manifest, String fingerprint)
            Validation.Valid(Bundle bundle, List<Issue> warnings)
            Validation.Invalid(List<Issue> issues)
            Issue(String code, String message, Optional<String> help, Severity severity, IssueLocation location, Optional<JsonValue> expected, Optional<JsonValue> actual)
            Submission.Rejected(Reason reason, List<Issue> issues)
            WaitOutcome.Completed(JobRecord job, JsonValue result)
            WaitOutcome.Failed(JobRecord job, Failure failure)
            WaitOutcome.Cancelled(JobRecord job)
            WaitOutcome.StillRunning(JobId jobId, JobStatus status, Duration waited)
            WaitOutcome.Unknown(JobId jobId)
            RunOutcome.Ran(JobId jobId, WaitOutcome outcome)
            RunOutcome.NotStarted(Rejected rejection)
            ControlResult.Applied(JobId jobId, JobStatus status)
            ControlResult.Pending(JobId jobId, List<NodeName> waitingFor)
            ControlResult.Unchanged(JobId jobId, JobStatus status)
            ControlResult.Refused(JobId jobId, JobStatus status, String why)
            ControlResult.NotFound(JobId jobId)
            Delivery.Delivered(String messageId)
            Delivery.Backpressure(Duration retryAfter)
            Delivery.NoSuchAgent(JobId jobId, AgentId agentId)
            Delivery.NotRunning(JobId jobId)
            Delivery.NotReplayable(String why)
            JobSummary(JobId jobId, String graphId, Optional<String> jobName, JobStatus status, Instant submittedAt, Instant updatedAt, String placementPolicy, String recoveryPolicy, int executorCount, int activeExecutors, List<NodeName> nodes, List<String> sandboxNames, Optional<String> lastEvent, boolean live, Optional<Failure> failure, JsonObject raw)
            JobDetails(JobRecord job, JobSummary summary, List<AgentView> agents, List<SandboxView> sandboxes, List<RuntimeEvent> recentEvents, boolean truncated, JsonObject raw)
            AgentView(AgentId agentId, String agentType, Optional<String> type, Optional<NodeName> assignedNode, AgentStatus status, boolean running, long processedMessages, long mailboxDepth, boolean paused, Optional<String> lastError, Optional<String> sandboxName, Optional<Lease> lease, JsonObject raw)
            AgentSnapshot(AgentId agentId, String agentType, Optional<String> type, Optional<NodeName> assignedNode, long processedMessages, long mailboxDepth, JsonObject currentState, JsonObject metadata, JsonObject raw)
            Lease(Optional<String> leaseId, Optional<String> pool, OptionalInt slots)
            NodeInfo(NodeName name, List<NodeName> connectedNodes, boolean self, String schedulerHint, Map<String, PoolStats> executorPools, Optional<Hardware> hardware, NodeStatus status, boolean schedulingEligible, JsonObject raw)
            PoolStats(int capacity, int available, int inUse, int queued, int active)
            ClusterOverview(List<NodeInfo> nodes, List<JobSummary> jobs, Optional<Metrics> metrics)
            RuntimeEvent(Instant timestamp, String type, Optional<AgentId> agentId, JsonObject payload, Optional<Failure> error, OptionalLong sequence, JsonObject raw)
            EventQuery(OptionalLong fromSequence, OptionalInt limit, Set<String> types, boolean newestFirst)
            Failure(String code, String desc, JsonObject details, String severity, Instant occurredAt, String eventId, Optional<String> traceId, Optional<String> spanId, String remediation, List<Link> links, JsonObject raw)
            Link(String rel, String artifactId)
            OperationRequest.CancelAllJobs()
            OperationRequest.ClearJobs()
            """;

    /** Records that have grown: they are still made of what they were made of before. */
    private static final String CONSTRUCTORS =
            """
            SubmitOptions(Optional<Duration>, Optional<JobId>, Optional<String>, JsonObject, JsonObject, Map<String, String>, boolean)
            Submission.Accepted(JobId, JobStatus)
            FollowOptions(OptionalInt, boolean, Duration, boolean)
            JobQuery(OptionalInt, boolean, boolean, Set<JobStatus>)
            """;

    static Stream<String> records() {
        return RECORDS.lines();
    }

    static Stream<String> constructors() {
        return Stream.concat(
                CONSTRUCTORS.lines(),
                RECORDS.lines().map(row -> row.replaceAll(" \\w+([,)])", "$1")));
    }

    @ParameterizedTest
    @MethodSource("records")
    void a_record_has_these_components_in_this_order(String row) throws Exception {
        assertThat(
                        Stream.of(named(row).getRecordComponents())
                                .map(PromisedNamesTest::text)
                                .collect(Collectors.joining(", ", name(row) + "(", ")")))
                .isEqualTo(row);
    }

    @ParameterizedTest
    @MethodSource("constructors")
    void a_record_is_made_of_these(String row) throws Exception {
        assertThat(
                        Stream.of(named(row).getDeclaredConstructors())
                                .filter(made -> Modifier.isPublic(made.getModifiers()))
                                .map(made -> name(row) + parameters(made)))
                .contains(row);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ':',
            textBlock =
                    """
                    JobStatus: PENDING VALIDATED SCHEDULED QUEUED RUNNING PAUSED CANCELLING COMPLETED FAILED CANCELLED UNKNOWN
                    Submission$Rejected$Reason: INVALID_MANIFEST INPUT_VALIDATION REQUIREMENTS_NOT_MET SERVICES_NOT_MET RESOURCE_OVERLOADED DUPLICATE
                    Capabilities$Mode: EMBEDDED REMOTE
                    EventStream$EndReason: OPEN TERMINAL_EVENT CLOSED SERVER_ENDED ERROR
                    """)
    void an_enum_has_these_constants_in_this_order(String name, String constants) throws Exception {
        assertThat(
                        Stream.of(Class.forName("mirrorneuron.api." + name).getEnumConstants())
                                .map(Object::toString))
                .containsSubsequence(constants.split(" "));
    }

    @Test
    void broken_promises_are_one_sealed_family() {
        assertThat(Arrays.stream(MirrorNeuronException.class.getPermittedSubclasses()))
                .extracting(Class::getSimpleName)
                .containsExactly(
                        "RuntimeUnavailableException",
                        "CallTimeoutException",
                        "NotAuthorizedException",
                        "InvalidRequestException",
                        "NoSuchJobException",
                        "NoSuchEntityException",
                        "PreconditionFailedException",
                        "OverloadedException",
                        "ConflictException",
                        "SubmissionRejectedException",
                        "UnsupportedFeatureException",
                        "InternalRuntimeException");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Jobs.class,
                Monitor.class,
                Cluster.class,
                Resources.class,
                RunFiles.class,
                Operations.class,
                Backups.class
            })
    void every_call_has_one_that_gives_a_future(Class<?> part) throws Exception {
        var futures = Class.forName(part.getPackageName() + ".Async" + part.getSimpleName());
        for (var call : part.getMethods()) {
            var future = futures.getMethod(call.getName(), call.getParameterTypes());
            assertThat(simple(future.getGenericReturnType()))
                    .isEqualTo("CompletableFuture<" + simple(boxed(call)) + ">");
        }
    }

    private static Type boxed(Method call) {
        return call.getReturnType().isPrimitive()
                ? MethodType.methodType(call.getReturnType()).wrap().returnType()
                : call.getGenericReturnType();
    }

    private static String name(String row) {
        return row.substring(0, row.indexOf('('));
    }

    private static Class<?> named(String row) throws ClassNotFoundException {
        return Class.forName("mirrorneuron.api." + name(row).replace('.', '$'));
    }

    private static String text(RecordComponent component) {
        return simple(component.getGenericType()) + " " + component.getName();
    }

    private static String parameters(Constructor<?> made) {
        return Stream.of(made.getGenericParameterTypes())
                .map(PromisedNamesTest::simple)
                .collect(Collectors.joining(", ", "(", ")"));
    }

    /** The type without packages and outer classes. */
    private static String simple(Type type) {
        return type.getTypeName().replaceAll("[\\w.$]*[.$](\\w+)", "$1");
    }
}
