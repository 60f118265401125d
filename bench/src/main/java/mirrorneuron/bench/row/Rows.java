package mirrorneuron.bench.row;

import static mirrorneuron.bench.Budget.atLeast;
import static mirrorneuron.bench.Budget.atMost;

import java.util.List;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.bench.Budget;
import mirrorneuron.bench.Row;
import mirrorneuron.bench.Workflows;
import mirrorneuron.bench.row.Jobs.Workflow;

/** Every row, in the order of the table, with the budgets of the design. */
public final class Rows {

    private static final List<Budget> ONE_AT_A_TIME = List.of(atMost("p50", 0.6), atMost("p99", 3));

    private Rows() {}

    public static List<Row> all() {
        return List.of(
                new Jobs(
                        "latency",
                        "one-step job (router → aggregator), one at a time",
                        Workflow.of(Workflows.oneStep()),
                        1,
                        "job",
                        1,
                        1,
                        ONE_AT_A_TIME),
                new Jobs(
                        "latency-module",
                        "one-step job (one module agent), one at a time",
                        Workflow.of(Workflows.oneModule()),
                        1,
                        "job",
                        1,
                        1,
                        ONE_AT_A_TIME),
                new Jobs(
                        "jobs",
                        "one-step jobs (router → aggregator), 64 in flight",
                        Workflow.of(Workflows.oneStep()),
                        64,
                        "job",
                        1,
                        1,
                        List.of(atLeast("rate", 20_000), atMost("flushes", 0.1))),
                new Jobs(
                        "jobs-recorded",
                        "the same, and each job leaves the files of its run",
                        Workflow.of(Workflows.oneStep()),
                        64,
                        "job",
                        1,
                        1,
                        true,
                        List.of()),
                new Jobs(
                        "jobs-module",
                        "one-step jobs (one module agent), 64 in flight",
                        Workflow.of(Workflows.oneModule()),
                        64,
                        "job",
                        1,
                        1,
                        List.of(atLeast("rate", 20_000), atMost("flushes", 0.1))),
                new Jobs(
                        "chain",
                        "chains of 10 module agents, 32 jobs in flight",
                        Workflow.of(Workflows.chain(10)),
                        32,
                        "step",
                        10,
                        1,
                        List.of(atLeast("rate", 25_000))),
                new Jobs(
                        "fan-out",
                        "fan-out to 100 module agents and join, 4 jobs in flight",
                        Workflow.of(Workflows.fanOut(100)),
                        4,
                        "step",
                        100,
                        1,
                        List.of(atLeast("rate", 40_000))),
                new Jobs(
                        "inputs",
                        "300,000 inputs through router → aggregator, in one job",
                        new Workflow(
                                inputs -> Workflows.collecting("inputs", inputs),
                                Workflows::inputs),
                        1,
                        "message",
                        600_000,
                        300_000,
                        List.of(atLeast("rate", 300_000))),
                new Jobs(
                        "ring",
                        "one message round a ring of 9 routers and a sensor, 300,000 deliveries",
                        new Workflow(
                                deliveries -> Workflows.ring(9, Math.max(1, deliveries / 10)),
                                _ -> JsonObject.empty()),
                        1,
                        "message",
                        300_000,
                        300_000,
                        List.of(atLeast("rate", 300_000))),
                new Jobs(
                        "step-jobs",
                        "workflows of 20 steps, 64 in flight",
                        Workflow.of(Workflows.stepChain(20)),
                        64,
                        "step",
                        20,
                        1,
                        List.of()),
                new Rest.Submitting(
                        "rest-latency",
                        "one-step job through REST, submit → completed, one at a time",
                        1,
                        List.of(atMost("p50", 1.5), atMost("p99", 6))),
                new Rest.Submitting(
                        "rest-jobs",
                        "one-step jobs through REST, 64 in flight",
                        64,
                        List.of(atLeast("rate", 5_000))),
                new Reading(
                        "rest-reads",
                        "list of 20 and one detail, 100,000 ended jobs in the home",
                        100_000,
                        List.of()),
                new Rest.Streaming(
                        "rest-streams",
                        "1,000 live event streams, 100 events a second",
                        List.of(atMost("p99", 100))),
                new Grpc(
                        "grpc-latency",
                        "one-step job through gRPC, submit → completed, one at a time",
                        1,
                        List.of(atMost("p50", 1.5), atMost("p99", 6))),
                new Grpc(
                        "grpc-jobs",
                        "one-step jobs through gRPC, 64 in flight",
                        64,
                        List.of(atLeast("rate", 5_000))),
                new Steps("step-chain", "a chain of steps", Workflows::stepChain),
                new Steps("step-fan", "one step, many at once, one for all", Workflows::stepFan),
                new Wide(100_000, List.of(atMost("time", 3), atMost("heap", 1_024))),
                new Commands(List.of(atLeast("share", 80))),
                new Recovery(10_000, List.of(atMost("serving", 1.5), atMost("re-armed", 5))),
                new Start(List.of(atMost("first job done", 1), atMost("mn --help", 0.15))),
                new ServerStart(
                        List.of(
                                atMost("runtime start", 0.7),
                                atMost("job list", 0.3),
                                atMost("resident", 120))),
                new Idle(List.of(atMost("resident", 120))),
                new Memory(
                        List.of(
                                atMost("live job", 16),
                                atMost("agent", 2),
                                atMost("idle stream", 48),
                                atMost("running worker", 64))));
    }
}
