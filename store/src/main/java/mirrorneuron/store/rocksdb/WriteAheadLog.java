package mirrorneuron.store.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * RocksDB's write-ahead log as files: blocks of 32 KiB, records with a checksum in front of each,
 * and one group of ours in one record or in one chain of first, middle and last records.
 *
 * <p>What tells a torn group from damage: a group is written only after the one before it was
 * synced, and so before anybody was told that its writes are safe. Bytes that were never synced can
 * therefore only belong to the last group of the last log. When a whole later group follows the
 * first bad byte, the bad bytes were safe once, and are damage.
 */
final class WriteAheadLog {

    private static final int BLOCK_BYTES = 32 * 1_024;
    private static final int HEADER_BYTES = 7; // checksum 4, length 2, type 1
    private static final byte FULL = 1;
    private static final byte FIRST = 2;
    private static final byte OTHER_TYPE_MAX = 11; // types that carry no group of ours
    private static final int CHECKSUM_MASK_DELTA = 0xa282ead8;

    private WriteAheadLog() {}

    /**
     * Puts on disk what an earlier process wrote but did not live to sync. It will be read now and
     * built upon, so it must not be lost later than what is built upon it.
     */
    static void sync(Path state) throws IOException {
        for (var log : logs(state)) {
            try (var channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
    }

    /** A group at the end of the log that is not whole. */
    record TornGroup(Path log, long offset, long bytes) {}

    /**
     * Looks at a log that RocksDB refuses.
     *
     * @return the torn last group when that is all that is wrong; empty when something else is
     */
    static Optional<TornGroup> tornGroup(Path state) throws IOException {
        var logs = new ArrayList<>(logs(state));
        logs.removeIf(log -> log.toFile().length() == 0);
        if (logs.isEmpty()) {
            return Optional.empty();
        }
        for (var log : logs.subList(0, logs.size() - 1)) {
            if (firstBad(Files.readAllBytes(log)).isPresent()) {
                return Optional.empty();
            }
        }
        var last = logs.getLast();
        var bytes = Files.readAllBytes(last);
        return firstBad(bytes)
                .filter(bad -> !isFollowedByGroup(bytes, bad))
                .map(bad -> new TornGroup(last, bad, bytes.length - bad));
    }

    private static List<Path> logs(Path state) throws IOException {
        try (var files = Files.list(state)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d+\\.log"))
                    .sorted(Comparator.comparing(file -> file.getFileName().toString()))
                    .toList();
        }
    }

    /** Where the first record with bad bytes begins; a record cut by the end is not bad. */
    private static Optional<Integer> firstBad(byte[] log) {
        int at = 0;
        while (at < log.length) {
            int rest = BLOCK_BYTES - at % BLOCK_BYTES;
            if (rest < HEADER_BYTES) {
                at += rest;
                continue;
            }
            int readable = Math.min(rest, log.length - at);
            boolean inLastBlock = log.length - at <= rest;
            if (inLastBlock
                    && (readable < HEADER_BYTES || HEADER_BYTES + length(log, at) > readable)) {
                return Optional.empty();
            }
            if (!isRecord(log, at)) {
                return Optional.of(at);
            }
            at += HEADER_BYTES + length(log, at);
        }
        return Optional.empty();
    }

    /**
     * True when a whole record that begins a group lies after the bad one. The bad record's length
     * may be bad too, so the rest of its block is searched byte by byte; every block begins with a
     * record, so from there on it is enough to follow them.
     */
    private static boolean isFollowedByGroup(byte[] log, int bad) {
        int blockEnd = Math.min(log.length, (bad / BLOCK_BYTES + 1) * BLOCK_BYTES);
        for (int at = bad + 1; at < blockEnd; at++) {
            if (beginsGroup(log, at)) {
                return true;
            }
        }
        for (int block = blockEnd; block < log.length; block += BLOCK_BYTES) {
            for (int at = block; isRecord(log, at); at += HEADER_BYTES + length(log, at)) {
                if (beginsGroup(log, at)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean beginsGroup(byte[] log, int at) {
        return at + HEADER_BYTES <= log.length
                && (log[at + 6] == FULL || log[at + 6] == FIRST)
                && isRecord(log, at);
    }

    private static boolean isRecord(byte[] log, int at) {
        if (at + HEADER_BYTES > log.length) {
            return false;
        }
        int length = length(log, at);
        int blockRest = BLOCK_BYTES - at % BLOCK_BYTES;
        byte type = log[at + 6];
        if (type < FULL
                || type > OTHER_TYPE_MAX
                || HEADER_BYTES + length > blockRest
                || at + HEADER_BYTES + length > log.length) {
            return false;
        }
        var checksum = new CRC32C();
        checksum.update(log, at + 6, 1 + length);
        return masked((int) checksum.getValue()) == littleEndian(log).getInt(at);
    }

    // A checksum of bytes that hold checksums is weak, so the stored one is turned and shifted.
    private static int masked(int checksum) {
        return Integer.rotateRight(checksum, 15) + CHECKSUM_MASK_DELTA;
    }

    private static int length(byte[] log, int at) {
        return littleEndian(log).getShort(at + 4) & 0xffff;
    }

    private static ByteBuffer littleEndian(byte[] log) {
        return ByteBuffer.wrap(log).order(ByteOrder.LITTLE_ENDIAN);
    }
}
