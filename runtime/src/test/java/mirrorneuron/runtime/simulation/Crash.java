package mirrorneuron.runtime.simulation;

/**
 * The process is gone in the middle of what it did. Not an exception that anybody may handle: code
 * that catches it all the same belongs to a dead process, and nothing it does reaches anyone.
 */
final class Crash extends Error {

    private static final long serialVersionUID = 1L;

    Crash(String moment) {
        super(moment, null, false, false);
    }
}
