package mirrorneuron.runtime.run;

import java.util.List;
import mirrorneuron.api.json.JsonObject;

/**
 * The next records of a run's channels, merged in the order of time.
 *
 * @param records each {@code {id, channel, ts, run_id, …}} with the members of its file; the id is
 *     the cursor after that record
 * @param cursor where the next page begins; opaque
 * @param ended whether the run has ended and these were the last records
 * @param status of the run
 */
public record RunPage(List<JsonObject> records, String cursor, boolean ended, String status) {

    public RunPage {
        records = List.copyOf(records);
    }
}
