package mirrorneuron.server.job;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Compaction;
import mirrorneuron.engine.run.EventLine;
import mirrorneuron.engine.run.RunIds;

/** Documents of one job, in the forms that clients ask for. */
final class JobDocuments {

    private JobDocuments() {}

    static JsonObject compacted(JsonObject document) {
        return (JsonObject) Compaction.of(document);
    }

    static JsonObject deadLetter(DeadLetter letter) {
        return JsonObject.builder()
                .put("index", letter.index())
                .put("event_index", letter.eventIndex())
                .put("seq", letter.eventIndex())
                .put("agent_id", letter.agentId().value())
                .put("reason", letter.reason())
                .put("detail", letter.error())
                .put("attempts", letter.attempts())
                .put("timestamp", Timestamps.format(letter.timestamp()))
                .put("message", letter.message())
                .put("replayed", letter.replayCount() > 0)
                .build();
    }
}
