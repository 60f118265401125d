package mirrorneuron.runtime.simulation;

import java.util.Map;
import java.util.TreeMap;

/** Which cells of which table a run has been to, and how often. */
final class Visits {

    private final TreeMap<String, Long> cells = new TreeMap<>();

    void visit(String table, String cell) {
        cells.merge(table + ": " + cell, 1L, Long::sum);
    }

    void add(Map<String, Long> others) {
        others.forEach((cell, times) -> cells.merge(cell, times, Long::sum));
    }

    Map<String, Long> counts() {
        return Map.copyOf(cells);
    }
}
