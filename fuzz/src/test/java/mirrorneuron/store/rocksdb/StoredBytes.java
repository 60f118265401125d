package mirrorneuron.store.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A door to what reads the values of the database. */
public final class StoredBytes {

    private static final byte[] KEY = Keys.facts(Keys.log("job"), 1);

    private StoredBytes() {}

    public static byte[] head() {
        return "{\"epoch\":3,\"status\":\"running\",\"updated_at_ms\":1700000000000,\"snapshot\":7}"
                .getBytes(UTF_8);
    }

    public static byte[] key() {
        return "{\"job\":\"a\",\"digest\":\"d\",\"at_ms\":1700000000000}".getBytes(UTF_8);
    }

    public static void readHead(byte[] bytes) {
        Damage.readable(KEY, bytes, Head::parse);
    }

    public static void readRecord(byte[] bytes) {
        Damage.readable(KEY, bytes, RocksStore::parseRecord);
    }

    public static void readKey(byte[] bytes) {
        Damage.readable(KEY, bytes, Group.RememberedKey::parse);
    }

    public static void readFacts(byte[] bytes) {
        FactsCodec.facts(KEY, bytes).events();
        FactsCodec.snapshot(KEY, bytes);
    }
}
