package mirrorneuron.runtime.module;

import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.Agent;
import mirrorneuron.api.agent.AgentContext;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.Effect;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.runtime.job.Bodies;
import mirrorneuron.runtime.job.JobContext;
import mirrorneuron.runtime.job.Outside;

/**
 * Calls agents written in Java, each call on a virtual thread of its own. One object serves one
 * agent of one job; it holds no state between calls, so losing it loses nothing. Safe from any
 * thread.
 */
public final class ModuleRunner {

    private final Modules modules;
    private final Bodies bodies;
    private final InstantSource clock;
    private final ConcurrentHashMap<String, Thread> calls = new ConcurrentHashMap<>();

    public ModuleRunner(Modules modules, Bodies bodies, InstantSource clock) {
        this.modules = modules;
        this.bodies = bodies;
        this.clock = clock;
    }

    public void call(
            JobId job,
            String key,
            Effect.CallModule call,
            JobContext context,
            Outside.Answers answers) {
        var thread = Thread.ofVirtual().unstarted(() -> run(job, key, call, context, answers));
        calls.put(key, thread);
        thread.start();
    }

    /** Interrupts a call; what it makes of that is up to the agent. */
    public void stop(String key) {
        var thread = calls.get(key);
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run(
            JobId job,
            String key,
            Effect.CallModule call,
            JobContext context,
            Outside.Answers answers) {
        try {
            Agent agent;
            JsonObject state;
            AgentContext about;
            try {
                about = about(job, call, context);
                agent = agent(call, context);
                state = call.state() instanceof JsonObject known ? known : agent.init(about);
            } catch (Exception | LinkageError failure) {
                answers.moduleFailed(describe(failure), true);
                return;
            }
            handle(agent, message(call.message()), state, about, answers);
        } finally {
            calls.remove(key);
        }
    }

    private static void handle(
            Agent agent,
            Message message,
            JsonObject state,
            AgentContext about,
            Outside.Answers answers) {
        AgentResult result;
        try {
            result = agent.handle(message, state, about);
        } catch (Exception | LinkageError | StackOverflowError failure) {
            answers.moduleFailed(describe(failure), false);
            return;
        }
        answers.module(result);
    }

    private Message message(Message message) {
        var body = bodies.restore(message.body());
        return body == message.body() ? message : message.withBody(body);
    }

    private Agent agent(Effect.CallModule call, JobContext context) {
        // An instance works on one item; there may be thousands.
        return call.agent().equals(call.vertex().id())
                ? context.agent(call.agent(), () -> made(call, context))
                : made(call, context);
    }

    private Agent made(Effect.CallModule call, JobContext context) {
        var module = (Behaviour.Module) call.vertex().behaviour();
        return modules.find(module, context.bundle().fingerprint(), context.payloads()).create();
    }

    private AgentContext about(JobId job, Effect.CallModule call, JobContext context) {
        var vertex = call.vertex();
        return new AgentContext(
                job,
                vertex.id(),
                vertex.spec().config(),
                vertex.spec().template().wire(),
                vertex.outbound().stream().map(edge -> edge.to()).toList(),
                context.payloads(),
                call.invocation(),
                call.attempt(),
                job + ":" + call.agent() + ":" + call.message().messageId(),
                clock.instant(),
                (JsonObject) bodies.restore(call.workflow()));
    }

    private static String describe(Throwable failure) {
        var message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : failure instanceof ModuleException
                        ? message
                        : failure.getClass().getSimpleName() + ": " + message;
    }
}
