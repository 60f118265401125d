package mirrorneuron.client;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import mirrorneuron.api.InternalRuntimeException;

/** All answers of one call. */
final class Answers<A> extends ClientCall.Listener<A> {

    private final ClientCall<?, A> call;
    private final boolean exactlyOne;
    private final List<A> answers = new ArrayList<>();
    private final Semaphore readiness = new Semaphore(0);
    private final CompletableFuture<List<A>> whole = new CompletableFuture<>();

    Answers(ClientCall<?, A> call, boolean exactlyOne) {
        this.call = call;
        this.exactlyOne = exactlyOne;
    }

    Future<List<A>> whole() {
        return whole;
    }

    /**
     * Waits until the server takes more of a request.
     *
     * @return false when the call is over
     */
    boolean awaitReady() throws InterruptedException {
        while (!call.isReady() && !whole.isDone()) {
            readiness.acquire();
        }
        return !whole.isDone();
    }

    @Override
    public void onReady() {
        readiness.release();
    }

    @Override
    public void onMessage(A answer) {
        answers.add(answer);
        call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        if (!status.isOk()) {
            whole.completeExceptionally(Refusal.of(status, trailers));
        } else if (exactlyOne && answers.size() != 1) {
            whole.completeExceptionally(
                    new InternalRuntimeException(
                            "Expected one answer of the server, but there were " + answers.size()));
        } else {
            whole.complete(answers);
        }
        readiness.release();
    }
}
