/**
 * The log of the program: one JSON object a line, in a file that begins anew when it grows too
 * long. Everything that logs, in whatever way its library does, ends in {@link
 * mirrorneuron.server.log.ServerLog}; nothing of it reaches a terminal.
 */
@NullMarked
package mirrorneuron.server.log;

import org.jspecify.annotations.NullMarked;
