package mirrorneuron.engine.worker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import mirrorneuron.api.JobId;
import mirrorneuron.api.PoolStats;
import mirrorneuron.engine.worker.LeaseDesk.Granted;
import mirrorneuron.engine.worker.LeaseDesk.Queued;
import mirrorneuron.engine.worker.LeaseDesk.Reason;
import mirrorneuron.engine.worker.LeaseDesk.Rejected;
import mirrorneuron.engine.worker.LeaseDesk.Request;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Who may use the slots, and when. Requests are written "lease job slots". */
class LeaseDeskTest {

    private final LeaseDesk desk = new LeaseDesk(Map.of("default", 2, "gpu", 1));
    private long now = 1_000;

    // --- one job --------------------------------------------------------------------------------

    @Test
    void free_slots_are_granted_at_once() {
        assertThat(ask("a", "j", 2)).isEqualTo(new Granted("a", 0));
    }

    @Test
    void one_job_is_served_strictly_in_order() {
        ask("a", "j", 2);
        assertThat(ask("b", "j", 2)).isEqualTo(new Queued("b", 1));
        assertThat(ask("c", "j", 1)).isEqualTo(new Queued("c", 2));
        now += 40;
        assertThat(desk.release("a", now)).containsExactly(new Granted("b", 40));
        now += 2;
        assertThat(desk.release("b", now)).containsExactly(new Granted("c", 42));
    }

    @Test
    void a_small_request_does_not_overtake_a_big_one_of_its_job_when_it_would_fit() {
        ask("a", "j", 1);
        ask("b", "j", 2);
        assertThat(ask("c", "j", 1)).isInstanceOf(Queued.class);
    }

    // --- between jobs ---------------------------------------------------------------------------

    @Test
    void a_big_request_does_not_block_another_job() {
        ask("a", "j", 1);
        ask("b", "j", 2);
        assertThat(ask("c", "k", 1)).isEqualTo(new Granted("c", 0));
    }

    @Test
    void jobs_take_turns() {
        ask("run", "j", 2);
        for (var lease : List.of("j1", "j2", "j3")) {
            ask(lease, "j", 2);
        }
        ask("k1", "k", 2);
        ask("k2", "k", 2);
        ask("l1", "l", 2);
        assertThat(order("run")).containsExactly("j1", "k1", "l1", "j2", "k2", "j3");
    }

    @Test
    void a_big_request_does_not_starve() {
        ask("s0", "k", 1);
        ask("big", "j", 2);
        var running = "s0";
        int passed = 0;
        // Another job always has the next small request ready before the last one ends.
        while (true) {
            var next = "s" + (passed + 1);
            if (!(ask(next, "k", 1) instanceof Granted)) {
                break;
            }
            desk.release(running, now);
            running = next;
            passed++;
        }
        assertThat(passed).isEqualTo(LeaseDesk.PASSES_MAX);
        assertThat(desk.release(running, now)).containsExactly(new Granted("big", 0));
    }

    @Test
    void a_big_request_does_not_starve_behind_those_that_wait_in_turn() {
        ask("s0", "k", 1);
        ask("t0", "l", 1);
        ask("big", "j", 2);
        for (int i = 1; i <= LeaseDesk.PASSES_MAX + 1; i++) {
            ask("s" + i, "k", 1);
        }
        for (int i = 1; i <= LeaseDesk.PASSES_MAX; i++) {
            assertThat(desk.release("s" + (i - 1), now)).containsExactly(new Granted("s" + i, 0));
        }
        assertThat(desk.release("s" + LeaseDesk.PASSES_MAX, now))
                .as("whoever was passed so often is next, and the slots wait for it")
                .isEmpty();
        assertThat(desk.release("t0", now)).containsExactly(new Granted("big", 0));
    }

    @Test
    void when_the_starving_request_is_withdrawn_the_others_go_on() {
        ask("s0", "k", 1);
        ask("big", "j", 2);
        for (int i = 1; i <= LeaseDesk.PASSES_MAX; i++) {
            ask("s" + i, "k", 1);
            desk.release("s" + (i - 1), now);
        }
        assertThat(ask("late", "k", 1)).isInstanceOf(Queued.class);
        assertThat(desk.withdraw("big", now)).containsExactly(new Granted("late", 0));
    }

    // --- refusals -------------------------------------------------------------------------------

