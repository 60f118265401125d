/**
 * What a run's files say: ids, event lines, log lines, errors, the timeline and the summary, each
 * derived from recorded events and from nothing else.
 *
 * <p>Words owned here: <em>run</em> (the record that a job leaves for people and tools), <em>line
 * </em> (one JSON document in a run's file), <em>trace</em> and <em>span</em> (names that tie lines
 * together). Every derivation is a pure function, so a run's files can be deleted and written again
 * to the same letter. Start with {@link mirrorneuron.engine.run.EventLine}.
 */
@NullMarked
package mirrorneuron.engine.run;

import org.jspecify.annotations.NullMarked;
