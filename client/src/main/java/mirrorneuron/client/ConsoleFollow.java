package mirrorneuron.client;

import java.time.Duration;
import java.util.Optional;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.protocol.ext.ConsoleAnswer;
import mirrorneuron.protocol.ext.ConsoleFollowRequest;
import mirrorneuron.protocol.ext.ConsoleGrpc;

/** Events of a server with a console, which goes on after any number. */
record ConsoleFollow(Link link, JobId job, Duration heartbeat) implements Follow<RuntimeEvent> {

    @Override
    public Inflow<?, Optional<RuntimeEvent>> open(long after) {
        return link.open(
                ConsoleGrpc.getFollowEventsMethod(),
                ConsoleFollowRequest.newBuilder()
                        .setJobId(job.value())
                        .setAfterSequence(after)
                        .setHeartbeatMs(Refollowing.millis(heartbeat))
                        .setVersion(Console.VERSION)
                        .build(),
                ConsoleFollow::event);
    }

    private static Optional<RuntimeEvent> event(ConsoleAnswer answer) {
        return answer.getResultJson().isEmpty()
                ? Optional.empty()
                : Optional.of(RuntimeEvent.fromJson(Console.document(answer)));
    }

    @Override
    public boolean endsWithStream() {
        return true;
    }
}
