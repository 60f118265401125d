package mirrorneuron.runtime.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What happened, line by line: the newest lines for people, a hash of all of them for machines. */
final class Trace {

    private static final int LINES_MAX = 400;
    private static final long PRIME = 0x100000001b3L;

    private final Scheduler time;
    private final boolean printed;
    private final Deque<String> lines = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L;
    private long count;

    Trace(Scheduler time, boolean printed) {
        this.time = time;
        this.printed = printed;
    }

    void add(String what) {
        var line = (time.millis() - Scheduler.START_MS) + " " + what;
        for (int i = 0; i < line.length(); i++) {
            hash = (hash ^ line.charAt(i)) * PRIME;
        }
        count++;
        lines.addLast(line);
        if (lines.size() > LINES_MAX) {
            lines.removeFirst();
        }
        if (printed) {
            System.out.println(line);
        }
    }

    /** FNV-1a over every line. */
    long hash() {
        return hash;
    }

    long count() {
        return count;
    }

    List<String> newest(int limit) {
        var all = List.copyOf(lines);
        return all.subList(Math.max(0, all.size() - limit), all.size());
    }
}
