package mirrorneuron.cli.home;

import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Store;
import mirrorneuron.api.spi.RemoteProvider;
import mirrorneuron.cli.log.FileLoggers;
import mirrorneuron.cli.log.PlatformLog;

/** Opens a runtime: that of a server, or one in this process. */
@FunctionalInterface
public interface RuntimeDoor {

    /** Where the platform finds whom it trusts. */
    String TRUST_STORE = "javax.net.ssl.trustStore";

    /**
     * @throws mirrorneuron.api.MirrorNeuronException when it cannot be opened
     */
    MirrorNeuron open(Opening opening);

    /**
     * The server that was named, else the one that holds the home, else a runtime of this JVM. What
     * needs no home gets one of this JVM.
     */
    static RuntimeDoor ofProcess() {
        return opening -> {
            FileLoggers.writeBelow(opening.home());
            if (opening.intent() != Opening.Intent.CHECK) {
                var connection = Connection.of(opening);
                if (connection.isPresent()) {
                    PlatformLog.intoFile();
                    if (connection.get().isPlain() && System.getProperty(TRUST_STORE) == null) {
                        // The transport makes certificates ready before it knows whether it needs
                        // any, which takes a fifth of a short command.
                        System.setProperty(TRUST_STORE, "NONE");
                    }
                    return RemoteProvider.find().builder(connection.get().variables()).connect();
                }
            }
            return embedded(opening);
        };
    }

    private static MirrorNeuron embedded(Opening opening) {
        return MirrorNeuron.embedded()
                .home(opening.home())
                .store(
                        opening.intent() == Opening.Intent.CHECK
                                ? new Store.Memory()
                                : new Store.File())
                .recoverUnfinished(opening.intent() == Opening.Intent.WORK)
                .start();
    }
}
