package mirrorneuron.runtime.run;

/** A runtime that lets the runs of its jobs be read. */
public interface RunAccess {

    /** The reads of this runtime's runs, safe from any thread. */
    Runs runs();
}
