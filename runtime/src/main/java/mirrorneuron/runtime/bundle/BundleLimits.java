package mirrorneuron.runtime.bundle;

/**
 * How large a bundle that was sent may be. Folders on this machine are not bounded: whoever wrote
 * them could fill the disk without us.
 *
 * @param entriesMax files and folders in an archive, or files sent as text
 * @param contentBytesMax bytes of all files after inflating
 * @param inflationRatioMax how many bytes one compressed byte may become, over the whole archive;
 *     ordinary text stays below 30
 * @param configBytesMax bytes of one configuration file
 */
public record BundleLimits(
        int entriesMax, long contentBytesMax, int inflationRatioMax, long configBytesMax) {

    public static final BundleLimits DEFAULT = new BundleLimits(10_000, 512L << 20, 200, 1L << 20);

    public BundleLimits {
        if (entriesMax < 1 || contentBytesMax < 1 || inflationRatioMax < 1 || configBytesMax < 1) {
            throw new IllegalArgumentException(
                    "bundle limits: "
                            + entriesMax
                            + ", "
                            + contentBytesMax
                            + ", "
                            + inflationRatioMax
                            + ", "
                            + configBytesMax
                            + " (expected: each >= 1)");
        }
    }
}