    @Test
    void an_unknown_pool_is_refused_at_once() {
        assertThat(desk.request(new Request("a", job("j"), "nope", 1, 10, 10), now))
                .isEqualTo(
                        new Rejected(
                                "a",
                                Reason.UNKNOWN_POOL,
                                "pool: nope (expected: one of default, gpu)",
                                OptionalLong.empty()));
    }

    @Test
    void more_slots_than_there_are_is_refused_at_once() {
        assertThat(ask("a", "j", 3))
                .isEqualTo(
                        new Rejected(
                                "a",
                                Reason.SLOTS_EXCEED_CAPACITY,
                                "pool_slots: 3 (expected: at most 2, the capacity of pool default)",
                                OptionalLong.empty()));
    }

    @Test
    void a_full_queue_is_refused_with_a_time_to_come_back() {
        ask("a", "j", 2);
        desk.request(new Request("b", job("j"), "default", 1, 10, 1), now);
        var refused = (Rejected) desk.request(new Request("c", job("k"), "default", 1, 10, 1), now);
        assertThat(refused.reason().wire()).isEqualTo("executor_pool_queue_full");
        assertThat(refused.retryAfterMs()).hasValue(250);
        assertThat(refused.message())
                .isEqualTo("queue of pool default: 1 are waiting (expected: < 1)");
    }

    @Test
    void waiting_too_long_is_refused_with_a_time_to_come_back() {
        ask("a", "j", 2);
        desk.request(new Request("b", job("j"), "default", 2, 30, 10), now);
        desk.request(new Request("c", job("j"), "default", 1, 90, 10), now);
        assertThat(desk.nextDeadlineMs()).hasValue(now + 30);
        assertThat(desk.expire(now + 29)).isEmpty();
        var settled = desk.expire(now + 30);
        assertThat(settled)
                .containsExactly(
                        new Rejected(
                                "b",
                                Reason.QUEUE_TIMEOUT,
                                "queue of pool default: waited 30 ms (expected: at most 30 ms)",
                                OptionalLong.of(250)));
        assertThat(desk.nextDeadlineMs()).hasValue(now + 90);
        assertThat(((Rejected) settled.getFirst()).reason().wire())
                .isEqualTo("executor_pool_queue_timeout");
    }

    @Test
    void when_the_first_in_line_times_out_the_next_may_fit() {
        ask("a", "j", 1);
        desk.request(new Request("b", job("j"), "default", 2, 30, 10), now);
        desk.request(new Request("c", job("j"), "default", 1, 90, 10), now);
        assertThat(desk.expire(now + 30)).last().isEqualTo(new Granted("c", 30));
    }

    @Test
    void an_id_in_use_and_no_slots_are_mistakes_of_the_caller() {
        ask("a", "j", 1);
        assertThatThrownBy(() -> ask("a", "j", 1))
                .hasMessage("lease id: a (expected: one that is not in use)");
        assertThatThrownBy(() -> ask("b", "j", 0)).hasMessage("slots: 0 (expected: >= 1)");
    }

    // --- withdrawing, releasing -----------------------------------------------------------------

    @Test
    void a_request_that_is_withdrawn_is_never_granted() {
        ask("a", "j", 2);
        ask("b", "j", 2);
        assertThat(desk.isWaiting("b")).isTrue();
        assertThat(desk.withdraw("b", now)).isEmpty();
        assertThat(desk.isWaiting("b")).isFalse();
        assertThat(desk.release("a", now)).isEmpty();
        assertThat(desk.nextDeadlineMs()).isEmpty();
    }

    @Test
    void withdrawing_the_first_lets_the_next_in() {
        ask("a", "j", 1);
        ask("b", "j", 2);
        ask("c", "j", 1);
        assertThat(desk.withdraw("b", now)).containsExactly(new Granted("c", 0));
    }

    @Test
    void what_is_not_held_or_not_waiting_changes_nothing() {
        ask("a", "j", 1);
        assertThat(desk.release("nobody", now)).isEmpty();
        assertThat(desk.withdraw("a", now)).isEmpty();
        desk.release("a", now);
        desk.release("a", now);
        assertThat(desk.stats().get("default")).isEqualTo(new PoolStats(2, 2, 0, 0, 0));
    }

    // --- capacity -------------------------------------------------------------------------------

    @Test
    void a_pool_may_grow_while_it_is_used() {
        ask("a", "j", 2);
        ask("b", "j", 2);
        assertThat(desk.setCapacities(Map.of("default", 4), now))
                .containsExactly(new Granted("b", 0));
    }

