package mirrorneuron.cli.follow;

import java.io.PrintStream;
import java.time.InstantSource;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.view.Moment;

/**
 * One JSON record a line, numbered from 1: {@code snapshot} first, an {@code event} each, and at
 * the end {@code complete} or {@code error}.
 */
public final class JsonSink implements FollowSink {

    private final PrintStream out;
    private final InstantSource clock;
    private long sequence;

    public JsonSink(PrintStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public void event(RuntimeEvent event) {
        record("event", "data", event.toJson());
    }

    @Override
    public void state(Moment moment) {
        // Events say everything that happened, and the last record says where the job stands.
    }

    /** Something that happened beside any job. */
    public void happened(JsonObject data) {
        record("event", "data", data);
    }

    public void snapshot(JsonValue data) {
        record("snapshot", "data", data);
    }

    public void complete(JsonObject data) {
        record("complete", "data", data);
    }

    /** The last record, when following ended with an error. */
    public void failed(JsonObject error) {
        record("error", "error", error);
    }

    private void record(String type, String member, JsonValue data) {
        sequence++;
        out.println(
                JsonObject.builder()
                        .put("schema", "mn.cli.stream/v1")
                        .put("type", type)
                        .put("sequence", sequence)
                        .put("timestamp", Timestamps.format(clock.instant()))
                        .put(member, Secrets.in(data))
                        .build());
        out.flush();
    }

    @Override
    public void trouble(String sentence) {
        // What comes next says how it went: further events, or the record of an error.
    }

    @Override
    public void close() {}
}
