package mirrorneuron.server.http;

import java.util.Optional;
import java.util.regex.Pattern;
import mirrorneuron.api.ErrorCode;

/**
 * The part of a file that a request asks for.
 *
 * @param last of the part's last byte, inclusive
 */
record ByteRange(long first, long last) {

    private static final Pattern SINGLE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    long length() {
        return last - first + 1;
    }

    /**
     * The part; empty when the whole file is to be served, which is also the answer to ranges that
     * this server does not know, such as several at once.
     *
     * @throws HttpFailure 416 when the part lies behind the file's end
     */
    static Optional<ByteRange> of(Optional<String> header, long size) {
        var match = SINGLE.matcher(header.orElse("").strip());
        if (!match.matches() || (match.group(1).isEmpty() && match.group(2).isEmpty())) {
            return Optional.empty();
        }
        long first;
        long last = size - 1;
        if (match.group(1).isEmpty()) {
            first = Math.max(0, size - Long.parseLong(match.group(2)));
        } else {
            first = Long.parseLong(match.group(1));
            if (!match.group(2).isEmpty()) {
                last = Math.min(last, Long.parseLong(match.group(2)));
            }
        }
        if (first >= size || first > last) {
            throw HttpFailure.of(
                            ErrorCode.RANGE_NOT_SATISFIABLE,
                            "Expected a range within " + size + " bytes, but it is " + header.get())
                    .withHeader("Content-Range", "bytes */" + size);
        }
        return Optional.of(new ByteRange(first, last));
    }
}
