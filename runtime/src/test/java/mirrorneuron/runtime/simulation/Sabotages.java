package mirrorneuron.runtime.simulation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobId;
import mirrorneuron.engine.job.Effect;
import mirrorneuron.engine.worker.LeaseDesk;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.runtime.job.JobContext;
import mirrorneuron.runtime.job.Outside;
import mirrorneuron.store.Commit;
import mirrorneuron.store.Store;

/** Planted bugs. Each breaks one promise, and the simulation has to notice. */
final class Sabotages {

    private Sabotages() {}

    /** A store that now and then loses a commit it has acknowledged. */
    static Sabotage storeLosesCommits() {
        return store(
                (honest, world) ->
                        new ForwardingStore(honest) {
                            @Override
                            public void commit(Commit commit) {
                                if (world.chance().nextInt(20) > 0) {
                                    super.commit(commit);
                                }
                            }
                        });
    }

    /** A store that answers before it writes: effects are released before their facts are there. */
    static Sabotage storeAnswersFirst() {
        return store(
                (honest, _) ->
                        new ForwardingStore(honest) {
                            private final ArrayDeque<Commit> unwritten = new ArrayDeque<>();

                            @Override
                            public void commit(Commit commit) {
                                unwritten.add(commit);
                                if (unwritten.size() > 1) {
                                    super.commit(unwritten.remove());
                                }
                            }
                        });
    }

    /** A store that keeps every fact twice, as if a message were handled twice. */
    static Sabotage storeDoublesFacts() {
        return changingCommits(commit -> withFacts(commit, commit.facts().map(Sabotages::doubled)));
    }

    private static Commit.Facts doubled(Commit.Facts facts) {
        var once = new String(facts.lines(), StandardCharsets.UTF_8);
        return new Commit.Facts(
                facts.firstSequence(),
                facts.lastSequence(),
                (once + once).getBytes(StandardCharsets.UTF_8));
    }

    /** A store that keeps the log and loses the dead letters beside it. */
    static Sabotage storeLosesDeadLetters() {
        return changingCommits(
                commit ->
                        new Commit(
                                commit.job(),
                                commit.epoch(),
                                commit.facts(),
                                commit.entry(),
                                commit.snapshot(),
                                List.of(),
                                commit.idempotency()));
    }

    /** A store that does not remember what was submitted under a key. */
    static Sabotage storeForgetsKeys() {
        return store(
                (honest, _) ->
                        new ForwardingStore(honest) {
                            @Override
                            public Optional<EarlierReply> create(Commit first) {
                                return super.create(
                                        new Commit(
                                                first.job(),
                                                first.epoch(),
                                                first.facts(),
                                                first.entry(),
                                                first.snapshot(),
                                                first.deadLetters(),
                                                Optional.empty()));
                            }
                        });
    }

    /** A store that gives back a job without its newest group. */
    static Sabotage storeForgetsTheTail() {
        return store(
                (honest, _) ->
                        new ForwardingStore(honest) {
                            @Override
                            public Optional<Stored> load(JobId job) {
                                return super.load(job).map(Sabotages::withoutNewest);
                            }
                        });
    }

    private static Store.Stored withoutNewest(Store.Stored stored) {
        var tail = stored.tail();
        return tail.size() < 2
                ? stored
                : new Store.Stored(
                        stored.record(),
                        stored.epoch(),
                        stored.snapshot(),
                        tail.subList(0, tail.size() - 1));
    }

    /** After a restart every command passes for one that may be repeated. */
    static Sabotage everythingPassesForSafe() {
        return store(
                (honest, _) ->
                        new ForwardingStore(honest) {
                            @Override
                            public Optional<byte[]> get(String family, String name) {
                                return super.get(family, name).map(Sabotages::madeSafe);
                            }
                        });
    }

