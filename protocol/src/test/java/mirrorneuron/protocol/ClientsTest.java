package mirrorneuron.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import mirrorneuron.protocol.Wire.Text;
import mirrorneuron.protocol.Wire.Varint;
import mirrorneuron.protocol.cluster.DrainNodeRequest;
import mirrorneuron.protocol.cluster.GetSystemSummaryRequest;
import mirrorneuron.protocol.cluster.GetSystemSummaryResponse;
import mirrorneuron.protocol.cluster.NetworkHandshakeResponse;
import mirrorneuron.protocol.job.ListJobsRequest;
import mirrorneuron.protocol.job.PauseJobRequest;
import mirrorneuron.protocol.job.RollbackDeploymentRequest;
import mirrorneuron.protocol.job.SubmitJobRequest;
import mirrorneuron.protocol.job.SubmitJobResponse;
import mirrorneuron.protocol.observability.EventResponse;
import mirrorneuron.protocol.observability.StreamEventsRequest;
import mirrorneuron.protocol.operations.StreamOperationEventsRequest;
import org.junit.jupiter.api.Test;

/**
 * Clients that share nothing with us but the wire. Those of April know no field {@code version} and
 * only eight calls; those of July know all that is required.
 */
class ClientsTest {

    private static final byte[] SCRIPT = "echo hello\n".getBytes(UTF_8);

    @Test
    void the_hand_that_writes_follows_the_format() {
        assertThat(hex(Wire.message().number(1, 150))).isEqualTo("089601");
        assertThat(hex(Wire.message().text(2, "testing"))).isEqualTo("120774657374696e67");
        assertThat(hex(Wire.message().number(16, -1))).isEqualTo("8001ffffffffffffffffff01");
        assertThat(Wire.read(Wire.message().number(1, 150).text(16, "ü").number(2, -1).done()))
                .containsExactly(new Varint(1, 150), new Text(16, "ü"), new Varint(2, -1));
    }

    @Test
    void april_submits_a_workflow_with_its_files() throws Exception {
        var sent =
                Wire.message()
                        .text(1, "{\"graph_id\":\"hello\"}")
                        .entry(2, "work.sh", SCRIPT)
                        .entry(2, "data/empty", new byte[0])
                        .done();

        var read = SubmitJobRequest.parseFrom(sent);

        assertThat(read.getManifestJson()).isEqualTo("{\"graph_id\":\"hello\"}");
        assertThat(read.getPayloadsMap())
                .containsOnlyKeys("work.sh", "data/empty")
                .containsEntry("work.sh", ByteString.copyFrom(SCRIPT))
                .containsEntry("data/empty", ByteString.EMPTY);
        assertThat(read.getVersion()).isZero();
        assertThat(read.toByteArray()).isEqualTo(sent);
    }

    @Test
    void april_understands_the_answers_of_july() {
        var submitted =
                SubmitJobResponse.newBuilder()
                        .setJobId("hello-1")
                        .setStatus("pending")
                        .setVersion(1)
                        .build();
        var summary =
                GetSystemSummaryResponse.newBuilder().setSummaryJson("{}").setVersion(1).build();
        var event = EventResponse.newBuilder().setEventJson("{}").setVersion(1).build();

        // What April knows stands first and unchanged; a field more is one to step over.
        assertThat(Wire.read(submitted.toByteArray()))
                .containsExactly(new Text(1, "hello-1"), new Text(2, "pending"), new Varint(3, 1));
        assertThat(Wire.read(summary.toByteArray()))
                .containsExactly(new Text(1, "{}"), new Varint(2, 1));
        assertThat(Wire.read(event.toByteArray()))
                .containsExactly(new Text(1, "{}"), new Varint(2, 1));
    }

    @Test
    void april_follows_events_to_the_end_of_what_is_stored() throws Exception {
        var read = StreamEventsRequest.parseFrom(Wire.message().text(1, "hello-1").done());

        assertThat(read.getJobId()).isEqualTo("hello-1");
        assertThat(read.getFollow()).isFalse();
        assertThat(read.getLimit()).isZero();
        assertThat(read.getHeartbeatIntervalMs()).isZero();
    }

    @Test
    void july_follows_events_with_signs_of_life() throws Exception {
        var sent =
                Wire.message()
                        .text(1, "hello-1")
                        .number(2, 1)
                        .number(3, 15_000)
                        .number(4, 25)
                        .number(5, 1)
                        .done();

        var read = StreamEventsRequest.parseFrom(sent);

        assertThat(read)
                .isEqualTo(
                        StreamEventsRequest.newBuilder()
                                .setJobId("hello-1")
                                .setFollow(true)
                                .setHeartbeatIntervalMs(15_000)
                                .setLimit(25)
                                .setVersion(1)
                                .build());
        assertThat(read.toByteArray()).isEqualTo(sent);
    }

    @Test
    void all_jobs_and_fewer_than_none_can_be_asked_for() throws Exception {
        var all = Wire.message().number(1, Integer.MAX_VALUE).number(2, 1).number(3, 1).done();
        var negative = Wire.message().number(1, -1).done();

        assertThat(ListJobsRequest.parseFrom(all).getLimit()).isEqualTo(Integer.MAX_VALUE);
        assertThat(ListJobsRequest.parseFrom(all).getIncludeTerminal()).isTrue();
        assertThat(ListJobsRequest.parseFrom(negative).getLimit()).isEqualTo(-1);
        assertThat(ListJobsRequest.parseFrom(negative).toByteArray()).isEqualTo(negative);
    }

