package mirrorneuron.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.runtime.Race;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream whose reader is behind, or gone, while its body sends. */
@Timeout(60)
class DownstreamTest {

    private static final int EACH = 10_000;

    @Test
    void whoever_waits_or_wants_to_know_hears_of_the_end_once() throws Exception {
        for (int round = 0; round < 30 * Race.SCALE; round++) {
            var observer = new Observer();
            var downstream = new Downstream<>(observer);
            var asked = new AtomicInteger();
            var told = new AtomicInteger();
            Race.of(
                    4,
                    (lane, chance) -> {
                        switch (lane) {
                            case 0 -> {
                                // In the middle of what the others do.
                                while (asked.get() < chance.nextInt(EACH)) {
                                    Thread.onSpinWait();
                                }
                                observer.onCancel.run();
                            }
                            case 1 -> assertThat(downstream.awaitReady()).isFalse();
                            default -> {
                                for (int i = 0; i < EACH; i++) {
                                    asked.incrementAndGet();
                                    downstream.whenOver(told::incrementAndGet);
                                }
                            }
                        }
                    });
            assertThat(told).hasValue(2 * EACH);
            assertThat(downstream.isOver()).isTrue();
        }
    }

    @Test
    void a_body_sends_whenever_its_reader_takes_more() throws Exception {
        var observer = new Observer();
        var downstream = new Downstream<>(observer);
        int answers = 2_000 * Race.SCALE;
        Race.of(
                2,
                (lane, _) -> {
                    for (int i = 1; i <= answers; i++) {
                        if (lane == 0) {
                            assertThat(downstream.awaitReady()).isTrue();
                            observer.ready = false;
                            downstream.send(i);
                        } else {
                            while (observer.sent < i - 1) {
                                Thread.onSpinWait();
                            }
                            observer.ready = true;
                            observer.onReady.run();
                        }
                    }
                });
        assertThat(observer.sent).isEqualTo(answers);
    }

    /** What the transport is to a call. */
    private static final class Observer extends ServerCallStreamObserver<Integer> {

        private Runnable onReady = () -> {};
        private Runnable onCancel = () -> {};
        private volatile boolean ready;
        private volatile int sent;

        @Override
        public void setOnReadyHandler(Runnable handler) {
            onReady = handler;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            onCancel = handler;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void onNext(Integer answer) {
            sent = answer;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
