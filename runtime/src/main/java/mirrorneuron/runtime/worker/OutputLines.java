package mirrorneuron.runtime.worker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.StructuredResults;

/**
 * The stdout of one command while it is printed: signs of life and incremental results are handed
 * on at once, the rest is kept up to a bound. For one thread.
 */
final class OutputLines {

    static final String BEACON_PREFIX = "__MN_AGENT_BEACON__";

    private static final byte[] BEACON = BEACON_PREFIX.getBytes(US_ASCII);
    private static final byte[] INCREMENT = "\"mn\"".getBytes(US_ASCII);
    private static final List<String> RESULT_START =
            List.of("__MN_RESULT_START__", "__MIRROR_NEURON_RESULT_START__");
    private static final List<String> RESULT_END =
            List.of("__MN_RESULT_END__", "__MIRROR_NEURON_RESULT_END__");

    /** Who hears of lines that are more than output; texts are redacted. */
    interface Listener {
        void onBeacon(String text);

        void onIncrement(StructuredResult increment);
    }

    /** Where a line stands between the marks that separate a result from a sandbox's noise. */
    private enum Bracket {
        NONE,
        INSIDE,
        CLOSED
    }

    private final Bytes kept = new Bytes();
    private final Bytes line = new Bytes();
    private final long bytesMax;
    private final Secrets secrets;
    private final Listener listener;
    private Bracket bracket = Bracket.NONE;
    private boolean overflown;

    OutputLines(long bytesMax, Secrets secrets, Listener listener) {
        this.bytesMax = bytesMax;
        this.secrets = secrets;
        this.listener = listener;
    }

    /** Takes the next bytes; after an overflow they are dropped. */
    void add(byte[] bytes, int count) {
        int from = 0;
        for (int i = 0; i < count && !overflown; i++) {
            if (bytes[i] == '\n') {
                line.write(bytes, from, i + 1 - from);
                endLine();
                from = i + 1;
            }
        }
        if (!overflown) {
            line.write(bytes, from, count - from);
            // A line without end counts too, or it would be a way around the bound.
            overflown = (long) kept.size() + line.size() > bytesMax;
        }
    }

    /** Says that nothing more comes; a last line without a line break is a line. */
    void end() {
        if (line.size() > 0 && !overflown) {
            endLine();
        }
    }

    boolean isOverflown() {
        return overflown;
    }

    /** What was kept, decoded with replacement and redacted. */
    String text() {
        if (!overflown) {
            return secrets.hide(kept.text(0, kept.size()));
        }
        kept.write(
                line.bytes(), 0, (int) Math.min(line.size(), Math.max(0, bytesMax - kept.size())));
        var text = secrets.hide(kept.text(0, kept.size()));
        // The cut may have gone through a secret, whose first half nobody would recognise.
        return text.substring(0, Math.max(0, text.length() - secrets.lengthMax()));
    }

    private void endLine() {
        if (line.startsWith(BEACON)) {
            listener.onBeacon(secrets.hide(line.text(BEACON.length, line.size()).strip()));
        } else if (!isIncrement() && !isBracket() && bracket != Bracket.CLOSED) {
            if ((long) kept.size() + line.size() > bytesMax) {
                overflown = true;
                return;
            }
            kept.write(line.bytes(), 0, line.size());
        }
        line.reset();
    }

    private boolean isIncrement() {
        if (!line.opensObject() || !line.contains(INCREMENT)) {
            return false;
        }
        var increment = StructuredResults.ofLine(secrets.hide(line.text(0, line.size())));
        increment.ifPresent(listener::onIncrement);
        return increment.isPresent();
    }

    private boolean isBracket() {
        if (line.size() > 64 || line.size() < 2 || line.bytes()[0] != '_') {
            return false;
        }
        var text = line.text(0, line.size()).strip();
        if (bracket == Bracket.NONE && RESULT_START.contains(text)) {
            bracket = Bracket.INSIDE;
            kept.reset();
            return true;
        }
        if (bracket == Bracket.INSIDE && RESULT_END.contains(text)) {
            bracket = Bracket.CLOSED;
            return true;
        }
        return false;
    }

    /** A growing array that can be looked into without a copy. */
    private static final class Bytes extends ByteArrayOutputStream {

        private byte[] bytes() {
            return buf;
        }

        private String text(int from, int to) {
            return new String(buf, from, to - from, UTF_8);
        }

        private boolean startsWith(byte[] prefix) {
            if (count < prefix.length) {
                return false;
            }
            for (int i = 0; i < prefix.length; i++) {
                if (buf[i] != prefix[i]) {
                    return false;
                }
            }
            return true;
        }

        private boolean opensObject() {
            int i = 0;
            while (i < count && (buf[i] == ' ' || buf[i] == '\t')) {
                i++;
            }
            return i < count && buf[i] == '{';
        }

        private boolean contains(byte[] part) {
            for (int i = 0; i <= count - part.length; i++) {
                int j = 0;
                while (j < part.length && buf[i + j] == part[j]) {
                    j++;
                }
                if (j == part.length) {
                    return true;
                }
            }
            return false;
        }
    }
}
