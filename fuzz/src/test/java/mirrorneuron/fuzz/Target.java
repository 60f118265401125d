package mirrorneuron.fuzz;

import java.util.List;

/** Something that reads what others wrote. Used by one thread. */
public interface Target extends AutoCloseable {

    /** Real inputs, which all others are made from. */
    List<byte[]> seeds();

    /** What may stand in an input, beside what the seeds hold. */
    default List<String> words() {
        return List.of();
    }

    /** What an input stands for: itself, or the document that its script of edits makes. */
    default byte[] prepared(byte[] input) {
        return input;
    }

    /**
     * Reads an input that was prepared.
     *
     * @return how that ended, in the words that its caller was told: the code of a refusal, or what
     *     was read. Few for any number of inputs
     * @throws Exception or an error when it ended in any other way than a documented one, which is
     *     a finding
     */
    String read(byte[] input) throws Exception;

    @Override
    default void close() throws Exception {}
}
