package mirrorneuron.runtime.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;

/**
 * Operations in the store: an index of slots, and for each slot a head and pages of events.
 *
 * <p>A store keeps documents and never deletes them, so there is a fixed number of slots, and a new
 * operation takes the one whose operation is over for the longest time. An operation exists from
 * the moment in which the index names it. What an earlier owner of the slot left carries another id
 * and is read as absent.
 */
final class OperationFiles {

    static final int SLOTS = 256;

    private static final String FAMILY = "operation";
    private static final String INDEX = "index";
    private static final int PAGE_EVENTS = 64;

    private final Store store;

    OperationFiles(Store store) {
        this.store = store;
    }

    /**
     * @param open whether it still has something to do
     */
    record Entry(String operation, boolean open, String createdAt) {

        private JsonObject toJson() {
            return JsonObject.builder()
                    .put("operation_id", operation)
                    .put("open", open)
                    .put("created_at", createdAt)
                    .build();
        }
    }

    /** Slots from 0 on; there are fewer than {@link #SLOTS} until all were used once. */
    List<Entry> index() {
        return objects(document(INDEX, JsonArray.class).orElse(JsonArray.empty())).stream()
                .map(
                        entry ->
                                new Entry(
                                        entry.string("operation_id").orElse(""),
                                        entry.bool("open").orElse(false),
                                        entry.string("created_at").orElse("")))
                .toList();
    }

    void writeIndex(List<Entry> entries) {
        put(INDEX, JsonArray.of(entries.stream().map(Entry::toJson).toList()));
    }

    /** Where the next operation goes; empty when none is over. */
    static OptionalInt free(List<Entry> entries) {
        if (entries.size() < SLOTS) {
            return OptionalInt.of(entries.size());
        }
        int oldest = -1;
        for (int slot = 0; slot < entries.size(); slot++) {
            var entry = entries.get(slot);
            if (!entry.open()
                    && (oldest < 0
                            || entry.createdAt().compareTo(entries.get(oldest).createdAt()) < 0)) {
                oldest = slot;
            }
        }
        return oldest < 0 ? OptionalInt.empty() : OptionalInt.of(oldest);
    }

    Optional<JsonObject> head(int slot) {
        return document(String.valueOf(slot), JsonObject.class);
    }

    void writeHead(int slot, JsonObject head) {
        put(String.valueOf(slot), head);
    }

    /** All events of an operation, in order. */
    List<JsonObject> events(int slot, String operation) {
        var events = new ArrayList<JsonObject>();
        for (int page = 0; ; page++) {
            var found = page(slot, page, operation);
            events.addAll(found);
            if (found.size() < PAGE_EVENTS) {
                return events;
            }
        }
    }

    private List<JsonObject> page(int slot, int page, String operation) {
        return document(name(slot, page), JsonObject.class)
                .filter(found -> found.string("operation_id").orElse("").equals(operation))
                .map(found -> objects(found.array("events")))
                .orElse(List.of());
    }

    /**
     * Writes the page that ends with the newest event.
     *
     * @param events all of the operation, the new one last
     */
    void writeNewest(int slot, String operation, List<JsonObject> events) {
        int page = (events.size() - 1) / PAGE_EVENTS;
        put(
                name(slot, page),
                JsonObject.builder()
                        .put("operation_id", operation)
                        .put(
                                "events",
                                JsonArray.of(events.subList(page * PAGE_EVENTS, events.size())))
                        .build());
    }

    private static String name(int slot, int page) {
        return slot + "." + page;
    }

    private <T extends JsonValue> Optional<T> document(String name, Class<T> kind) {
        return store.get(FAMILY, name)
                .map(
                        bytes ->
                                StoreException.understood(
                                        FAMILY + " " + name, () -> kind.cast(Json.parse(bytes))));
    }

    private static List<JsonObject> objects(JsonArray list) {
        return StoreException.understood(
                FAMILY, () -> list.stream().map(JsonObject.class::cast).toList());
    }

    private void put(String name, JsonValue document) {
        store.put(FAMILY, name, Json.bytes(document));
    }
}
