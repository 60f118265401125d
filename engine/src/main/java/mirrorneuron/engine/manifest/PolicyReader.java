package mirrorneuron.engine.manifest;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonObject;

/**
 * Reads {@code policies}: what holds for the whole job, and what a node may override.
 *
 * @see "manifest contract, section 3"
 */
final class PolicyReader {

    private static final List<String> RECOVERY_MODES =
            List.of("auto", "local_restart", "cluster_recover", "manual_recover");
    private static final List<String> JOB_TYPES = List.of("service", "batch", "system", "sysbatch");
    private static final Set<String> KNOWN =
            Set.of(
                    "recovery_mode",
                    "placement_policy",
                    "job_type",
                    "scheduler",
                    "scheduler_strategy",
                    "constraints",
                    "max_agent_restart_attempts",
                    "restart",
                    "reschedule",
                    "update",
                    "deployment_key",
                    "stream_mode",
                    "routing_scope",
                    "priority");

    private PolicyReader() {}

    /**
     * The job's policies with the restart policy that every node starts from.
     *
     * @param jobType {@code batch}, {@code service}, {@code system} or {@code sysbatch}
     */
    record JobPolicies(Policies policies, String jobType, RestartPolicy restart) {}

    static JobPolicies read(Fields top, Header header) {
        var policies = top.fields("policies.type", "policies");
        policies.warnUnknown("policies.key_unknown", KNOWN, "It is kept, and has no effect.");
        var jobType = jobType(policies).orElse(header.type());
        var requested =
                policies.word("policies.recovery_mode_unsupported", RECOVERY_MODES, "recovery_mode")
                        .orElse("auto");
        // One process is all that is known here; the runtime of a cluster may resolve it otherwise.
        var mode = requested.equals("auto") ? "local_restart" : requested;
        checkScheduler(policies);
        policies.text("policies.deployment_key_invalid", "deployment_key");
        policies.word("policies.stream_mode_unsupported", List.of("live"), "stream_mode");
        Placement.checkConstraints(policies, "policies.constraints");
        DeploymentCheck.checkUpdate(policies);
        Restarts.checkReschedule(policies, "policies");
        Dormant.checkPolicies(policies);
        var edgeScoped =
                policies.word(
                                "policies.routing_scope_unsupported",
                                List.of("global", "edge"),
                                "routing_scope")
                        .equals(Optional.of("edge"));
        var restart = restart(policies, header, jobType, mode);
        return new JobPolicies(
                new Policies(
                        requested,
                        mode,
                        policies.text("policies.placement_policy_invalid", "placement_policy")
                                .orElse("local"),
                        edgeScoped,
                        restart,
                        PolicyDocument.of(restart, jobType, mode, policies.json()),
                        policies.json()),
                jobType,
                restart);
    }

    private static Optional<String> jobType(Fields policies) {
        var scheduler = policies.fields("policies.scheduler_type", "scheduler");
        var own = policies.word("policies.job_type_unsupported", JOB_TYPES, "job_type");
        var schedulers = scheduler.word("policies.job_type_unsupported", JOB_TYPES, "job_type");
        return own.or(() -> schedulers);
    }

    private static void checkScheduler(Fields policies) {
        if (!(policies.value("scheduler") instanceof JsonObject json)) {
            policies.word(
                    "policies.scheduler_strategy_unsupported",
                    List.of("binpack", "spread"),
                    "scheduler_strategy");
            return;
        }
        var scheduler = new Fields(json, policies.at("scheduler"), policies.findings());
        policies.word(
                "policies.scheduler_strategy_unsupported",
                List.of("binpack", "spread"),
                "scheduler_strategy");
        scheduler.word(
                "policies.scheduler_strategy_unsupported",
                List.of("binpack", "spread"),
                "strategy");
        scheduler.text("policies.preferred_node_invalid", "preferred_node", "preferredNode");
        Placement.checkConstraints(scheduler, "policies.constraints");
    }

    private static RestartPolicy restart(
            Fields policies, Header header, String jobType, String recoveryMode) {
        var defaults = Restarts.defaults(jobType, recoveryMode);
        var legacy =
                policies.whole(
                        "policies.max_agent_restart_attempts",
                        0,
                        Integer.MAX_VALUE,
                        "max_agent_restart_attempts");
        if (header.unlimitedRestarts()) {
            defaults = Restarts.withAttempts(defaults, Integer.MAX_VALUE);
        } else if (legacy.isPresent()) {
            defaults = Restarts.withAttempts(defaults, (int) legacy.getAsLong());
        }
        return Restarts.read(policies, "policies", defaults);
    }

    /** A node's own restart policy over the job's. */
    static RestartPolicy ofNode(Fields node, String nodeId, RestartPolicy job) {
        var policies = node.fields("node.policies_type", "policies");
        var prefix = "nodes." + nodeId + ".policies";
        policies.warnUnknown(
                "node.policy_unknown",
                Set.of("restart", "reschedule", "scheduler", "allow_host_paths"),
                "It is kept, and has no effect.");
        policies.fields("node.policies_type", "scheduler")
                .text("node.preferred_node_invalid", "preferred_node", "preferredNode");
        Restarts.checkReschedule(policies, prefix);
        return Restarts.read(policies, prefix, job);
    }

    /** True when a node's policies let its command work outside its workspace. */
    static boolean allowsHostPaths(JsonObject node) {
        return node.object("policies").at("allow_host_paths") == JsonBool.TRUE;
    }
}