    private static byte[] madeSafe(byte[] document) {
        return new String(document, StandardCharsets.UTF_8)
                .replace("\"side_effects\":\"external\"", "\"safe_to_retry\":true")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Most grants get lost on the way: the slots are taken and nobody uses them. */
    static Sabotage grantsGetLost() {
        return answers(
                (honest, world) ->
                        new ForwardingOutside.ForwardingAnswers(honest) {
                            @Override
                            public void lease(LeaseDesk.Settled settled) {
                                if (world.chance().nextInt(10) < 3) {
                                    super.lease(settled);
                                }
                            }
                        });
    }

    /** A printed line counts twice. */
    static Sabotage linesCountTwice() {
        return answers(
                (honest, _) ->
                        new ForwardingOutside.ForwardingAnswers(honest) {
                            @Override
                            public CompletableFuture<?> progress(StructuredResult increment) {
                                var _ = super.progress(increment);
                                return super.progress(increment);
                            }
                        });
    }

    /** What an agent's attempt before came to passes for the result of this one. */
    static Sabotage staleResultsCount() {
        return outside(
                (honest, _) ->
                        new ForwardingOutside(honest) {
                            private final Map<String, WorkerOutcome> earlier = new HashMap<>();

                            @Override
                            public void startWorker(
                                    JobId job,
                                    String key,
                                    Effect.StartWorker start,
                                    JobContext context,
                                    Answers answers) {
                                var agent = job + "/" + start.vertex().id();
                                super.startWorker(
                                        job,
                                        key,
                                        start,
                                        context,
                                        new ForwardingAnswers(answers) {
                                            @Override
                                            public void worker(WorkerOutcome outcome) {
                                                var before = earlier.put(agent, outcome);
                                                super.worker(before == null ? outcome : before);
                                            }
                                        });
                            }
                        });
    }

    /** Slots are given back when the command begins instead of when it ends. */
    static Sabotage slotsAreGivenBackEarly() {
        return outside(
                (honest, _) ->
                        new ForwardingOutside(honest) {
                            @Override
                            public void startWorker(
                                    JobId job,
                                    String key,
                                    Effect.StartWorker start,
                                    JobContext context,
                                    Answers answers) {
                                releaseLease(key);
                                super.startWorker(job, key, start, context, answers);
                            }
                        });
    }

    /** Some slots are never given back. */
    static Sabotage slotsAreKept() {
        return outside(
                (honest, world) ->
                        new ForwardingOutside(honest) {
                            @Override
                            public void releaseLease(String key) {
                                if (world.chance().nextInt(10) > 0) {
                                    super.releaseLease(key);
                                }
                            }
                        });
    }

    /** Timers do not ring. */
    static Sabotage timersAreSilent() {
        return outside(
                (honest, _) ->
                        new ForwardingOutside(honest) {
                            @Override
                            public Cancellable after(Duration delay, Runnable action) {
                                return () -> {};
                            }
                        });
    }

    /** Something of the machine gets into the run: every run differs. */
    static Sabotage chanceWithoutSeed() {
        return outside(
                (honest, _) ->
                        new ForwardingOutside(honest) {
                            @Override
                            public Cancellable after(Duration delay, Runnable action) {
                                return super.after(
                                        delay.plusMillis(System.nanoTime() % 97), action);
                            }
                        });
    }

    /** Whatever holds a job up, the answer is that it waits for slots. */
    static Sabotage everythingWaitsForSlots() {
        return new Sabotage() {
            @Override
            public Explanation explanation(Explanation honest) {
                return new Explanation(
                        honest.subject(),
                        honest.state(),
                        "waiting_for_lease",
                        honest.sentence(),
                        honest.evidence(),
                        honest.nextWake(),
                        honest.remediation());
            }
        };
    }

    private interface Wrapping<T> {
        T wrap(T honest, World world);
    }

    private static Sabotage store(Wrapping<Store> wrapping) {
        return new Sabotage() {
            @Override
            public Store store(Store honest, World world) {
                return wrapping.wrap(honest, world);
            }
        };
    }

    private static Sabotage changingCommits(UnaryOperator<Commit> change) {
        return store(
                (honest, _) ->
                        new ForwardingStore(honest) {
                            @Override
                            public void commit(Commit commit) {
                                super.commit(change.apply(commit));
                            }
                        });
    }

    private static Commit withFacts(Commit commit, Optional<Commit.Facts> facts) {
        return new Commit(
                commit.job(),
                commit.epoch(),
                facts,
                commit.entry(),
                commit.snapshot(),
                commit.deadLetters(),
                commit.idempotency());
    }

    private static Sabotage outside(Wrapping<Outside> wrapping) {
        return new Sabotage() {
            @Override
            public Outside outside(Outside honest, World world) {
                return wrapping.wrap(honest, world);
            }
        };
    }

    private static Sabotage answers(Wrapping<Outside.Answers> wrapping) {
        return outside(
                (honest, world) -> {
                    Function<Outside.Answers, Outside.Answers> wrapped =
                            answers -> wrapping.wrap(answers, world);
                    return new ForwardingOutside(honest) {
                        @Override
                        public void requestLease(
                                JobId job,
                                String key,
                                Effect.RequestLease request,
                                Answers answers) {
                            super.requestLease(job, key, request, wrapped.apply(answers));
                        }

                        @Override
                        public void startWorker(
                                JobId job,
                                String key,
                                Effect.StartWorker start,
                                JobContext context,
                                Answers answers) {
                            super.startWorker(job, key, start, context, wrapped.apply(answers));
                        }
                    };
                });
    }
}
