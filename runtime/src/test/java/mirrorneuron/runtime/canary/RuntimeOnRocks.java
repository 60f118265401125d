package mirrorneuron.runtime.canary;

import org.rocksdb.RocksDB;

/** Breaks: only the adapter sees the database. */
public interface RuntimeOnRocks {
    RocksDB database();
}
