package mirrorneuron.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import mirrorneuron.api.JobStatus;
import mirrorneuron.store.Commits;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreContract;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends StoreContract {

    @Override
    protected Store openEmpty() {
        return new MemoryStore();
    }

    /** Nothing waits for a disk here, so threads meet only when there are many commits. */
    @Test
    void of_very_many_commits_at_once_none_is_lost() throws Exception {
        int threads = 4;
        int jobs = 5_000;
        var store = new MemoryStore();
        var results = new ArrayList<Future<?>>();
        try (var pool = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            for (int n = 0; n < threads; n++) {
                int lane = n;
                results.add(
                        pool.submit(
                                () -> {
                                    for (int i = 0; i < jobs; i++) {
                                        var id = "job-" + lane + "-" + i;
                                        store.create(Commits.first(id).build());
                                        store.commit(Commits.of(id, 1).facts(1, 1).build());
                                    }
                                }));
            }
        }
        for (var result : results) {
            result.get();
        }
        assertThat(store.unfinished()).hasSize(threads * jobs);
        assertThat(store.counts()).isEqualTo(Map.of(JobStatus.PENDING, (long) threads * jobs));
    }
}
