package mirrorneuron.server.grpc;

import static mirrorneuron.server.grpc.Client.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import mirrorneuron.server.Served;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that share nothing with this server but the wire: names of calls as text, messages as
 * numbers and bytes. Those of April know no field {@code version}; those of July know more.
 */
class OldClientsTest {

    private static final String JOBS = "mirrorneuron.job.v1.JobService/";

    private Served mn;
    private Client client;

    @BeforeEach
    void serve(@TempDir Path home) throws IOException {
        mn = Served.at(home);
        client = Client.of(mn);
    }

    @AfterEach
    void stop() {
        client.close();
        mn.close();
    }

    private interface Fields {
        void write(CodedOutputStream to) throws IOException;
    }

    private static byte[] message(Fields fields) {
        var bytes = new ByteArrayOutputStream();
        var to = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(to);
            to.flush();
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return bytes.toByteArray();
    }

    /** Texts and numbers by their field. */
    private static Map<Integer, Object> read(byte[] message) {
        var fields = new HashMap<Integer, Object>();
        var from = CodedInputStream.newInstance(message);
        try {
            for (int tag = from.readTag(); tag != 0; tag = from.readTag()) {
                fields.put(
                        WireFormat.getTagFieldNumber(tag),
                        WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT
                                ? (Object) from.readUInt64()
                                : from.readString());
            }
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
        return fields;
    }

    /** The first field, which holds what was asked for. */
    private static String text(Map<Integer, Object> fields) {
        return (String) fields.getOrDefault(1, "");
    }

    private String submit() {
        var entry =
                message(
                        file -> {
                            file.writeString(1, "work.sh");
                            file.writeByteArray(2, "echo hello\n".getBytes(StandardCharsets.UTF_8));
                        });
        var answer =
                read(
                        client.raw(
                                JOBS + "SubmitJob",
                                message(
                                        to -> {
                                            to.writeString(1, Served.smallest().toString());
                                            to.writeByteArray(2, entry);
                                        })));
        assertThat(answer).containsEntry(2, "pending").containsEntry(3, 1L);
        return text(answer);
    }

    private byte[] job(String id) {
        return message(to -> to.writeString(1, id));
    }

    @Test
    void april_submits_reads_lists_steers_and_drains_an_event_stream() {
        var done = submit();
        mn.awaitStatus(done, "completed");
        var job = json(text(read(client.raw(JOBS + "GetJob", job(done)))));
        assertThat(job.object("job").string("status")).contains("completed");
        assertThat(read(client.raw(JOBS + "GetJob", job("nobody"))))
                .containsEntry(1, "{\"version\":1}");

        var list =
                read(
                        client.raw(
                                JOBS + "ListJobs",
                                message(
                                        to -> {
                                            to.writeInt32(1, 10);
                                            to.writeBool(2, true);
                                        })));
        assertThat(json(text(list)).array("data").size()).isEqualTo(1);

        var going = client.submit(Served.idle(), Map.of());
        mn.awaitStatus(going, "running");
        assertThat(read(client.raw(JOBS + "PauseJob", job(going)))).containsEntry(2, "paused");
        assertThat(read(client.raw(JOBS + "ResumeJob", job(going)))).containsEntry(2, "running");
        assertThat(read(client.raw(JOBS + "CancelJob", job(going)))).containsEntry(2, "cancelled");

        var summary =
                read(
                        client.raw(
                                "mirrorneuron.cluster.v1.ClusterService/GetSystemSummary",
                                new byte[0]));
        assertThat(json(text(summary)).array("jobs").size()).isEqualTo(2);

        var events =
                client.rawStream(
                        "mirrorneuron.observability.v1.ObservabilityService/StreamEvents",
                        job(done));
        assertThat(json(text(read(events.getLast()))).string("type")).contains("job_completed");
    }

    @Test
    void july_follows_with_a_limit_and_a_version_from_the_future() {
        var done = submit();
        mn.awaitStatus(done, "completed");
        var events =
                client.rawStream(
                        "mirrorneuron.observability.v1.ObservabilityService/StreamEvents",
                        message(
                                to -> {
                                    to.writeString(1, done);
                                    to.writeBool(2, true);
                                    to.writeInt32(3, 5_000);
                                    to.writeInt32(4, 2);
                                    to.writeUInt32(5, 99);
                                    to.writeString(77, "a field from the future");
                                }));
        assertThat(events).hasSize(2);
        assertThat(read(events.getFirst())).containsEntry(2, 1L);
    }

    @Test
    void july_clears_and_cancels_all() {
        mn.awaitStatus(submit(), "completed");
        assertThat(read(client.raw(JOBS + "ClearJobs", message(to -> to.writeUInt32(2, 1)))))
                .containsEntry(1, 1L)
                .containsEntry(2, 1L);
        var cancelled =
                read(client.raw(JOBS + "CancelAllJobs", message(to -> to.writeUInt32(1, 1))));
        assertThat(json(text(cancelled)).integer("cancelled_count")).hasValue(0);
    }
}
