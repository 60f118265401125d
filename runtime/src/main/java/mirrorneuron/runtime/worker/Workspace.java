package mirrorneuron.runtime.worker;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.manifest.AgentType;
import mirrorneuron.engine.manifest.Behaviour;

/**
 * The folder of one attempt: made, filled and removed again. Paths exist twice, as we see them and
 * as the command sees them; inside a sandbox they differ. For one thread.
 *
 * @param folder where it is
 * @param seenAt where the command sees it
 * @param workdir where the command starts, as we see it
 * @see "runtime contract, section 6.2; manifest contract, section 7.2"
 */
record Workspace(Path folder, Path seenAt, Path workdir) {

    static final String INPUT = "mirror_neuron_input.json";
    static final String MESSAGE = "mirror_neuron_message.json";
    static final String BODY = "mirror_neuron_body.bin";
    static final String CONTEXT = "mirror_neuron_context.json";
    static final String BODY_META = "mirror_neuron_body_meta.json";
    static final String CONFIG = "mirror_neuron_config.json";
    static final String RESULT = "mirror_neuron_result.json";

    /** A system lets no variable be much larger, and starts no command that would have one. */
    private static final int VARIABLE_BYTES_MAX = 64 * 1024;

    private static final String WORKFLOW = "mn.workflow.";

    /** A path in the workspace as the command sees it. */
    String seen(String name) {
        return seenAt + "/" + name;
    }

    /** The working directory as the command sees it. */
    String seenWorkdir() {
        return workdir.startsWith(folder)
                ? seenAt.resolve(folder.relativize(workdir)).toString()
                : workdir.toString();
    }

    /** Where a path is that the command would name, from its working directory. */
    Path real(String path) {
        var seen = Path.of(seenWorkdir()).resolve(path).normalize();
        return seen.startsWith(seenAt) ? folder.resolve(seenAt.relativize(seen)) : seen;
    }

    /**
     * Puts everything that a command finds in it into an empty folder.
     *
     * @param seenAt the path at which a sandbox shows it; empty = where it is
     * @param hostWorkdirs whether the working directory may be elsewhere on this machine
     */
    static Workspace stage(
            WorkerRequest request,
            Path folder,
            Optional<Path> seenAt,
            boolean hostWorkdirs,
            Instant now)
            throws StagingException, IOException {
        var executor = request.executor();
        for (var upload : executor.uploads()) {
            upload(request.payloads(), folder, upload, executor.sandboxUploadPath());
        }
        var workspace =
                new Workspace(
                        folder,
                        seenAt.orElse(folder),
                        workdir(executor, folder, seenAt.isEmpty() && hostWorkdirs));
        workspace.write(request, now);
        return workspace;
    }

    private void write(WorkerRequest request, Instant now) throws StagingException, IOException {
        var message = request.message();
        var body = BodyBytes.json(message.body());
        write(INPUT, body);
        write(BODY, BodyBytes.of(message, body));
        write(MESSAGE, Json.bytes(message.toJson()));
        write(CONTEXT, Json.bytes(context(request, now)));
        write(
                BODY_META,
                Json.bytes(
                        JsonObject.builder()
                                .put("content_type", message.contentType())
                                .put("content_encoding", message.contentEncoding())
                                .build()));
        if (holdsConfiguration(request)) {
            write(CONFIG, Json.bytes(request.configuration()));
        }
    }

    /** Whether the configuration is in a file of its own, because no variable would hold it. */
    static boolean holdsConfiguration(WorkerRequest request) {
        return !request.configuration().isEmpty()
                && Json.bytes(request.configuration()).length > VARIABLE_BYTES_MAX;
    }

