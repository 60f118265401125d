package mirrorneuron.store.rocksdb;

import java.nio.file.Path;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreContract;
import org.junit.jupiter.api.io.TempDir;

class RocksStoreTest extends StoreContract {

    @TempDir Path home;

    @Override
    protected Store openEmpty() {
        return RocksStore.open(home);
    }

    @Override
    protected Store reopened(Store open) {
        open.close();
        return RocksStore.open(home);
    }
}
