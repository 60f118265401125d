package mirrorneuron.server.grpc.console;

import static mirrorneuron.server.grpc.console.Parts.answer;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.function.Supplier;
import mirrorneuron.api.Backup;
import mirrorneuron.api.Backups;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RunId;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.codec.Requests;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.ext.ArchiveDocument;
import mirrorneuron.protocol.ext.ArchivePart;
import mirrorneuron.protocol.ext.ArchivesGrpc;
import mirrorneuron.protocol.ext.ConsoleAnswer;
import mirrorneuron.protocol.ext.ConsoleRequest;

/** Backups as archives that travel in parts. Safe from any thread. */
public final class ArchiveService extends ArchivesGrpc.ArchivesImplBase {

    private static final int PART_BYTES = 64 << 10;

    private final Supplier<Backups> backups;
    private final Carrier carrier;
    private final Path scratch;

    /**
     * @param backups asked for when the first call comes
     * @param scratch where archives lie while they travel; made when the first one does
     */
    public ArchiveService(Supplier<Backups> backups, Carrier carrier, Path scratch) {
        this.backups = backups;
        this.carrier = carrier;
        this.scratch = scratch;
    }

    // ---- out

    @Override
    public void export(ConsoleRequest request, StreamObserver<ArchivePart> to) {
        sent(
                to,
                () -> {
                    var question = Question.of(request);
                    JobId job = question.job();
                    return backups.get().export(job, Requests.exportOptions(question.options()));
                });
    }

    @Override
    public void pack(ArchiveDocument request, StreamObserver<ArchivePart> to) {
        sent(
                to,
                () -> {
                    var files = new HashMap<String, byte[]>();
                    request.getBundleFilesMap()
                            .forEach((path, bytes) -> files.put(path, bytes.toByteArray()));
                    return backups.get()
                            .of(Question.object("backup_json", request.getBackupJson()), files);
                });
    }

    private void sent(StreamObserver<ArchivePart> to, Supplier<Backup> made) {
        carrier.stream(
                to,
                reader -> {
                    carrier.operatorOnly();
                    try (var archive = new TravellingArchive(scratch)) {
                        JsonObject description;
                        try (var backup = made.get()) {
                            description = backup.description();
                            backups.get().writeZip(backup, archive.file());
                        }
                        send(archive.file(), description, reader);
                    }
                });
    }

    private static void send(
            Path archive, JsonObject description, Carrier.Reader<ArchivePart> reader)
            throws InterruptedException {
        var part = part(ByteString.EMPTY).setHeadJson(description.toString());
        try (InputStream in = Files.newInputStream(archive)) {
            while (reader.awaitReady()) {
                reader.send(part.build());
                var content = ByteString.copyFrom(in.readNBytes(PART_BYTES));
                if (content.isEmpty()) {
                    return;
                }
                part = part(content);
            }
        } catch (IOException failure) {
            throw new RuntimeUnavailableException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "Expected to read the backup, but: " + failure.getMessage(),
                    failure);
        }
    }

    private static ArchivePart.Builder part(ByteString content) {
        return ArchivePart.newBuilder().setContent(content).setVersion(Parts.VERSION);
    }

    // ---- in

    @Override
    public StreamObserver<ArchivePart> check(StreamObserver<ArchiveDocument> to) {
        return received(
                to,
                archive -> {
                    try (var backup = backups.get().readZip(archive.file())) {
                        var document =
                                ArchiveDocument.newBuilder()
                                        .setDescriptionJson(backup.description().toString())
                                        .setVersion(Parts.VERSION);
                        if (archive.head().bool("document").orElse(false)) {
                            document.setBackupJson(backup.toJson().toString());
                            backup.bundleFiles()
                                    .forEach(
                                            (path, bytes) ->
                                                    document.putBundleFiles(
                                                            path, ByteString.copyFrom(bytes)));
                        }
                        return document.build();
                    }
                });
    }

    @Override
    public StreamObserver<ArchivePart> restore(StreamObserver<ConsoleAnswer> to) {
        return received(
                to,
                archive -> {
                    var head = archive.head();
                    var mode = Requests.restoreMode(head);
                    try (var backup = backups.get().readZip(archive.file())) {
                        return answer(
                                backups.get()
                                        .restore(
                                                backup,
                                                mode,
                                                head.string("blueprint_id"),
                                                head.string("run_id").map(RunId::of))
                                        .toJson());
                    }
                });
    }

    /** What is done with an archive that is there as a whole. */
    @FunctionalInterface
    private interface Reading<A> {
        A of(TravellingArchive archive);
    }

    private <A> StreamObserver<ArchivePart> received(StreamObserver<A> to, Reading<A> reading) {
        var archive = new TravellingArchive(scratch);
        return carrier.collect(
                to,
                new Carrier.Collector<ArchivePart, A>() {
                    @Override
                    public void take(ArchivePart part) {
                        carrier.operatorOnly();
                        archive.append(part);
                    }

                    @Override
                    public A answer() {
                        carrier.operatorOnly();
                        archive.complete();
                        return reading.of(archive);
                    }

                    @Override
                    public void close() {
                        archive.close();
                    }
                });
    }
}
