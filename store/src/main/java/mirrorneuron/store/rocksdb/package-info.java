/**
 * The store on one machine's disk: jobs in RocksDB under {@code <home>/state}, blobs as files under
 * {@code <home>/blobs}.
 *
 * <p>Words owned here: <em>group</em> (the writes that share one sync), <em>committer</em> (the one
 * thread that writes), <em>head</em> (the little that must be known of a job to admit a write),
 * <em>set aside</em> (damaged bytes that were moved, never deleted). Start with {@link
 * mirrorneuron.store.rocksdb.RocksStore}, then {@code Committer}; {@code Keys} shows every key.
 */
@NullMarked
package mirrorneuron.store.rocksdb;

import org.jspecify.annotations.NullMarked;
