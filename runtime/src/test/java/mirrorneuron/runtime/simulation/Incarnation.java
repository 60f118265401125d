package mirrorneuron.runtime.simulation;

import java.nio.file.Path;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.runtime.job.Bodies;
import mirrorneuron.runtime.job.JobActor;
import mirrorneuron.runtime.job.JobLoader;
import mirrorneuron.runtime.job.LocalJobs;

/**
 * One life of the runtime, put together as the shipped composition root does it, over a simulated
 * disk and outside. When it dies, everything it held in memory is gone and nothing it still does is
 * heard.
 */
final class Incarnation {

    static final String NODE = "sim@local";

    private final World world;
    private final int number;
    private final LocalJobs jobs;
    private final BundleLibrary library;
    private final JobLoader loader;
    private final SimulatedOutside outside;
    private boolean alive = true;

    Incarnation(World world, int number) {
        this.world = world;
        this.number = number;
        var store = world.sabotage().store(world.disk().openedBy(this), world);
        var bodies = new Bodies(store.blobs());
        this.library = new BundleLibrary(store, Path.of("never-laid-out"), ManifestLimits.DEFAULT);
        this.loader = new JobLoader(store, library);
        this.outside = new SimulatedOutside(world, this);
        var seenByJobs = world.sabotage().outside(outside, world);
        this.jobs =
                new LocalJobs(
                        loader,
                        NODE,
                        (_, _) -> {},
                        _ -> Long.MAX_VALUE,
                        listener ->
                                new JobActor.Surroundings(
                                        store,
                                        seenByJobs,
                                        bodies,
                                        world.wallClock(),
                                        listener,
                                        this::soon,
                                        world.snapshotBytesMin(),
                                        world.eventsMax()));
        var unfinished = store.unfinished().stream().sorted().toList();
        world.trace().add("process " + number + " starts with " + unfinished);
        var _ = jobs.takeUpAll(unfinished).thenRun(this::report);
    }

    private void report() {
        jobs.problems().forEach(problem -> world.trace().add("problem: " + problem));
    }

    private void soon(Runnable turn) {
        later(world.chance().nextInt(3), turn);
    }

    /** Runs an action later, if the process still lives then. */
    mirrorneuron.runtime.job.Outside.Cancellable later(long delayMs, Runnable action) {
        return world.time().after(delayMs, () -> alive, action);
    }

    boolean alive() {
        return alive;
    }

    void mustLive() {
        if (!alive) {
            throw new Crash("process " + number + " is dead");
        }
    }

    /** Ends the process at this very point of its code. */
    void die(String moment) {
        kill(moment);
        throw new Crash(moment);
    }

    /** Ends the process between two things it does. */
    void kill(String moment) {
        alive = false;
        world.trace().add("process " + number + " dies " + moment);
        outside.processDied();
        world.processDied();
    }

    LocalJobs jobs() {
        return jobs;
    }

    BundleLibrary library() {
        return library;
    }

    JobLoader loader() {
        return loader;
    }

    SimulatedOutside outside() {
        return outside;
    }
}
