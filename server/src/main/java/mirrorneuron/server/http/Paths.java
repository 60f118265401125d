package mirrorneuron.server.http;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.ErrorCode;

/** Splits a path into its decoded segments. A slash at the end counts for nothing. */
final class Paths {

    private Paths() {}

    static List<String> segments(String raw) {
        var segments = new ArrayList<String>();
        for (var part : raw.split("/", -1)) {
            segments.add(
                    PercentText.decode(part)
                            .orElseThrow(
                                    () ->
                                            HttpFailure.of(
                                                    ErrorCode.INVALID_ID,
                                                    "path segment \""
                                                            + Problem.shown(part)
                                                            + "\" (expected: percent-encoded"
                                                            + " UTF-8)")));
        }
        segments.removeFirst();
        if (!segments.isEmpty() && segments.getLast().isEmpty()) {
            segments.removeLast();
        }
        return segments;
    }
}
