package mirrorneuron.server.grpc;

import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Whether this server serves: all of its services do, or none. */
final class Health extends HealthGrpc.HealthImplBase {

    /** How soon a watcher hears of a store that went away or came back. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Set<String> services;
    private final BooleanSupplier well;
    private final Stopping stopping;
    private final Calls calls;

    /**
     * @param services their full names
     * @param well whether the store can be reached; asked often
     */
    Health(Set<String> services, BooleanSupplier well, Stopping stopping, Calls calls) {
        this.services = Set.copyOf(services);
        this.well = well;
        this.stopping = stopping;
        this.calls = calls;
    }

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> to) {
        calls.answer(
                to,
                () -> {
                    var status = status(request.getService());
                    if (status == ServingStatus.SERVICE_UNKNOWN) {
                        throw Status.NOT_FOUND
                                .withDescription("There is no such service")
                                .asRuntimeException();
                    }
                    return answer(status);
                });
    }

    @Override
    public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> to) {
        calls.stream(
                to,
                stream -> {
                    var said = ServingStatus.UNRECOGNIZED;
                    while (stream.awaitReady()) {
                        var status = status(request.getService());
                        if (status != said) {
                            stream.send(answer(status));
                            said = status;
                        }
                        stream.pause(LOOK);
                    }
                    if (stream.isStopping()) {
                        stream.send(answer(status(request.getService())));
                    }
                });
    }

    private ServingStatus status(String service) {
        if (!service.isEmpty() && !services.contains(service)) {
            return ServingStatus.SERVICE_UNKNOWN;
        }
        return !stopping.isStopping() && well.getAsBoolean()
                ? ServingStatus.SERVING
                : ServingStatus.NOT_SERVING;
    }

    private static HealthCheckResponse answer(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }
}