    @Test
    void numbers_of_events_have_no_bound_of_32_bits() throws Exception {
        var sent = Wire.message().text(1, "op-1").number(2, 1L << 40).number(5, 1).done();

        var read = StreamOperationEventsRequest.parseFrom(sent);

        assertThat(read.getAfterSequence()).isEqualTo(1L << 40);
        assertThat(read.toByteArray()).isEqualTo(sent);
    }

    @Test
    void a_version_of_the_interface_may_be_missing_zero_or_later() throws Exception {
        var missing = Wire.message().text(1, "hello-1").done();
        var zero = Wire.message().text(1, "hello-1").number(2, 0).done();
        var later = Wire.message().text(1, "hello-1").number(2, 0xFFFF_FFFFL).done();

        assertThat(PauseJobRequest.parseFrom(missing).getVersion()).isZero();
        assertThat(PauseJobRequest.parseFrom(zero)).isEqualTo(PauseJobRequest.parseFrom(missing));
        assertThat(Integer.toUnsignedLong(PauseJobRequest.parseFrom(later).getVersion()))
                .isEqualTo(0xFFFF_FFFFL);
        assertThat(PauseJobRequest.parseFrom(later).toByteArray()).isEqualTo(later);
    }

    @Test
    void going_back_to_version_2_is_not_speaking_version_2() throws Exception {
        var sent = Wire.message().text(1, "checkout").text(2, "2").text(4, "too slow").done();
        var mistaken = Wire.message().text(1, "checkout").number(2, 1).done();

        assertThat(RollbackDeploymentRequest.parseFrom(sent).getVersion()).isEqualTo("2");
        assertThat(RollbackDeploymentRequest.parseFrom(sent).toByteArray()).isEqualTo(sent);
        // A client that takes the field for the interface's version names no version to go back to.
        assertThat(RollbackDeploymentRequest.parseFrom(mistaken).getVersion()).isEmpty();
        assertThat(RollbackDeploymentRequest.parseFrom(mistaken).toByteArray()).isEqualTo(mistaken);
    }

    @Test
    void what_is_not_said_about_draining_means_no() throws Exception {
        var read = DrainNodeRequest.parseFrom(Wire.message().text(1, "core@host").done());

        assertThat(read.getIgnoreSystemJobs()).isFalse();
        assertThat(read.getWait()).isFalse();
        assertThat(read.getDryRun()).isFalse();
        assertThat(read.getDeadlineMs()).isZero();
    }

    @Test
    void the_order_of_fields_does_not_matter_and_the_last_one_counts() throws Exception {
        var sent = Wire.message().number(3, 1).number(1, 5).number(2, 1).number(1, 7).done();

        assertThat(ListJobsRequest.parseFrom(sent))
                .isEqualTo(
                        ListJobsRequest.newBuilder()
                                .setLimit(7)
                                .setIncludeTerminal(true)
                                .setVersion(1)
                                .build());
    }

    @Test
    void a_file_without_content_may_leave_its_content_out() throws Exception {
        var entry = Wire.message().text(1, "marker").done();
        var sent = Wire.message().text(1, "{}").bytes(2, entry).done();

        assertThat(SubmitJobRequest.parseFrom(sent).getPayloadsMap())
                .isEqualTo(Map.of("marker", ByteString.EMPTY));
    }

    @Test
    void a_question_without_fields_is_no_bytes_at_all() throws Exception {
        assertThat(GetSystemSummaryRequest.parseFrom(new byte[0]))
                .isEqualTo(GetSystemSummaryRequest.getDefaultInstance());
    }

    @Test
    void a_high_number_stays_behind_the_fields_before_it() {
        var answer =
                NetworkHandshakeResponse.newBuilder()
                        .setNodeName("core@host")
                        .setRuntimeMode("full")
                        .setGrpcPort(50051)
                        .setNetworkOnly(true)
                        .setVersion(1)
                        .build();

        assertThat(Wire.read(answer.toByteArray()))
                .isEqualTo(
                        List.of(
                                new Text(1, "core@host"),
                                new Text(2, "full"),
                                new Varint(4, 50051),
                                new Varint(10, 1),
                                new Varint(14, 1)));
    }

    @Test
    void broken_bytes_are_refused() {
        var whole = Wire.message().text(1, "hello-1").number(2, 1).done();
        var torn = Arrays.copyOf(whole, whole.length - 3);
        var noText = Wire.message().bytes(1, new byte[] {(byte) 0xC3, (byte) 0x28}).done();

        assertThatThrownBy(() -> PauseJobRequest.parseFrom(torn))
                .isInstanceOf(InvalidProtocolBufferException.class);
        assertThatThrownBy(() -> PauseJobRequest.parseFrom(noText))
                .isInstanceOf(InvalidProtocolBufferException.class)
                .hasMessageContaining("UTF-8");
    }

    private static String hex(Wire wire) {
        return HexFormat.of().formatHex(wire.done());
    }
}
