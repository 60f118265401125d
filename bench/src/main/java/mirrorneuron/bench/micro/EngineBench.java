package mirrorneuron.bench.micro;

import java.util.concurrent.TimeUnit;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.bench.Workflows;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.job.EventCodec;
import mirrorneuron.engine.job.Job;
import mirrorneuron.engine.job.JobCommand;
import mirrorneuron.engine.job.JobEngine;
import mirrorneuron.engine.job.SnapshotCodec;
import mirrorneuron.engine.job.Turn;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.manifest.ManifestLoader;
import mirrorneuron.engine.message.MessageIds;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Whole turns of jobs without a store: what deciding, recording and replaying cost. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EngineBench {

    private static final long NOW_MS = 1_795_320_000_000L;
    private static final int MESSAGES = 1_000;
    private static final int WIDTH = 100;

    private final Graph oneStep = graph(Workflows.oneStep());
    private final Graph ring = graph(Workflows.ring(9, MESSAGES / 10));
    private final Graph fanOut = graph(Workflows.wide(WIDTH));
    private final byte[] ringFacts = run(ring).turn.facts();
    private final Job finished = run(fanOut).job;

    private record Ran(Job job, Turn turn) {}

    private static Graph graph(String manifest) {
        return Graph.of(
                ManifestLoader.load(Json.parse(manifest), ManifestLimits.DEFAULT)
                        .manifest()
                        .orElseThrow());
    }

    private static Job fresh(Graph graph) {
        return JobEngine.create(
                JobEngine.submitted(
                        JobId.of("bench-1"), graph, "none", Job.Submission.none(), "local", NOW_MS),
                graph);
    }

    private static Ran run(Graph graph) {
        var submitted =
                JobEngine.submitted(
                        JobId.of("bench-1"), graph, "none", Job.Submission.none(), "local", NOW_MS);
        var job = JobEngine.create(submitted, graph);
        var turn = Turn.first(job, submitted);
        turn.take(new JobCommand.Start("local"));
        if (!turn.run()) {
            throw new IllegalStateException("a turn of a benchmark is larger than a turn may be");
        }
        return new Ran(job, turn);
    }

    /** A router and an aggregator: a whole job. */
    @Benchmark
    public byte[] smallJob() {
        return run(oneStep).turn.facts();
    }

    /** A message between two pure agents: decided, applied, recorded. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public byte[] message() {
        return run(ring).turn.facts();
    }

    /** One recorded fact of such a message, read and applied. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int replay() {
        return EventCodec.replay(ringFacts, fresh(ring));
    }

    /** The lines that stay of a long log; none of these. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public byte[] shorten() {
        return EventCodec.stateLines(ringFacts);
    }

    /** A message sent to a hundred agents, each answer, and the join: per agent. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public byte[] fanOut() {
        return run(fanOut).turn.facts();
    }

    /** The snapshot of a job of a hundred agents. */
    @Benchmark
    public byte[] snapshot() {
        return SnapshotCodec.write(finished);
    }

    @Benchmark
    public String messageId() {
        return MessageIds.output(
                "q5cX0Zl2bq9T3vSxk1T4n7w2v8m0p6y4r5e1a3s9d8f", "router", "sink", "0:e1");
    }
}
