package mirrorneuron.runtime.simulation;

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
        long virtualMs) {

    static final Counters NONE = new Counters(0, 0, 0, 0, 0, 0, 0, 0, 0);

    Counters plus(Counters more) {
        return new Counters(
                seeds + more.seeds,
                crashes + more.crashes,
                commits + more.commits,
                jobs + more.jobs,
                messages + more.messages,
                deadLetters + more.deadLetters,
                commands + more.commands,
                doubledResults + more.doubledResults,
                virtualMs + more.virtualMs);
    }

    @Override
    public String toString() {
        return "simulation: seeds %d, crashes %d, commits %d, jobs %d, messages %d, dead letters %d, commands %d, doubled results %d, virtual hours %.1f"
                .formatted(
                        seeds,
                        crashes,
                        commits,
                        jobs,
                        messages,
                        deadLetters,
                        commands,
                        doubledResults,
                        virtualMs / 3_600_000.0);
    }
}
