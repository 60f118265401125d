package mirrorneuron.cli;

/** A leaf that changes something and can say beforehand what. It gets {@code --dry-run}. */
public interface Plans {

    /**
     * Looks, and changes nothing.
     *
     * @return what the command would do now
     * @throws CommandFailure where the command would fail
     * @throws mirrorneuron.api.MirrorNeuronException as above
     */
    Plan plan(Desk desk) throws Exception;
}
