package mirrorneuron.server.job;

import java.util.ArrayList;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.EventLine;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.server.http.Request;

/** Recorded events of a job as a list. */
public final class JobEvents {

    private static final int COUNT_MAX = 5_000;

    private JobEvents() {}

    /** A page of recorded events, oldest first. */
    public static JsonObject page(MirrorNeuron runtime, Request request) {
        var query = request.query();
        var id = JobRoutes.id(request);
        var record = runtime.jobs().inspect(id).orElseThrow(() -> JobRoutes.unknown(request));
        int limit = query.integer("limit", 1, COUNT_MAX).orElse(COUNT_MAX);
        var after = query.number("after", 0, Long.MAX_VALUE);
        var form = query.word("include", "full", JobRoutes.FORMS);
        var wanted =
                new EventQuery(
                        after.isPresent()
                                ? OptionalLong.of(after.getAsLong() + 1)
                                : OptionalLong.empty(),
                        OptionalInt.of(limit),
                        query.text("type").map(Set::of).orElse(Set.of()),
                        true);
        var runId = RunIds.of(record);
        var traceId = RunIds.traceOf(record);
        var events = new ArrayList<JsonObject>();
        for (var event : runtime.jobs().events(id, wanted).reversed()) {
            var line = EventLine.of(event, id, runId, traceId);
            events.add(form.equals("full") ? line : JobDocuments.compacted(line));
        }
        return JsonObject.builder()
                .put("job_id", id.value())
                .put("data", JsonArray.of(events))
                .build();
    }
}