    @Test
    void a_pool_that_shrank_grants_nothing_until_enough_is_back() {
        desk.setCapacities(Map.of("default", 4), now);
        ask("a", "j", 2);
        ask("b", "j", 2);
        ask("c", "j", 1);
        assertThat(desk.setCapacities(Map.of("default", 1), now)).isEmpty();
        assertThat(desk.stats().get("default")).isEqualTo(new PoolStats(1, 0, 4, 1, 2));
        assertThat(desk.release("a", now)).isEmpty();
        assertThat(desk.release("b", now)).containsExactly(new Granted("c", 0));
    }

    @Test
    void who_waits_for_more_than_there_will_be_is_refused() {
        ask("a", "j", 2);
        ask("b", "j", 2);
        assertThat(desk.setCapacities(Map.of("default", 1), now))
                .singleElement()
                .extracting(settled -> ((Rejected) settled).reason())
                .isEqualTo(Reason.SLOTS_EXCEED_CAPACITY);
        ask("c", "j", 1);
        assertThat(desk.setCapacities(Map.of("other", 1), now))
                .singleElement()
                .extracting(settled -> ((Rejected) settled).reason())
                .isEqualTo(Reason.UNKNOWN_POOL);
    }

    @Test
    void stats_name_every_pool() {
        ask("a", "j", 1);
        ask("b", "j", 2);
        assertThat(desk.stats())
                .containsExactly(
                        Map.entry("default", new PoolStats(2, 1, 1, 1, 1)),
                        Map.entry("gpu", new PoolStats(1, 1, 0, 0, 0)));
    }

    // --- whatever happens -----------------------------------------------------------------------

    /** Each number is one action: who asks for how much, or who gives back. */
    @Property(tries = 300)
    void slots_are_never_given_twice_and_everyone_is_settled_once(
            @ForAll @Size(max = 200) List<@IntRange(max = 999) Integer> actions) {
        var capacity = 3;
        var any = new LeaseDesk(Map.of("default", capacity));
        var slots = new HashMap<String, Integer>();
        var held = new ArrayList<String>();
        var settled = new HashSet<String>();
        long time = 0;
        int number = 0;
        for (int action : actions) {
            time += action % 7;
            var answers = new ArrayList<LeaseDesk.Answer>();
            if (action % 3 < 2) {
                var lease = "l" + number++;
                slots.put(lease, 1 + action % capacity);
                answers.add(
                        any.request(
                                new Request(
                                        lease,
                                        job("j" + action % 5),
                                        "default",
                                        slots.get(lease),
                                        50,
                                        10),
                                time));
            } else if (!held.isEmpty()) {
                answers.addAll(any.release(held.remove(action % held.size()), time));
            }
            answers.addAll(any.expire(time));
            for (var answer : answers) {
                if (answer instanceof LeaseDesk.Settled) {
                    assertThat(settled.add(answer.leaseId())).isTrue();
                }
                if (answer instanceof Granted) {
                    held.add(answer.leaseId());
                }
            }
            int used = held.stream().mapToInt(slots::get).sum();
            var stats = requireNonNull(any.stats().get("default"));
            assertThat(used).isLessThanOrEqualTo(capacity);
            assertThat(stats.inUse()).isEqualTo(used);
            assertThat(stats.active()).isEqualTo(held.size());
        }
        // Everyone gives back: whoever waits is served, in the end all slots are free.
        while (!held.isEmpty()) {
            for (var answer : any.release(held.removeLast(), time)) {
                assertThat(settled.add(answer.leaseId())).isTrue();
                held.add(answer.leaseId());
            }
        }
        assertThat(any.stats().get("default"))
                .isEqualTo(new PoolStats(capacity, capacity, 0, 0, 0));
        assertThat(settled).hasSize(number);
    }

    private LeaseDesk.Answer ask(String lease, String job, int slots) {
        return desk.request(new Request(lease, job(job), "default", slots, 30_000, 1_000), now);
    }

    private List<String> order(String first) {
        var order = new ArrayList<String>();
        var running = first;
        while (true) {
            var granted = desk.release(running, now);
            if (granted.isEmpty()) {
                return order;
            }
            running = granted.getFirst().leaseId();
            order.add(running);
        }
    }

    private static JobId job(String id) {
        return JobId.of(id);
    }
}
