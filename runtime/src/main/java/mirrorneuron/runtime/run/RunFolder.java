package mirrorneuron.runtime.run;

/**
 * The names of a run's files.
 *
 * @see "storage contract, section 4.2"
 */
final class RunFolder {

    static final String RUN = "run.json";
    static final String JOB = "job.json";
    static final String EVENTS = "events.jsonl";
    static final String LOGS = "logs.jsonl";
    static final String ERRORS = "errors.jsonl";
    static final String TIMELINE = "timeline.jsonl";
    static final String TIMELINE_MIRROR = "timeline.json";
    static final String SUMMARY = "observability_summary.json";
    static final String RESULT = "result.json";
    static final String FINAL_ARTIFACT = "final_artifact.json";
    static final String SAMPLES = "resource_samples.jsonl";
    static final String SAMPLES_OTHER = "resources.jsonl";
    static final String HUMAN = "human.jsonl";
    static final String UI = "ui.json";
    static final String WEB_UI = "web_ui.json";

    /** Where the recorder stands; a leading dot keeps it out of every list. */
    static final String POSITION = ".recording.json";

    private RunFolder() {}
}
