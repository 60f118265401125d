package mirrorneuron.server.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mirrorneuron.api.NotAuthorizedException;
import mirrorneuron.protocol.cluster.ClusterServiceGrpc;
import mirrorneuron.protocol.job.JobServiceGrpc;
import mirrorneuron.protocol.operations.OperationsServiceGrpc;
import mirrorneuron.server.grpc.GrpcSettings.Access;
import org.jspecify.annotations.Nullable;

/** Lets calls in that bring the token, and those that need none. */
final class Gate implements ServerInterceptor {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> STRICT =
            Metadata.Key.of("x-mn-strict", Metadata.ASCII_STRING_MARSHALLER);

    private static final Metadata.Key<String> IDEMPOTENCY_KEY =
            Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER);

    private static final String SCHEME = "bearer ";

    /** Health and reflection, which are gRPC's own. */
    private static final String ALWAYS_OPEN = "grpc.";

    /** It takes the admin's token in its request, so it asks for itself. */
    private static final String CLEAR_JOBS =
            JobServiceGrpc.getClearJobsMethod().getFullMethodName();

    /** What only an operator may do, as clients know it. */
    private static final Set<String> OPERATOR =
            Stream.of(
                            JobServiceGrpc.getPauseJobMethod(),
                            JobServiceGrpc.getResumeJobMethod(),
                            JobServiceGrpc.getExportJobBackupMethod(),
                            JobServiceGrpc.getRestoreJobBackupMethod(),
                            JobServiceGrpc.getClearJobsMethod(),
                            ClusterServiceGrpc.getReconcileNodeMethod(),
                            ClusterServiceGrpc.getDrainNodeMethod(),
                            ClusterServiceGrpc.getCancelNodeDrainMethod(),
                            ClusterServiceGrpc.getSetNodeMaintenanceMethod(),
                            ClusterServiceGrpc.getGetNodeDrainStatusMethod(),
                            ClusterServiceGrpc.getListServicesMethod(),
                            ClusterServiceGrpc.getResolveServiceMethod(),
                            ClusterServiceGrpc.getCheckServicesMethod(),
                            ClusterServiceGrpc.getSyncLiteLLMGatewayMethod(),
                            ClusterServiceGrpc.getRemoveLiteLLMGatewayRouteMethod(),
                            ClusterServiceGrpc.getPrepareRuntimeModelMethod(),
                            ClusterServiceGrpc.getPublishRuntimeStatusMethod(),
                            ClusterServiceGrpc.getGetRuntimeStatusesMethod(),
                            ClusterServiceGrpc.getAckRuntimeStatusEventsMethod(),
                            ClusterServiceGrpc.getPrepareDockerWorkerMethod(),
                            ClusterServiceGrpc.getCleanupDockerWorkerMethod(),
                            OperationsServiceGrpc.getStartOperationMethod(),
                            OperationsServiceGrpc.getGetOperationMethod(),
                            OperationsServiceGrpc.getStreamOperationEventsMethod())
                    .map(MethodDescriptor::getFullMethodName)
                    .collect(Collectors.toUnmodifiableSet());

    private final Access access;
    private final Optional<String> token;
    private final Refusals refusals;

    Gate(GrpcSettings settings, Refusals refusals) {
        this.access = settings.access();
        this.token = settings.operatorToken();
        this.refusals = refusals;
    }

    /** Whether a call that only an operator may make. */
    static boolean isForOperators(String method) {
        return OPERATOR.contains(method);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var method = call.getMethodDescriptor().getFullMethodName();
        boolean known = access == Access.OPEN || brings(headers);
        if (needsToken(method) && !known && !method.equals(CLEAR_JOBS)) {
            var refused =
                    refusals.of(new NotAuthorizedException("missing or invalid bearer token"));
            call.close(refused.getStatus(), refusals.trailers(refused));
            return new ServerCall.Listener<>() {};
        }
        var key = Optional.ofNullable(headers.get(IDEMPOTENCY_KEY)).filter(k -> !k.isBlank());
        var caller = new Caller(known, isOn(headers.get(STRICT)), key);
        return Contexts.interceptCall(
                Context.current().withValue(Caller.KEY, caller), call, headers, next);
    }

    private static boolean isOn(@Nullable String flag) {
        return "1".equals(flag) || "true".equalsIgnoreCase(flag);
    }

    private boolean needsToken(String method) {
        return !method.startsWith(ALWAYS_OPEN)
                && switch (access) {
                    case OPEN -> false;
                    case OPERATOR -> isForOperators(method);
                    case ALL -> true;
                };
    }

    /** Whether one of the values, there may be several, is the token. */
    private boolean brings(Metadata headers) {
        var values = headers.getAll(AUTHORIZATION);
        if (token.isEmpty() || values == null) {
            return false;
        }
        boolean found = false;
        for (var value : values) {
            found |= same(token.get(), bare(value));
        }
        return found;
    }

    private static String bare(String value) {
        var text = value.strip();
        return text.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? text.substring(SCHEME.length()).strip()
                : text;
    }

    /** Takes as long for every expected token: what is given decides, and that the caller knows. */
    static boolean same(String expected, String given) {
        return MessageDigest.isEqual(
                given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }
}
