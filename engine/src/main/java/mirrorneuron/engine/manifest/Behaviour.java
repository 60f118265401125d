package mirrorneuron.engine.manifest;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedSet;
import mirrorneuron.api.AgentId;

/** What a node does with a message, with its settings. */
public sealed interface Behaviour {

    /** Passes messages on, under another type when {@code emitType} is set. */
    record Router(Optional<String> emitType) implements Behaviour {}

    /**
     * Collects bodies.
     *
     * @param completeAfter emit when this many are collected; absent = never
     * @param allSources emit when every agent upstream has ended: {@code complete_after:
     *     "all_sources"}
     * @param outputMessageType type of the aggregate message; absent = none is sent
     * @param completesRun the aggregate ends the run
     * @param dedupeBy {@code message_id}, {@code agent_id}, {@code correlation_id}, or a path into
     *     the body
     * @param resetAfterEmit start a new batch after each emission
     */
    record Aggregator(
            OptionalInt completeAfter,
            boolean allSources,
            boolean completeOnMessage,
            Optional<String> outputMessageType,
            boolean completesRun,
            String dedupeBy,
            boolean resetAfterEmit)
            implements Behaviour {}

    /** Counts messages and passes each body on under the output type. */
    record Sensor(int completeAfter, String outputMessageType, boolean completesRun)
            implements Behaviour {}

    /**
     * Code in Java: {@code module} names a registered factory; {@code source} is a payload file to
     * compile.
     */
    record Module(String module, Optional<String> source) implements Behaviour {}

    /**
     * Runs a command per message.
     *
     * @param runner {@code host_local}, {@code sandbox} or {@code docker}
     * @param leaseQueueTimeoutMs milliseconds a message may wait for slots
     * @param startupDelayMs milliseconds before the first command
     * @param maxAttempts how often a message is tried, the first time included
     * @param retryBackoffMs milliseconds before the second try; doubles with each
     * @param retryOn exit codes worth a retry; empty = every code but 0
     * @param timeoutMs milliseconds one run may take; absent = no limit
     * @param maxOutputBytes more on stdout fails the run
     * @param outputMessageType type of the default output; absent = there is none
     * @param failureMessageType sent after the last attempt instead of failing; absent = the node
     *     fails
     * @param completesRun success ends the run
     * @param passEnv names copied from the runtime's environment
     * @param workdir as written
     * @param sandboxUploadPath the path by which manifests name the workspace
     * @param network whether the sandbox may reach the network
     */
    record Executor(
            Command command,
            String runner,
            String pool,
            int poolSlots,
            long leaseQueueTimeoutMs,
            int leaseMaxQueueLength,
            long startupDelayMs,
            int maxAttempts,
            long retryBackoffMs,
            List<Integer> retryOn,
            OptionalLong timeoutMs,
            long maxOutputBytes,
            Optional<String> outputMessageType,
            Optional<String> failureMessageType,
            boolean completesRun,
            Map<String, String> environment,
            List<String> passEnv,
            List<Upload> uploads,
            Optional<String> workdir,
            String sandboxUploadPath,
            String namePrefix,
            boolean persistentWorkspace,
            boolean network,
            String contentType,
            String contentEncoding,
            Beacon beacon,
            Optional<PythonEnvironment> python)
            implements Behaviour {

        public Executor {
            retryOn = List.copyOf(retryOn);
            environment = Map.copyOf(environment);
            passEnv = List.copyOf(passEnv);
            uploads = List.copyOf(uploads);
        }

        /**
         * The same command for an agent of a step: without tries of its own, because the step is
         * tried again.
         */
        Executor ofStep(Beacon beacon) {
            return new Executor(
                    command,
                    runner,
                    pool,
                    poolSlots,
                    leaseQueueTimeoutMs,
                    leaseMaxQueueLength,
                    startupDelayMs,
                    1,
                    retryBackoffMs,
                    retryOn,
                    timeoutMs,
                    maxOutputBytes,
                    outputMessageType,
                    failureMessageType,
                    completesRun,
                    environment,
                    passEnv,
                    uploads,
                    workdir,
                    sandboxUploadPath,
                    namePrefix,
                    persistentWorkspace,
                    network,
                    contentType,
                    contentEncoding,
                    beacon,
                    python);
        }
    }

    /**
     * Begins the flow inside a step: waits until everybody it needs has delivered, and then sends
     * each dispatch once per attempt.
     *
     * @param requiredUpstreams names of steps or agents, in written order; empty = the first
     *     message is enough
     */
    record StepSource(SequencedSet<String> requiredUpstreams, List<Dispatch> dispatches)
            implements Behaviour {

        public StepSource {
            requiredUpstreams = ordered(requiredUpstreams);
            dispatches = List.copyOf(dispatches);
        }
    }

    /**
     * Joins the flow inside a step: the first message of each source counts.
     *
     * @param expectedSources agents, in written order; empty = whoever sends, with {@code first}
     * @param first whether the first source is enough; else every one has to deliver
     * @param outputKeys under which member of the output a source's body stands; its own name when
     *     it is not among the keys
     * @param passthrough the bodies' own members make the output
     * @param failure why a message that arrives is a failure; absent = it is none
     */
    record StepJoin(
            SequencedSet<String> expectedSources,
            boolean first,
            Map<String, String> outputKeys,
            boolean passthrough,
            Optional<String> failure,
            String outputMessageType)
            implements Behaviour {

        public StepJoin {
            expectedSources = ordered(expectedSources);
            outputKeys = Map.copyOf(outputKeys);
        }
    }

    /** Ends the flow inside a step: sends what it makes of the message and completes the step. */
    record StepSink(BodyShape shape, String outputMessageType) implements Behaviour {}

    /**
     * What a step source sends.
     *
     * @param to the agent that gets it; absent = whoever the edges name
     */
    record Dispatch(Optional<AgentId> to, String messageType, BodyShape shape) {}

    private static SequencedSet<String> ordered(SequencedSet<String> names) {
        return Collections.unmodifiableSequencedSet(new LinkedHashSet<>(names));
    }

    /** What to run. */
    sealed interface Command {

        /** Run by {@code bash -lc}. */
        record Shell(String line) implements Command {}

        /** Run directly, without a shell. */
        record Direct(List<String> arguments) implements Command {
            public Direct {
                arguments = List.copyOf(arguments);
            }
        }
    }

    /** A payload file or folder to copy into the workspace; both paths are relative and safe. */
    record Upload(String source, String target) {}

    /** Signs of life from a command. */
    record Beacon(boolean enabled, boolean required, long intervalMs, long timeoutMs) {}

    /** A Python environment to build once; {@code requirements} is a payload file. */
    record PythonEnvironment(Optional<String> requirements, List<String> packages) {
        public PythonEnvironment {
            packages = List.copyOf(packages);
        }
    }
}
