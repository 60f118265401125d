package mirrorneuron.server.grpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.HashMap;
import java.util.Map;
import mirrorneuron.api.UnsupportedFeatureException;
import mirrorneuron.protocol.cluster.ClusterServiceGrpc;
import mirrorneuron.protocol.job.JobServiceGrpc;

/** Calls of the protocol that this server does not carry out, with what to say. */
final class LeftOut implements ServerInterceptor {

    private static final String DEPLOYMENTS =
            "This server keeps no deployments; submit the workflow as a job";
    private static final String SCHEDULES =
            "This server keeps no schedules and triggers; submit the workflow when it is due";
    private static final String ALONE =
            "This server is a node of its own; it has no other to work with";
    private static final String SERVICES = "This server keeps no registry of services";

    private static final Map<String, String> SENTENCES = sentences();

    private final Refusals refusals;

    LeftOut(Refusals refusals) {
        this.refusals = refusals;
    }

    private static Map<String, String> sentences() {
        var sentences = new HashMap<String, String>();
        say(
                sentences,
                DEPLOYMENTS,
                JobServiceGrpc.getDeployJobMethod(),
                JobServiceGrpc.getUpdateDeploymentMethod(),
                JobServiceGrpc.getGetDeploymentMethod(),
                JobServiceGrpc.getListDeploymentsMethod(),
                JobServiceGrpc.getPromoteDeploymentMethod(),
                JobServiceGrpc.getRollbackDeploymentMethod(),
                JobServiceGrpc.getPauseDeploymentMethod(),
                JobServiceGrpc.getResumeDeploymentMethod(),
                JobServiceGrpc.getFailDeploymentMethod());
        say(
                sentences,
                SCHEDULES,
                JobServiceGrpc.getCreateScheduleMethod(),
                JobServiceGrpc.getUpdateScheduleMethod(),
                JobServiceGrpc.getGetScheduleMethod(),
                JobServiceGrpc.getListSchedulesMethod(),
                JobServiceGrpc.getPauseScheduleMethod(),
                JobServiceGrpc.getResumeScheduleMethod(),
                JobServiceGrpc.getDeleteScheduleMethod(),
                JobServiceGrpc.getDispatchScheduleMethod(),
                JobServiceGrpc.getEmitTriggerEventMethod(),
                JobServiceGrpc.getListTriggerEventsMethod());
        say(
                sentences,
                SERVICES,
                ClusterServiceGrpc.getListServicesMethod(),
                ClusterServiceGrpc.getResolveServiceMethod(),
                ClusterServiceGrpc.getCheckServicesMethod());
        say(
                sentences,
                ALONE,
                ClusterServiceGrpc.getReconcileNodeMethod(),
                ClusterServiceGrpc.getDrainNodeMethod(),
                ClusterServiceGrpc.getCancelNodeDrainMethod(),
                ClusterServiceGrpc.getSetNodeMaintenanceMethod(),
                ClusterServiceGrpc.getGetNodeDrainStatusMethod(),
                ClusterServiceGrpc.getNetworkHandshakeMethod(),
                ClusterServiceGrpc.getAddNodeMethod(),
                ClusterServiceGrpc.getRemoveNodeMethod(),
                ClusterServiceGrpc.getSyncLiteLLMGatewayMethod(),
                ClusterServiceGrpc.getRemoveLiteLLMGatewayRouteMethod(),
                ClusterServiceGrpc.getPrepareRuntimeModelMethod(),
                ClusterServiceGrpc.getPublishRuntimeStatusMethod(),
                ClusterServiceGrpc.getGetRuntimeStatusesMethod(),
                ClusterServiceGrpc.getAckRuntimeStatusEventsMethod(),
                ClusterServiceGrpc.getPrepareDockerWorkerMethod(),
                ClusterServiceGrpc.getCleanupDockerWorkerMethod());
        return Map.copyOf(sentences);
    }

    private static void say(
            Map<String, String> sentences, String sentence, MethodDescriptor<?, ?>... methods) {
        for (var method : methods) {
            sentences.put(method.getFullMethodName(), sentence);
        }
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var sentence = SENTENCES.get(call.getMethodDescriptor().getFullMethodName());
        if (sentence == null) {
            return next.startCall(call, headers);
        }
        var refused = refusals.of(new UnsupportedFeatureException(sentence));
        call.close(refused.getStatus(), refusals.trailers(refused));
        return new ServerCall.Listener<>() {};
    }
}
