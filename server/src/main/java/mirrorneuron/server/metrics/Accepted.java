package mirrorneuron.server.metrics;

import java.util.List;
import java.util.Locale;

/** Which of several types a caller likes best, by its {@code Accept} header. */
final class Accepted {

    private Accepted() {}

    /**
     * The offered type with the largest weight; of equal ones the first, and the first as well when
     * the caller takes none of them.
     *
     * @param header empty = anything
     * @param offered types without parameters
     */
    static String best(String header, List<String> offered) {
        var best = offered.getFirst();
        double most = 0;
        for (var type : offered) {
            double weight = weight(header, type);
            if (weight > most) {
                best = type;
                most = weight;
            }
        }
        return best;
    }

    /** The weight of the range that names the type most closely; 0 = not wanted. */
    private static double weight(String header, String type) {
        if (header.isBlank()) {
            return 1;
        }
        double weight = 0;
        int closest = 0;
        for (var item : header.toLowerCase(Locale.ROOT).split(",")) {
            var parts = item.split(";", -1);
            int close = closeness(parts[0].strip(), type);
            double given = quality(parts);
            // The same type may stand there in several versions: the best of them counts.
            if (close > closest || (close == closest && close > 0 && given > weight)) {
                closest = close;
                weight = given;
            }
        }
        return weight;
    }

    private static int closeness(String range, String type) {
        if (range.equals(type)) {
            return 3;
        }
        if (range.equals(type.substring(0, type.indexOf('/')) + "/*")) {
            return 2;
        }
        return range.equals("*/*") ? 1 : 0;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            var part = parts[i].replace(" ", "");
            if (part.startsWith("q=")) {
                try {
                    double quality = Double.parseDouble(part.substring(2));
                    return quality >= 0 && quality <= 1 ? quality : 0;
                } catch (NumberFormatException malformed) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
