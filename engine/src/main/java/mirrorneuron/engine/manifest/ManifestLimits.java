package mirrorneuron.engine.manifest;

/**
 * How large a manifest may be. Every limit is checked before the work that it bounds.
 *
 * @param manifestBytesMax bytes of the document as JSON text
 * @param depthMax how deeply objects and lists may nest, the document itself being 1
 * @param nodeConfigBytesMax bytes of one node's {@code config} as JSON text
 * @param issuesMax issues listed; more are counted and the last one says how many
 */
public record ManifestLimits(
        long manifestBytesMax,
        int nodesMax,
        int edgesMax,
        int depthMax,
        long nodeConfigBytesMax,
        int issuesMax) {

    public static final ManifestLimits DEFAULT =
            new ManifestLimits(5L << 20, 5_000, 20_000, 64, 256L << 10, 1_000);

    // Readers and writers of documents descend one call a level; beyond this a document could end
    // the stack of a thread.
    private static final int DEPTH_LIMIT_MAX = 512;

    public ManifestLimits {
        require("manifestBytesMax", manifestBytesMax, Long.MAX_VALUE);
        require("nodesMax", nodesMax, Integer.MAX_VALUE);
        require("edgesMax", edgesMax, Integer.MAX_VALUE);
        require("depthMax", depthMax, DEPTH_LIMIT_MAX);
        require("nodeConfigBytesMax", nodeConfigBytesMax, Long.MAX_VALUE);
        require("issuesMax", issuesMax, Integer.MAX_VALUE);
    }

    private static void require(String name, long value, long max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 1.." + max + ")");
        }
    }
}
