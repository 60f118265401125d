package mirrorneuron.engine.job;

/**
 * Something that people want to know of a job's last minutes, kept small.
 *
 * @param type as the event of the log that tells of it
 * @param step empty when it concerns no step
 * @param agent empty when it concerns no agent
 * @param status of the step or agent afterwards; empty when it says nothing of that
 * @param detail why, or what was said; empty when the type says all
 * @param attempt number of the attempt; 0 = none
 */
record Activity(
        long atMs,
        String type,
        String step,
        String agent,
        String status,
        String detail,
        int attempt) {

    private static final int DETAIL_CHARS_MAX = 300;

    Activity {
        if (detail.length() > DETAIL_CHARS_MAX) {
            detail = detail.substring(0, DETAIL_CHARS_MAX - 1) + "…";
        }
    }
}
