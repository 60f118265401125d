package mirrorneuron.runtime.run;

import java.util.Set;

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
    static final String CONFIG = "config.json";
    static final String INPUTS = "inputs.json";
    static final String ARTIFACTS = "artifacts.json";
    static final String SAMPLES = "resource_samples.jsonl";
    static final String SAMPLES_OTHER = "resources.jsonl";
    static final String HUMAN = "human.jsonl";
    static final String UI = "ui.json";
    static final String WEB_UI = "web_ui.json";

    /** Where the recorder stands; a leading dot keeps it out of every list. */
    static final String POSITION = ".recording.json";

    /** Files of lines that are there although they may be empty. */
    static final Set<String> ALWAYS = Set.of(EVENTS, ERRORS, TIMELINE);

    private RunFolder() {}
}
