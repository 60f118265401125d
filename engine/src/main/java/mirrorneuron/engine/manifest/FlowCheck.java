package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Checks that the agents of a step's flow wait for, and send to, somebody who is there. */
final class FlowCheck {

    /** Senders that are no agents. */
    private static final Set<String> OUTSIDE = Set.of("external", "runtime");

    private final Findings findings;
    private final NodeDrafts drafts;
    private final Set<String> steps;

    /**
     * @param steps ids of the steps; none when messages alone drive the job
     */
    FlowCheck(Findings findings, NodeDrafts drafts, Set<String> steps) {
        this.findings = findings;
        this.drafts = drafts;
        this.steps = steps;
    }

    void check(List<NodeSpec> nodes) {
        for (var node : nodes) {
            if (node.behaviour() instanceof Behaviour.StepSource source) {
                waitsFor(node, "required_upstreams", source.requiredUpstreams(), this::isUpstream);
                dispatches(node, source);
            } else if (node.behaviour() instanceof Behaviour.StepJoin join) {
                waitsFor(node, "expected_sources", join.expectedSources(), this::isSender);
            }
        }
    }

    private boolean isSender(String name) {
        return drafts.has(name) || OUTSIDE.contains(name);
    }

    private boolean isUpstream(String name) {
        return isSender(name) || steps.contains(name) || drafts.has(StepNames.end(name));
    }

    private void waitsFor(
            NodeSpec node, String member, Iterable<String> names, Predicate<String> isThere) {
        for (var name : names) {
            if (!isThere.test(name)) {
                findings.error(
                        "node.source_unknown",
                        config(node).member(member),
                        "Expected agent "
                                + node.id()
                                + " to wait for somebody in the graph, but found "
                                + name,
                        "Name an agent or step that sends to it: it would wait for ever.");
            }
        }
    }

    private void dispatches(NodeSpec node, Behaviour.StepSource source) {
        for (var dispatch : source.dispatches()) {
            if (dispatch.to().isPresent() && !drafts.has(dispatch.to().get().value())) {
                findings.error(
                        "node.dispatch_target_unknown",
                        config(node).member("dispatches"),
                        "Expected agent "
                                + node.id()
                                + " to send to a node, but found "
                                + dispatch.to().get(),
                        "Name one of the nodes, or leave to out and let edges decide.");
            }
        }
    }

    private Place config(NodeSpec node) {
        return drafts.find(node.id().value()).orElseThrow().at("config");
    }
}
