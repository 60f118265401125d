package mirrorneuron.engine.canary;

import mirrorneuron.store.Store;

/** Breaks: the engine does not know where facts are kept. */
public interface EngineOnStore {
    Store store();
}
