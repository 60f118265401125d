package mirrorneuron.protocol;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import mirrorneuron.protocol.Tables.Call;
import mirrorneuron.protocol.Tables.Field;
import mirrorneuron.protocol.Tables.KnownCall;
import mirrorneuron.protocol.cluster.ClusterServiceGrpc;
import mirrorneuron.protocol.ext.ArchivesGrpc;
import mirrorneuron.protocol.ext.ConsoleGrpc;
import mirrorneuron.protocol.ext.RuntimeExtensionsGrpc;
import mirrorneuron.protocol.job.JobServiceGrpc;
import mirrorneuron.protocol.observability.ObservabilityServiceGrpc;
import mirrorneuron.protocol.operations.OperationsServiceGrpc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is compiled is what clients were compiled against: nothing is missing, nothing is extra. */
class DescriptorTest {

    private static final List<ServiceDescriptor> STUBS =
            List.of(
                    JobServiceGrpc.getServiceDescriptor(),
                    ClusterServiceGrpc.getServiceDescriptor(),
                    ObservabilityServiceGrpc.getServiceDescriptor(),
                    OperationsServiceGrpc.getServiceDescriptor(),
                    RuntimeExtensionsGrpc.getServiceDescriptor(),
                    ConsoleGrpc.getServiceDescriptor(),
                    ArchivesGrpc.getServiceDescriptor());

    static List<FileDescriptor> files() {
        return Tables.FILES;
    }

    @Test
    void every_file_is_compared() throws IOException {
        var sources = Path.of("src/main/proto");
        try (var files = Files.walk(sources)) {
            assertThat(files.filter(Files::isRegularFile).map(sources::relativize))
                    .extracting(Path::toString)
                    .containsExactlyInAnyOrderElementsOf(
                            Tables.FILES.stream().map(FileDescriptor::getName).toList());
        }
    }

    @Test
    void every_field_has_its_number_name_type_and_label() {
        var compiled =
                Tables.FILES.stream()
                        .flatMap(file -> file.getMessageTypes().stream())
                        .flatMap(message -> message.getFields().stream())
                        .map(DescriptorTest::row)
                        .toList();

        assertThat(compiled).containsExactlyInAnyOrderElementsOf(Tables.fields());
    }

    @Test
    void every_call_has_its_service_name_and_messages() {
        var compiled =
                Tables.FILES.stream()
                        .flatMap(file -> file.getServices().stream())
                        .flatMap(service -> service.getMethods().stream())
                        .map(DescriptorTest::row)
                        .toList();

        assertThat(compiled)
                .containsExactlyInAnyOrderElementsOf(
                        Tables.calls().stream().map(KnownCall::call).toList());
    }

    @Test
    void every_call_is_reached_under_its_path() {
        var expected =
                Tables.calls().stream()
                        .map(KnownCall::call)
                        .map(call -> "/%s/%s %s".formatted(call.service(), call.name(), type(call)))
                        .toList();

        assertThat(STUBS)
                .flatExtracting(service -> List.copyOf(service.getMethods()))
                .extracting(call -> "/" + call.getFullMethodName() + " " + call.getType())
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void no_message_is_without_fields_and_none_is_unused() {
        var messages =
                Tables.FILES.stream()
                        .flatMap(file -> file.getMessageTypes().stream())
                        .map(Descriptor::getFullName);

        assertThat(messages)
                .containsExactlyInAnyOrderElementsOf(
                        Tables.calls().stream()
                                .map(KnownCall::call)
                                .flatMap(call -> Stream.of(call.request(), call.answer()))
                                .distinct()
                                .toList())
                .containsExactlyInAnyOrderElementsOf(
                        Tables.fields().stream().map(Field::message).distinct().toList());
    }

    @Test
    void the_services_have_as_many_calls_as_were_agreed() {
        assertThat(count("job")).isEqualTo(Map.of("april", 6L, "july", 22L, "later", 1L));
        assertThat(count("cluster")).isEqualTo(Map.of("april", 1L, "july", 13L, "relay", 8L));
        assertThat(count("observability")).isEqualTo(Map.of("april", 1L));
        assertThat(count("operations")).isEqualTo(Map.of("july", 3L));
        assertThat(count("ext")).isEqualTo(Map.of("ours", 59L));
        assertThat(Tables.calls())
                .filteredOn(known -> Set.of("april", "july", "later").contains(known.since()))
                .hasSize(47);
    }

    /**
     * Presence, enumerations, choices and nested types would all change what goes over the wire, or
     * what a client has to know to read it.
     */
    @ParameterizedTest
    @MethodSource("files")
    void files_are_plain(FileDescriptor file) {
        assertThat(file.toProto().getSyntax()).isEqualTo("proto3");
        assertThat(file.getEnumTypes()).isEmpty();
        assertThat(file.getExtensions()).isEmpty();
        assertThat(file.getMessageTypes())
                .allSatisfy(
                        message -> {
                            assertThat(message.getEnumTypes()).isEmpty();
                            assertThat(message.getOneofs()).isEmpty();
                            assertThat(message.getNestedTypes())
                                    .allMatch(type -> type.getOptions().getMapEntry());
                            assertThat(message.getFields()).noneMatch(FieldDescriptor::hasPresence);
                        });
    }

    @ParameterizedTest
    @MethodSource("files")
    void files_say_where_their_classes_go(FileDescriptor file) {
        var concept = file.getPackage().split("\\.")[1];

        assertThat(file.getName()).startsWith(file.getPackage().replace('.', '/') + "/");
        assertThat(file.getOptions().getJavaPackage())
                .isEqualTo("mirrorneuron.protocol." + concept);
        assertThat(file.getOptions().getJavaMultipleFiles()).isTrue();
    }

    private static Field row(FieldDescriptor field) {
        if (field.isMapField()) {
            var entry = field.getMessageType();
            var type = type(entry.findFieldByNumber(1)) + ", " + type(entry.findFieldByNumber(2));
            return row(field, type, "map");
        }
        return row(field, type(field), field.isRepeated() ? "list" : "single");
    }

    private static Field row(FieldDescriptor field, String type, String label) {
        var message = field.getContainingType().getFullName();
        return new Field(message, field.getNumber(), field.getName(), type, label);
    }

    private static String type(FieldDescriptor field) {
        return field.getType().name().toLowerCase(Locale.ROOT);
    }

    private static Call row(MethodDescriptor call) {
        return new Call(
                call.getService().getFullName(),
                call.getName(),
                call.getInputType().getFullName(),
                call.getOutputType().getFullName(),
                call.isClientStreaming(),
                call.isServerStreaming());
    }

    private static MethodType type(Call call) {
        if (call.asksMany()) {
            return call.answersMany() ? MethodType.BIDI_STREAMING : MethodType.CLIENT_STREAMING;
        }
        return call.answersMany() ? MethodType.SERVER_STREAMING : MethodType.UNARY;
    }

    private static Map<String, Long> count(String concept) {
        return Tables.calls().stream()
                .filter(known -> known.call().service().startsWith("mirrorneuron." + concept))
                .collect(groupingBy(KnownCall::since, counting()));
    }
}
