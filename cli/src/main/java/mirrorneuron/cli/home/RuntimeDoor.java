package mirrorneuron.cli.home;

import mirrorneuron.api.EmbeddedBuilder.StoreChoice;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.cli.log.FileLoggers;

/** Opens a runtime. */
@FunctionalInterface
public interface RuntimeDoor {

    /**
     * @throws mirrorneuron.api.MirrorNeuronException when the home cannot be opened
     */
    MirrorNeuron open(Opening opening);

    /** The runtime of this JVM, found by service loading. */
    static RuntimeDoor embedded() {
        return opening -> {
            FileLoggers.writeBelow(opening.home());
            return MirrorNeuron.embedded()
                    .home(opening.home())
                    .store(
                            opening.intent() == Opening.Intent.CHECK
                                    ? new StoreChoice.Memory()
                                    : new StoreChoice.File())
                    .recoverUnfinished(opening.intent() == Opening.Intent.WORK)
                    .start();
        };
    }
}
