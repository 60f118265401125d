package mirrorneuron.protocol;

import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import mirrorneuron.protocol.cluster.ClusterProto;
import mirrorneuron.protocol.cluster.RelayProto;
import mirrorneuron.protocol.cluster.ResourceProto;
import mirrorneuron.protocol.ext.ArchivesProto;
import mirrorneuron.protocol.ext.ConsoleProto;
import mirrorneuron.protocol.ext.ExtProto;
import mirrorneuron.protocol.job.DeploymentProto;
import mirrorneuron.protocol.job.JobProto;
import mirrorneuron.protocol.job.ScheduleProto;
import mirrorneuron.protocol.observability.ObservabilityProto;
import mirrorneuron.protocol.operations.OperationsProto;

/** What the protocol has to be, read from two tables, and the files that it is compiled from. */
final class Tables {

    static final List<FileDescriptor> FILES =
            List.of(
                    JobProto.getDescriptor(),
                    DeploymentProto.getDescriptor(),
                    ScheduleProto.getDescriptor(),
                    ClusterProto.getDescriptor(),
                    ResourceProto.getDescriptor(),
                    RelayProto.getDescriptor(),
                    ObservabilityProto.getDescriptor(),
                    OperationsProto.getDescriptor(),
                    ExtProto.getDescriptor(),
                    ConsoleProto.getDescriptor(),
                    ArchivesProto.getDescriptor());

    /** One line of {@code calls.txt}, with the types of both messages in full. */
    record Call(
            String service,
            String name,
            String request,
            String answer,
            boolean asksMany,
            boolean answersMany) {}

    /** A call and the clients that know it. */
    record KnownCall(Call call, String since) {}

    /** One line of {@code fields.txt}. */
    record Field(String message, int number, String name, String type, String label) {}

    private Tables() {}

    static List<KnownCall> calls() {
        return rows("calls.txt", 7)
                .map(
                        row -> {
                            var folder = row[0].substring(0, row[0].lastIndexOf('.') + 1);
                            var call =
                                    new Call(
                                            row[0],
                                            row[1],
                                            folder + row[2],
                                            folder + row[3],
                                            many(row[4]),
                                            many(row[5]));
                            return new KnownCall(call, row[6]);
                        })
                .toList();
    }

    static List<Field> fields() {
        return rows("fields.txt", 5)
                .map(row -> new Field(row[0], Integer.parseInt(row[1]), row[2], row[3], row[4]))
                .toList();
    }

    private static boolean many(String cell) {
        return switch (cell) {
            case "one" -> false;
            case "many" -> true;
            default -> throw new IllegalArgumentException(cell + " (expected: one or many)");
        };
    }

    private static Stream<String[]> rows(String resource, int columns) {
        var stream = Objects.requireNonNull(Tables.class.getResourceAsStream(resource), resource);
        try (var reader =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .map(line -> line.strip().split("\\s*\\|\\s*", -1))
                    .peek(
                            row -> {
                                if (row.length != columns) {
                                    throw new IllegalArgumentException(
                                            "%s: %s (expected: %d cells)"
                                                    .formatted(resource, List.of(row), columns));
                                }
                            })
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
