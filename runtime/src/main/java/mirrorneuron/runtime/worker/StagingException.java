package mirrorneuron.runtime.worker;

/** A workspace could not be prepared; the message is for people and names no folder of ours. */
final class StagingException extends Exception {

    StagingException(String message) {
        super(message);
    }
}
