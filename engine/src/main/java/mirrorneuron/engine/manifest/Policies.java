package mirrorneuron.engine.manifest;

import mirrorneuron.api.json.JsonObject;

/**
 * What holds for the whole job.
 *
 * @param requestedRecoveryMode as written: {@code auto}, {@code local_restart}, {@code
 *     cluster_recover} or {@code manual_recover}
 * @param recoveryMode what it resolves to
 * @param edgeScopedFirstMatch {@code routing_scope: "edge"}: a first-match edge competes with its
 *     like only
 * @param restart what every node starts from
 * @param document how failures are answered, as the job's record shows it
 * @param raw as written
 */
public record Policies(
        String requestedRecoveryMode,
        String recoveryMode,
        String placementPolicy,
        boolean edgeScopedFirstMatch,
        RestartPolicy restart,
        JsonObject document,
        JsonObject raw) {}
