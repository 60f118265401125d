/**
 * Paused jobs as archives, and back.
 *
 * <p>Words owned here: <em>backup</em> (a folder with everything a paused job needs to go on
 * elsewhere, and the zip file of it), <em>section</em> (one file or folder of it), <em>clone</em>
 * (a job restored under ids of its own). What a job is lies in its snapshot; its facts come along
 * as what people read and runs are written from, so nothing is replayed when a job is restored.
 * Start with {@link mirrorneuron.runtime.backup.LocalBackups}; the format is told in {@code
 * docs/backup.md}.
 */
@NullMarked
package mirrorneuron.runtime.backup;

import org.jspecify.annotations.NullMarked;
