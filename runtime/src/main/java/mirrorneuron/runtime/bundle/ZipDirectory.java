package mirrorneuron.runtime.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;

/**
 * Reads the table of contents of a zip file. The JDK's own reader hides what a member is (file,
 * folder, link), and reads the whole table before anybody can count; this one stops at the limit.
 *
 * <p>The layout is that of the .ZIP File Format Specification, sections 4.3.12 (central directory
 * header), 4.3.14 to 4.3.16 (its end, with and without Zip64).
 */
final class ZipDirectory {

    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int COMMENT_BYTES_MAX = 0xffff;
    private static final int ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
    private static final int ZIP64_LOCATOR_BYTES = 20;
    private static final int ZIP64_END_SIGNATURE = 0x06064b50;
    private static final int ZIP64_END_BYTES = 56;
    private static final int HEADER_SIGNATURE = 0x02014b50;
    private static final int HEADER_BYTES = 46;
    private static final int HOST_UNIX = 3;
    private static final int HOST_MACOS = 19;
    // Ten thousand names of the longest kind would fill the memory before anybody looked at one.
    private static final int NAME_BYTES_MAX = 4_096;
    private static final int FLAG_ENCRYPTED = 1;
    private static final int TYPE_MASK = 0xf000;
    private static final int TYPE_FILE = 0x8000;
    private static final int TYPE_FOLDER = 0x4000;
    private static final int EXECUTE_BITS = 0x49;

    private ZipDirectory() {}

    /**
     * One member.
     *
     * @param unixMode type and permission bits; 0 when the archive was not written on Unix
     */
    record Member(String name, boolean encrypted, int unixMode) {

        /** True when this is neither a file nor a folder: a link, a pipe, a device. */
        boolean isSpecial() {
            int type = unixMode & TYPE_MASK;
            return type != 0 && type != TYPE_FILE && type != TYPE_FOLDER;
        }

        boolean isFolder() {
            return name.endsWith("/") || name.endsWith("\\");
        }

        boolean isExecutable() {
            return (unixMode & EXECUTE_BITS) != 0;
        }
    }

    /**
     * The members.
     *
     * @param complete false when there were more than asked for
     */
    record Listing(List<Member> members, boolean complete) {}

    private record Span(long offset, long bytes, long entries) {}

    /**
     * @throws ZipException when the file is not a zip file, or a damaged one
     */
    static Listing read(Path file, int membersMax) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var span = find(channel);
            if (span.entries() > membersMax) {
                return new Listing(List.of(), false);
            }
            var members = new ArrayList<Member>();
            long at = span.offset();
            for (long i = 0; i < span.entries(); i++) {
                var header = bytes(channel, at, HEADER_BYTES);
                expect(header.getInt(0) == HEADER_SIGNATURE, "a central directory header", at);
                int nameBytes = Short.toUnsignedInt(header.getShort(28));
                int extraBytes = Short.toUnsignedInt(header.getShort(30));
                int commentBytes = Short.toUnsignedInt(header.getShort(32));
                expect(nameBytes <= NAME_BYTES_MAX, "a shorter name", at);
                var name = bytes(channel, at + HEADER_BYTES, nameBytes);
                int host = Byte.toUnsignedInt(header.get(5));
                boolean unix = host == HOST_UNIX || host == HOST_MACOS;
                members.add(
                        new Member(
                                StandardCharsets.UTF_8.decode(name).toString(),
                                (header.getShort(8) & FLAG_ENCRYPTED) != 0,
                                unix ? header.getInt(38) >>> 16 : 0));
                at += HEADER_BYTES + nameBytes + extraBytes + commentBytes;
            }
            return new Listing(members, true);
        }
    }

    private static Span find(FileChannel channel) throws IOException {
        long size = channel.size();
        expect(size >= END_BYTES, "a zip file", 0);
        int tailBytes = (int) Math.min(size, END_BYTES + COMMENT_BYTES_MAX);
        var tail = bytes(channel, size - tailBytes, tailBytes);
        for (int at = tailBytes - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == END_SIGNATURE
                    && at + END_BYTES + Short.toUnsignedInt(tail.getShort(at + 20)) == tailBytes) {
                long entries = Short.toUnsignedLong(tail.getShort(at + 10));
                long bytes = Integer.toUnsignedLong(tail.getInt(at + 12));
                long offset = Integer.toUnsignedLong(tail.getInt(at + 16));
                boolean zip64 =
                        entries == 0xffffL || bytes == 0xffff_ffffL || offset == 0xffff_ffffL;
                return zip64
                        ? findZip64(channel, size - tailBytes + at)
                        : new Span(offset, bytes, entries);
            }
        }
        throw new ZipException("Expected a zip file, but found no end of a central directory");
    }

    private static Span findZip64(FileChannel channel, long endAt) throws IOException {
        expect(endAt >= ZIP64_LOCATOR_BYTES, "a Zip64 locator", endAt);
        var locator = bytes(channel, endAt - ZIP64_LOCATOR_BYTES, ZIP64_LOCATOR_BYTES);
        expect(locator.getInt(0) == ZIP64_LOCATOR_SIGNATURE, "a Zip64 locator", endAt);
        long at = locator.getLong(8);
        var end = bytes(channel, at, ZIP64_END_BYTES);
        expect(end.getInt(0) == ZIP64_END_SIGNATURE, "a Zip64 end of directory", at);
        long entries = end.getLong(32);
        expect(entries >= 0, "a number of entries", at);
        return new Span(end.getLong(48), end.getLong(40), entries);
    }

    private static ByteBuffer bytes(FileChannel channel, long at, int count) throws IOException {
        expect(at >= 0 && at <= channel.size() - count, "more of a zip file", at);
        var buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {
            // A file that is cut while it is read leaves zeros, which no signature equals.
        }
        return buffer.position(0);
    }

    private static void expect(boolean condition, String what, long at) throws ZipException {
        if (!condition) {
            throw new ZipException("Expected " + what + " at byte " + at);
        }
    }
}
