package mirrorneuron.store.memory;

import mirrorneuron.store.Store;
import mirrorneuron.store.StoreContract;

class MemoryStoreTest extends StoreContract {

    @Override
    protected Store openEmpty() {
        return new MemoryStore();
    }
}
