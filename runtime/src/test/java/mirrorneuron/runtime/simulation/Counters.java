package mirrorneuron.runtime.simulation;

import java.util.Map;
import java.util.TreeMap;

/** What some seeds went through together. */
record Counters(
        long seeds,
        long crashes,
        long commits,
        long jobs,
        long messages,
        long deadLetters,
        long commands,
        long doubledResults,
        long virtualMs,
        Map<String, Integer> explained,
        Map<String, Long> visited) {

    static final Counters NONE = new Counters(0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), Map.of());

    Counters plus(Counters more) {
        var explained = new TreeMap<>(this.explained);
        more.explained.forEach((cause, times) -> explained.merge(cause, times, Integer::sum));
        var visited = new Visits();
        visited.add(this.visited);
        visited.add(more.visited);
        return new Counters(
                seeds + more.seeds,
                crashes + more.crashes,
                commits + more.commits,
                jobs + more.jobs,
                messages + more.messages,
                deadLetters + more.deadLetters,
                commands + more.commands,
                doubledResults + more.doubledResults,
                virtualMs + more.virtualMs,
                explained,
                visited.counts());
    }

    @Override
    public String toString() {
        return "simulation: seeds %d, crashes %d, commits %d, jobs %d, messages %d, dead letters %d, commands %d, doubled results %d, virtual hours %.1f, explained %s"
                .formatted(
                        seeds,
                        crashes,
                        commits,
                        jobs,
                        messages,
                        deadLetters,
                        commands,
                        doubledResults,
                        virtualMs / 3_600_000.0,
                        explained);
    }
}
