package mirrorneuron.server.http;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.util.Native;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How an answer may be compressed for the way, the better one first. Safe from any thread. */
enum ContentCoding {
    /** About as small as {@link #GZIP}, for a tenth of the time. */
    ZSTD("zstd") {
        @Override
        boolean works() {
            return NativeZstd.LOADED;
        }

        @Override
        byte[] compress(byte[] body) {
            return Zstd.compress(body, ZSTD_LEVEL);
        }
    },
    GZIP("gzip") {
        @Override
        boolean works() {
            return true;
        }

        @Override
        byte[] compress(byte[] body) {
            var bytes = new ByteArrayOutputStream(body.length / 4);
            try (var gzip = new GZIPOutputStream(bytes, GZIP_BUFFER_BYTES)) {
                gzip.write(body);
            } catch (IOException impossible) {
                throw new UncheckedIOException("memory can be written", impossible);
            }
            return bytes.toByteArray();
        }
    };

    private static final Logger LOG = LoggerFactory.getLogger(ContentCoding.class);

    /** The library's own choice between time and size. */
    private static final int ZSTD_LEVEL = 3;

    private static final int GZIP_BUFFER_BYTES = 64 << 10;

    /** RFC 9110, section 12.4.2: from 0 to 1 with up to three digits. */
    private static final Pattern WEIGHT = Pattern.compile("q=(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?)");

    private final String coding;

    ContentCoding(String coding) {
        this.coding = coding;
    }

    /** What {@code Accept-Encoding} and {@code Content-Encoding} call it. */
    String coding() {
        return coding;
    }

    /** False where this machine cannot do it. */
    abstract boolean works();

    /** The whole body, compressed. */
    abstract byte[] compress(byte[] body);

    /**
     * The coding that a client weighs highest; of equal ones the first in our own order. Empty when
     * it takes none of ours, or weighs {@code identity} higher than those. A member of the header
     * that cannot be read counts for nothing.
     *
     * @param acceptEncoding the value of the header
     */
    static Optional<ContentCoding> best(String acceptEncoding) {
        var weights = weights(acceptEncoding);
        var others = weights.getOrDefault("*", 0.0);
        Optional<ContentCoding> best = Optional.empty();
        double most = weights.getOrDefault("identity", 0.0);
        for (var candidate : values()) {
            double weight = weights.getOrDefault(candidate.coding, others);
            boolean better = best.isPresent() ? weight > most : weight >= most;
            if (weight > 0 && better && candidate.works()) {
                best = Optional.of(candidate);
                most = weight;
            }
        }
        return best;
    }

    private static Map<String, Double> weights(String acceptEncoding) {
        var weights = new HashMap<String, Double>();
        for (var member : acceptEncoding.toLowerCase(Locale.ROOT).split(",")) {
            int semicolon = member.indexOf(';');
            var name = (semicolon < 0 ? member : member.substring(0, semicolon)).strip();
            if (semicolon < 0) {
                weights.put(name, 1.0);
                continue;
            }
            var weight = WEIGHT.matcher(member.substring(semicolon + 1).replace(" ", ""));
            if (weight.matches()) {
                weights.put(name, Double.valueOf(weight.group(1)));
            }
        }
        return weights;
    }

    /** Loaded for the first client that wants it: most servers never need it. */
    private static final class NativeZstd {

        static final boolean LOADED = load();

        private static boolean load() {
            try {
                Native.load();
                return true;
            } catch (UnsatisfiedLinkError | RuntimeException absent) {
                LOG.info("answers are not compressed with zstd here: {}", absent.getMessage());
                return false;
            }
        }
    }
}
