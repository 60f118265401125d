package mirrorneuron.runtime.backup;

import java.util.List;
import mirrorneuron.runtime.bundle.BundleLimits;

/** The names of a backup's sections, and how large it may be. */
final class Sections {

    static final String V1 = "mn.backup.v1";
    static final String V2 = "mn.backup.v2";
    static final String V3 = "mn.backup.v3";

    static final String DESCRIPTION = "mn-backup.json";
    static final String CHECKSUMS = "checksums.json";

    /** The whole state. */
    static final String SNAPSHOT = "runtime/snapshot.json";

    /** The recorded facts, a line each, with their sequence numbers. */
    static final String LOG = "runtime/events.jsonl";

    /** The agents' stored form and the job's record, for people and tools. */
    static final String AGENTS = "runtime/agents.json";

    static final String JOB = "runtime/job.json";
    static final String DEAD_LETTERS = "dead_letters.json";

    /** Values that travel as references, by SHA-256. */
    static final String BLOBS = "blobs";

    static final String BUNDLE = "bundle";
    static final String MANIFEST = "bundle/manifest.json";
    static final String CONFIG = "bundle/config/default.json";
    static final String PAYLOADS = "bundle/payloads";

    /** The run's folder and the job's data folder. */
    static final String RUN_STORE = "run_store";

    static final String JOB_DATA = "job_data";

    static final List<String> REQUIRED =
            List.of(SNAPSHOT, LOG, AGENTS, JOB, DEAD_LETTERS, MANIFEST);

    /** Sections that are folders. */
    static final List<String> TREES = List.of(BUNDLE, BLOBS, RUN_STORE, JOB_DATA);

    static final BundleLimits LIMITS = new BundleLimits(100_000, 16L << 30, 200, 1L << 20);

    /** A document that is read whole. */
    static final long DOCUMENT_BYTES_MAX = 256L << 20;

    /** A log, which becomes one write of the store. */
    static final long LOG_BYTES_MAX = 256L << 20;

    /** All sections of a backup that travels in one message. */
    static final long MESSAGE_BYTES_MAX = 64L << 20;

    private Sections() {}
}
