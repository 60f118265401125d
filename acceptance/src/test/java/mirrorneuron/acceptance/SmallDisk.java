package mirrorneuron.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A file system of its own for a home; a test is left out where this user may not mount one. */
final class SmallDisk implements AutoCloseable {

    private static final int CHUNK_BYTES = 64 * 1_024;
    private static final int LEFT_BYTES_MAX = 4_096;

    private final Path at;
    private final Path ballast;

    private SmallDisk(Path at) {
        this.at = at;
        this.ballast = at.resolve("ballast");
    }

    static SmallDisk inMemory(Path at, int mib) throws Exception {
        Files.createDirectories(at);
        mounted("mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "tmpfs", at.toString());
        return new SmallDisk(at);
    }

    /**
     * A file system that the kernel takes away when its disk fails.
     *
     * @param image becomes its disk
     */
    static SmallDisk ofImage(Path image, Path at, int mib) throws Exception {
        Files.createDirectories(at);
        if (!Files.exists(image)) {
            try (var file = new java.io.RandomAccessFile(image.toFile(), "rw")) {
                file.setLength((long) mib << 20);
            }
            mounted("mkfs.ext4", "-q", "-F", image.toString());
        }
        mounted("mount", "-o", "loop", image.toString(), at.toString());
        return new SmallDisk(at);
    }

    private static void mounted(String... command) throws Exception {
        assumeTrue(ran(command), "this user may not mount: " + String.join(" ", command));
    }

    private static boolean ran(String... command) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(List.of(command))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError(List.of(command) + " did not end");
        }
        return process.exitValue() == 0;
    }

    /** Leaves no room. */
    void fill() throws IOException {
        try (var out = Files.newOutputStream(ballast)) {
            write(out, CHUNK_BYTES);
            write(out, LEFT_BYTES_MAX);
        }
    }

    private static void write(OutputStream out, int bytes) {
        try {
            while (true) {
                out.write(new byte[bytes]);
            }
        } catch (IOException full) {
            // That is what it is for.
        }
    }

    void makeRoom() throws IOException {
        Files.delete(ballast);
    }

    /** What the kernel does when it cannot write to a disk: nobody can, open files included. */
    void becomeReadOnly() throws Exception {
        // A plain remount is refused while a file is open for writing.
        mounted("mount", "-o", "remount,abort", at.toString());
    }

    @Override
    public void close() throws Exception {
        ran("umount", "-l", at.toString());
    }
}
