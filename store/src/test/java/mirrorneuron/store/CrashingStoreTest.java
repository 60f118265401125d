package mirrorneuron.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import mirrorneuron.api.JobId;
import mirrorneuron.store.memory.MemoryStore;
import org.junit.jupiter.api.Test;

class CrashingStoreTest {

    private static final JobId JOB = JobId.of("simple-1");

    @Test
    void a_death_before_a_commit_loses_it() {
        var store = CrashingStore.beforeCommit(new MemoryStore(), 2);
        store.create(Commits.first("simple-1").build());

        assertThatThrownBy(() -> store.commit(Commits.of("simple-1", 1).facts(1, 1).build()))
                .isInstanceOf(CrashingStore.Crash.class)
                .hasMessage("died before commit 2");
        assertThatThrownBy(() -> store.load(JOB)).isInstanceOf(CrashingStore.Crash.class);
        assertThat(store.survivor().facts(JOB, 0, 9)).isEmpty();
        assertThat(store.commits()).isEqualTo(1);
    }

    @Test
    void a_death_after_a_commit_keeps_it() {
        var store = CrashingStore.afterCommit(new MemoryStore(), 2);
        store.create(Commits.first("simple-1").build());

        assertThatThrownBy(() -> store.commit(Commits.of("simple-1", 1).facts(1, 1).build()))
                .isInstanceOf(CrashingStore.Crash.class);
        assertThat(store.isDead()).isTrue();
        assertThat(store.survivor().facts(JOB, 0, 9)).hasSize(1);
    }

    @Test
    void without_a_death_it_counts() {
        var store = CrashingStore.never(new MemoryStore());
        store.create(Commits.first("simple-1").build());
        store.commit(Commits.of("simple-1", 1).facts(1, 1).build());
        assertThat(store.commits()).isEqualTo(2);
    }
}
