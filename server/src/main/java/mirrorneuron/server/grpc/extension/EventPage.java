package mirrorneuron.server.grpc.extension;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.ext.ListEventsRequest;
import mirrorneuron.server.grpc.Documents;
import mirrorneuron.server.grpc.event.EventDocument;

/**
 * A page of a job's events. The log is read through in pieces, because only that tells how many
 * events of some types there are; what is kept in memory is one piece and the page.
 */
final class EventPage {

    private static final int LISTED = 100;
    private static final int LISTED_MAX = 5_000;
    private static final int PIECE = 2_000;

    private final Jobs jobs;
    private final JobId job;
    private final Set<String> types;

    private EventPage(Jobs jobs, JobId job, Set<String> types) {
        this.jobs = jobs;
        this.job = job;
        this.types = types;
    }

    /** {@code data, next_offset, total}; {@code next_offset} is the total at the end. */
    static JsonObject of(Jobs jobs, ListEventsRequest request) {
        if (request.getOffset() < 0) {
            throw new InvalidRequestException(
                    "offset: " + request.getOffset() + " (expected: >= 0)");
        }
        var id = Documents.job(request.getJobId());
        var record =
                jobs.inspect(id)
                        .orElseThrow(() -> new NoSuchJobException("Job " + id + " was not found"));
        var page = new EventPage(jobs, id, Set.copyOf(request.getTypesList()));
        int limit = request.getLimit() <= 0 ? LISTED : Math.min(LISTED_MAX, request.getLimit());
        long total = page.count();
        long from = Math.min(request.getOffset(), total);
        long to = Math.min(from + limit, total);
        var events =
                request.getDescending()
                        ? page.between(total - to, total - from).reversed()
                        : page.between(from, to);
        var documents = new EventDocument(jobs, record);
        var shown = Documents.fitting(events.stream().map(documents::whole).toList());
        return JsonObject.builder()
                .put("data", shown)
                .put("next_offset", from + shown.size())
                .put("total", total)
                .build();
    }

    private long count() {
        var counted = new long[1];
        each(Long.MAX_VALUE, _ -> counted[0]++);
        return counted[0];
    }

    /** Events by their place among those that are wanted, oldest first. */
    private List<RuntimeEvent> between(long from, long to) {
        var events = new ArrayList<RuntimeEvent>();
        var place = new long[1];
        each(
                to,
                event -> {
                    if (place[0]++ >= from && place[0] <= to) {
                        events.add(event);
                    }
                });
        return events;
    }

    /** So many wanted events, and the rest of their piece. */
    private void each(long count, Consumer<RuntimeEvent> action) {
        long next = 1;
        long seen = 0;
        while (seen < count) {
            var piece =
                    jobs.events(
                            job,
                            new EventQuery(
                                    OptionalLong.of(next), OptionalInt.of(PIECE), types, false));
            piece.forEach(action);
            seen += piece.size();
            if (piece.size() < PIECE) {
                return;
            }
            next = piece.getLast().sequence().orElse(next) + 1;
        }
    }
}