    private void write(String name, byte[] bytes) throws IOException {
        Files.write(
                folder.resolve(name),
                bytes,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
    }

    private static JsonObject context(WorkerRequest request, Instant now) {
        return JsonObject.builder()
                .put("job_id", request.job().value())
                .put("agent_id", request.agent().value())
                .put("agent_type", AgentType.EXECUTOR.wire())
                .put("template_type", request.template().wire())
                .put("agent_state", request.agentState())
                .put("workflow", workflow(request))
                .put("timestamp", Timestamps.format(now))
                .build();
    }

    /**
     * What the workflow stamped on the message, without the prefix, and what it says beside; null
     * outside of workflows.
     */
    private static JsonValue workflow(WorkerRequest request) {
        var workflow = JsonObject.builder().putAll(request.workflow());
        request.message()
                .headers()
                .forEach(
                        (name, value) -> {
                            if (name.startsWith(WORKFLOW)) {
                                workflow.put(name.substring(WORKFLOW.length()), value);
                            }
                        });
        var found = workflow.build();
        return found.isEmpty() ? JsonNull.NULL : found;
    }

    /**
     * What the command wrote to its result file; empty when there is none that can be read.
     *
     * @param bytesMax a larger file is not read
     */
    Optional<byte[]> resultFile(long bytesMax) throws IOException {
        var file = folder.resolve(RESULT);
        try {
            // Not through a link: the file is the command's, and we may read what it may not.
            var attributes =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile() || attributes.size() > bytesMax) {
                return Optional.empty();
            }
            try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.of(in.readNBytes(Math.toIntExact(bytesMax)));
            }
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    private static void upload(
            Path payloads, Path folder, Behaviour.Upload upload, String uploadPath)
            throws StagingException, IOException {
        var source = inside(payloads, upload.source(), "upload.source");
        var target = inside(folder, mapped(upload.target(), uploadPath), "upload.target");
        if (!Files.exists(source, LinkOption.NOFOLLOW_LINKS)) {
            throw new StagingException("upload.source_missing: " + upload.source());
        }
        if (!source.toRealPath().startsWith(payloads.toRealPath())) {
            throw new StagingException("upload.source_outside: " + upload.source());
        }
        Files.createDirectories(target.equals(folder) ? target : target.getParent());
        Files.walkFileTree(
                source,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) throws IOException {
                        Files.createDirectories(to(directory));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (!attributes.isRegularFile()) {
                            throw new RefusedFileException(payloads.relativize(file).toString());
                        }
                        Files.copy(
                                file,
                                to(file),
                                StandardCopyOption.REPLACE_EXISTING,
                                LinkOption.NOFOLLOW_LINKS);
                        return FileVisitResult.CONTINUE;
                    }

                    private Path to(Path path) {
                        var relative = source.relativize(path).toString();
                        return relative.isEmpty() ? target : target.resolve(relative);
                    }
                });
    }

    /** An absolute target below the upload path, or below its first folder, means the workspace. */
    private static String mapped(String path, String uploadPath) {
        if (path.equals(uploadPath)) {
            return ".";
        }
        if (path.startsWith(uploadPath + "/")) {
            return path.substring(uploadPath.length() + 1);
        }
        return path.startsWith("/sandbox/") ? path.substring("/sandbox/".length()) : path;
    }

    private static Path inside(Path root, String path, String what) throws StagingException {
        var text = path.replace('\\', '/');
        var resolved = text.indexOf('\0') >= 0 ? root : root.resolve(text).normalize();
        boolean safe =
                !text.isBlank()
                        && !text.startsWith("/")
                        && text.indexOf('\0') < 0
                        && !List.of(text.split("/")).contains("..")
                        && resolved.startsWith(root);
        if (!safe) {
            throw new StagingException(
                    what + "_unsafe: \"" + path + "\" (expected: a relative path without ..)");
        }
        return resolved;
    }

    private static Path workdir(Behaviour.Executor executor, Path folder, boolean hostWorkdirs)
            throws StagingException, IOException {
        var wish = executor.workdir().filter(path -> !path.isBlank());
        if (wish.isEmpty()) {
            return folder;
        }
        var mapped = mapped(wish.get(), executor.sandboxUploadPath());
        if (mapped.startsWith("/")) {
            if (hostWorkdirs && Files.isDirectory(Path.of(mapped))) {
                return Path.of(mapped);
            }
            throw new StagingException("workdir: " + mapped + " (expected: inside the workspace)");
        }
        var workdir = inside(folder, mapped, "workdir");
        Files.createDirectories(workdir);
        return workdir;
    }

    /** A link, a device or a pipe among the payloads. */
    static final class RefusedFileException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedFileException(String path) {
            super("upload.not_a_file: " + path + " (expected: a file or a folder)");
        }
    }
}
